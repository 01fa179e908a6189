"""A Python prompt with `client` ready (and `typed_openai`, `OpenAI`, `AsyncOpenAI`), to try things out.

Run it with `python -m typed_openai.console`, or `make console`. With `OPENAI_API_KEY` or `OPENAI_BASE_URL` set it talks
to that server, else it starts the local server of the package, and says so. IPython is used when it is installed and
somebody sits there; what is piped in is run like typed lines, and a faulty one ends nothing.
"""

from __future__ import annotations

import code
import importlib
import importlib.util
import os
import sys
from contextlib import ExitStack

import typed_openai
from typed_openai import AsyncOpenAI, OpenAI


def _server(opened: ExitStack) -> str:
    """What the client will talk to; the local server is started when nothing is named."""
    if os.environ.get("OPENAI_API_KEY") or os.environ.get("OPENAI_BASE_URL"):
        return f"`client` talks to {OpenAI().config.base_url}"
    from typed_openai.local import LocalServer

    os.environ["OPENAI_BASE_URL"] = opened.enter_context(LocalServer()).base_url
    opened.callback(os.environ.pop, "OPENAI_BASE_URL", None)
    return "no OPENAI_API_KEY and no OPENAI_BASE_URL: `client` talks to the local server (no model; it echoes by rule)"


def main() -> None:
    """Say what the client talks to and read lines until the end of the input."""
    with ExitStack() as opened:
        banner = f"typed_openai {typed_openai.__version__}; {_server(opened)}"
        client = opened.enter_context(OpenAI())
        names = {"typed_openai": typed_openai, "OpenAI": OpenAI, "AsyncOpenAI": AsyncOpenAI, "client": client}
        sys.stdout.write(f"{banner}\n")
        sys.stdout.flush()
        if sys.stdin.isatty() and importlib.util.find_spec("IPython"):
            importlib.import_module("IPython").start_ipython(argv=["--no-banner"], user_ns=names)
            return
        if sys.stdin.isatty() and importlib.util.find_spec("readline"):
            importlib.import_module("readline")  # arrow keys and history
        code.interact(banner="", local=names, exitmsg="")


if __name__ == "__main__":
    main()
