"""Fetching large and foreign contents: bit by bit, and from a URL without giving the key to whoever serves it. Flows.

    content = yield from download(self.client, "images.save", image.url)
    yield from Files(piecewise(self.client, reader.feed)).content.flow(file_id)

Rules
* The headers of the client (key, organisation, the user's own) go only to the server that the client talks to: same
  scheme, host and port. Everybody else gets `Accept` and `User-Agent`, and neither credentials nor cookies of an
  `http_client` of the user's own.
* Attempts, timeouts, deadline and errors are those of any call; a redirect is not followed but an error.
* Messages name the URL without its query, which is where such URLs carry their own credentials.
* Piece by piece: an answer that breaks off is asked for again as any other; what was taken of it is not given again.

Weak spots: `download` holds the whole content in memory. `piecewise` trusts that a content does not change between two
attempts, as that of a file does not.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from typed_openai.core.answer.raw import Binary
from typed_openai.core.run.effects import EVERYWHERE, Flow, Reply, Request, Sender
from typed_openai.core.run.flow import perform
from typed_openai.errors import Fault, RequestValidationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from typed_openai.core.caller import Caller, Policies

_PORTS = {"http": 80, "https": 443}


class _Content:
    """What a client is told of a request for content, whatever it is."""

    method = "GET"
    title = "content"
    headers: Mapping[str, str] = {"accept": "*/*"}
    multipart = False
    admin = False


_CONTENT = _Content()


def download(client: Caller, operation: str, url: str) -> Flow[Binary]:
    """The bytes behind an absolute http(s) URL."""
    config = client.config
    where = origin(url)
    if where is None:
        raise RequestValidationError(operation, [Fault("url", "an absolute http or https URL", repr(url))])
    request = Request(operation, "GET", url, (), {}, timeout=config.timeout or None, secrets=client.secrets)
    request.max_body = config.max_body
    known = client.headers_for(_CONTENT, False)
    if where == origin(config.base_url):
        request.base_headers = known
        client.identify(request)
    else:
        request.base_headers = (("accept", "*/*"), *(item for item in known if item[0] == "user-agent"))
        request.anonymous = True
    if config.deadline:
        request.deadline_at = time.monotonic() + config.deadline
    if not (EVERYWHERE or client.observers):
        return (yield from _downloaded(request, config))
    from typed_openai.core.run.observing import observed

    return (yield from observed(client, operation, "request", {"url": url}, _downloaded(request, config), request))


def _downloaded(request: Request, config: Policies) -> Flow[Binary]:
    reply = yield from perform(request, config)
    return Binary(reply.meta, reply.content or b"")


def piecewise(client: Caller, take: Callable[[bytes], object]) -> Caller:
    """The client for one call, the body of whose answer goes to `take` block by block; the call gives an empty one."""
    return client.changed({"middleware": [*client.config.middleware, _Pieces(take)]})


class _Pieces:
    """A middleware: hands on of each attempt what comes after the bytes of those before it."""

    def __init__(self, take: Callable[[bytes], object]) -> None:
        self._take = take
        self._taken = 0
        self._known = 0

    def __call__(self, request: Request, send: Sender) -> Flow[Reply]:
        self._known = self._taken
        request.sink = self._block
        return (yield from send(request))

    def _block(self, block: bytes) -> None:
        known = min(self._known, len(block))
        self._known -= known
        self._taken += len(block) - known
        self._take(block[known:])


def origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for what is no http(s) URL with a host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    return parts.scheme, parts.hostname.rstrip("."), port or _PORTS[parts.scheme]
