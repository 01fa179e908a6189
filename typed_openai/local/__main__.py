"""`python -m typed_openai.local`: the local server as a process, until it is interrupted."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType

from typed_openai.local.server import LocalServer

_ABOUT = """\
A local server that speaks the OpenAI protocol on 127.0.0.1.

What it is:  a stand-in to develop and test against. It answers by rule, the same every time: chat echoes what was
             said and calls tools with arguments made from their schemas, embeddings are hashed words, moderation is a
             list of words. No key, no network, nothing kept when it ends.
What it is not:  a model. No answer means anything. Nor is it a security boundary, a load test or a proof of how the
             real service behaves.
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m typed_openai.local", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8123, help="where to listen; 0 for any free port (default: 8123)")
    parser.add_argument("--api-key", metavar="KEY", help="ask for this key (default: ask for none)")
    parser.add_argument(
        "--chunk-delay", type=float, default=0.0, metavar="SECONDS", help="wait between the events of a stream"
    )
    parser.add_argument("--verbose", action="store_true", help="write a line for each request to standard error")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server until SIGINT or SIGTERM. Returns the exit status: 0, or 1 when the port cannot be had; ends with 2
    for wrong arguments."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.verbose:
        logging.basicConfig(level=logging.DEBUG, format="%(message)s")
    try:
        server = LocalServer(options.port, api_key=options.api_key, chunk_delay=options.chunk_delay)
    except ValueError as fault:
        parser.error(str(fault))
    try:
        server.start()
    except OSError as fault:
        sys.stderr.write(f"Cannot listen on port {options.port}: {fault.strerror}.\n")
        return 1
    over = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        over.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    sys.stdout.write(f"Listening on {server.base_url}. No model answers here; the answers are made by rule.\n")
    sys.stdout.write(f"Try: OPENAI_BASE_URL={server.base_url} with any client. Ctrl-C ends it.\n")
    sys.stdout.flush()
    over.wait()
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
