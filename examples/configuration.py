"""Configuration: defaults for all clients, what one client overrides, headers, timeouts, and logged errors.

Run it with `python -m examples.configuration` (`OPENAI_API_KEY`, or `OPENAI_BASE_URL` of a local server).
"""

from __future__ import annotations

import logging
import sys

from typed_openai import NotFoundError, OpenAI, configure
from typed_openai.models.chat import ChatMessage, UserMessage

MESSAGES: list[ChatMessage] = [UserMessage(content="Hello!")]


def defaults() -> None:
    """Keys belong in the environment (OPENAI_API_KEY, OPENAI_ORG_ID); the rest may be set once for all clients."""
    configure(timeout=240, max_retries=1, default_headers={"X-Proxy-TTL": "43200"})
    with OpenAI() as client:
        print("configured:", client.config.timeout, client.config.max_retries, dict(client.config.default_headers))
    # None inherits, False means none at all, headers are merged
    with OpenAI(timeout=None, max_retries=False, default_headers={"X-Proxy-Refresh": "true"}) as client:
        print("overridden:", client.config.timeout, client.config.max_retries, dict(client.config.default_headers))
    configure(timeout=None, max_retries=None, default_headers=None)  # forgotten again


def one_client() -> None:
    with OpenAI(timeout=10, deadline=30, api_key="sk-local") as client:
        client.add_headers({"X-Team": "red"})  # seen at once by everything that hangs below this client
        quick = client.with_options(timeout=2, max_retries=0)  # the same connections
        print(quick.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES, deadline=5).text)
        print("no secret is shown:", client.config)


def logged_errors() -> None:
    """Off by default: an error may quote what users said. The key is never in it."""
    handler = logging.StreamHandler(sys.stdout)
    log = logging.getLogger("typed_openai")
    log.addHandler(handler)
    with OpenAI(log_errors=True) as client:
        try:
            client.models.retrieve("no-such-model")
        except NotFoundError as error:
            print("caught", error.status_code, error.code)
    log.removeHandler(handler)


def main() -> None:
    defaults()
    one_client()
    logged_errors()


if __name__ == "__main__":
    main()
