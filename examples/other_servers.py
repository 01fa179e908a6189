"""Servers that speak the same protocol: known by name, as a gateway before OpenAI, or described by you.

Run it with `python -m examples.other_servers`. With `OPENAI_BASE_URL` set (a local server), everything goes there; an
application leaves `base_url` out.
"""

from __future__ import annotations

import os

from typed_openai import Capabilities, MissingAPIKeyError, OpenAI, Provider
from typed_openai.models.chat import ChatMessage, UserMessage
from typed_openai.providers import PROVIDERS, caching_proxy, helicone

MESSAGES: list[ChatMessage] = [UserMessage(content="Hello!")]


def here() -> str | None:
    """Where this example finds its server; None: where the provider is known to be."""
    return os.environ.get("OPENAI_BASE_URL")


def ollama() -> None:
    """A model on this machine: no key, and a conversation streamed for free."""
    with (
        OpenAI(provider="ollama", base_url=here()) as client,
        client.chat.completions.stream(model="llama3", messages=MESSAGES, temperature=0.7) as stream,
    ):
        print("ollama    ", "".join(stream.text()))


def groq() -> None:
    """A hosted one: its key is in GROQ_API_KEY, and OPENAI_API_KEY is never sent there."""
    try:
        OpenAI(provider="groq").models.list()
    except MissingAPIKeyError as error:
        print("groq      ", error)
    with OpenAI(provider="groq", base_url=here(), api_key="groq-key") as client:
        print("groq      ", client.chat.completions.create(model="llama-3.1-8b-instant", messages=MESSAGES).text)


def gateways() -> None:
    """Something before OpenAI: its own headers, OpenAI's key."""
    proxy = caching_proxy(here(), ttl=43200, refresh=True)
    watched = helicone(cache=True, properties={"Session": "24"})
    with OpenAI(provider=proxy) as client:
        print("caching   ", client.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES).text)
    headers = {"Helicone-Auth": "Bearer helicone-key"}  # or HELICONE_API_KEY in the environment
    with OpenAI(provider=watched, base_url=here(), api_key="sk-openai", default_headers=headers) as client:
        print("helicone  ", client.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES).text)


def one_of_your_own() -> None:
    """A row is data: write one for the server of your company."""
    mine = Provider(
        name="mine",
        base_url=here() or "https://llm.corp.example/v1",
        key_variables=("LLM_KEY",),
        needs_key=False,
        capabilities=Capabilities(stream_usage=True),
    )
    with OpenAI(provider=mine) as client:
        print("mine      ", [model.id for model in client.models.list().data])


def main() -> None:
    for name, row in sorted(PROVIDERS.items()):
        print(f"{name:<14}{row.base_url:<60}{', '.join(row.key_variables) or 'no key'}")
    ollama()
    groq()
    gateways()
    one_of_your_own()


if __name__ == "__main__":
    main()
