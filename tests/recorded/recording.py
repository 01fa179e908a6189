"""How HTTP is recorded and replayed: vcrpy, with what may stand in a cassette and when a request is the recorded one.

* A cassette names no server: every request is kept as one to `http://recorded.test/v1`, so that one recorded from a
  server on another port (or from the real one) is found again.
* Of headers only those listed here are kept, in both directions: a key, an organisation, a cookie or the name of an
  account can only get in through a body, and there `scrubbed` looks for them (`typed_openai/testing/scrubbing.py`, the
  one list of what may stand in a recording).
* The boundary of a form is chosen at random for every request; kept and compared is one that is always the same. JSON
  is compared by its values.
* A cassette is written by `make record` only. Replaying opens no connection: a request that was not recorded fails.

Weak spot: answers are kept whole, so a replayed stream arrives in one piece; how streams are cut is tested elsewhere
(`tests/wire`).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import vcr  # type: ignore[import-untyped]  # it has no types

from typed_openai.local import LocalServer
from typed_openai.testing.scrubbing import KEPT_OF_ANSWERS, KEPT_OF_REQUESTS, kept, scrubbed, with_one_boundary

CASSETTES = Path(__file__).parent / "cassettes"
BASE_URL = "http://recorded.test/v1"
KEY = "sk-replayed"
_PATH = re.compile(r"^.*?/v1(?=/|$)")


def recorded_request(request: Any) -> Any:
    """A request as a cassette keeps it."""
    parts = urlsplit(request.uri)
    request.uri = BASE_URL + _PATH.sub("", parts.path) + (f"?{parts.query}" if parts.query else "")
    headers, body = with_one_boundary(kept(request.headers, KEPT_OF_REQUESTS), request.body or b"")
    request.headers, request.body = headers, scrubbed(body) or None
    return request


def recorded_answer(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer as a cassette keeps it."""
    answer["headers"] = kept(answer["headers"], KEPT_OF_ANSWERS)
    answer["body"]["string"] = scrubbed(answer["body"]["string"])
    return answer


def same_body(asked: Any, kept: Any) -> None:
    """Raise unless two requests say the same: forms byte for byte but for the boundary, JSON by value."""
    kinds = [request.headers.get("content-type", "") for request in (asked, kept)]
    assert kinds[0] == kinds[1], f"content type {kinds[0]!r} is not {kinds[1]!r}"
    one, other = (_value(request.body, kinds[0]) for request in (asked, kept))
    assert one == other, f"the body is not the recorded one: {one!r}"


def _value(body: bytes | None, kind: str) -> object:
    return json.loads(body) if body and kind.startswith("application/json") else body or b""


def _recorder() -> Any:
    made = vcr.VCR(
        before_record_request=recorded_request,
        before_record_response=recorded_answer,
        decode_compressed_response=True,
        match_on=["method", "uri", "same_body"],
    )
    made.register_matcher("same_body", same_body)
    return made


@contextmanager
def replaying(cassette: Path) -> Iterator[dict[str, Any]]:
    """Within this block requests are answered by the cassette; gives the settings of a client for it."""
    with _recorder().use_cassette(str(cassette), record_mode="none"):
        yield {"base_url": BASE_URL, "api_key": KEY, "max_retries": 0}


@contextmanager
def recording(cassette: Path) -> Iterator[dict[str, Any]]:
    """Within this block requests are sent and written to the cassette, which is replaced; gives the settings.

    They go where `OPENAI_BASE_URL` and `OPENAI_API_KEY` say, else to the local server.
    """
    cassette.unlink(missing_ok=True)
    with ExitStack() as opened:
        settings: dict[str, Any] = {"max_retries": 0}
        if not (os.environ.get("OPENAI_API_KEY") or os.environ.get("OPENAI_BASE_URL")):
            key = "sk-local-0123456789abcdef"
            server = opened.enter_context(LocalServer(api_key=key))
            settings |= {"base_url": server.base_url, "api_key": key}
        opened.enter_context(_recorder().use_cassette(str(cassette), record_mode="all"))
        yield settings
