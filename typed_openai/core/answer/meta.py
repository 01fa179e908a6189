"""How an answer came: status, headers, limits, attempts, where it deviated; and one as it came, with its bytes.

Plain data, no dependencies: results carry it, errors carry it, both pickle. Values are read from the headers on
demand, so that a call that never asks pays for one object and nothing else.
"""

from __future__ import annotations

import codecs
import json
import re
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from typed_openai.core.answer.one_line import one_line
from typed_openai.core.known_secrets import HIDDEN, without

if TYPE_CHECKING:
    from typed_openai.core.answer.url_text import URLText

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)")
_MOST_DIGITS = 18
_LONGEST = 100
_UNIT_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class Headers(Mapping[str, str]):
    """Response headers: a read-only mapping whose keys ignore case; repeated headers are joined with a comma."""

    __slots__ = ("_items",)

    def __init__(self, pairs: list[tuple[str, str]] | None = None) -> None:
        self._items: dict[str, str] = {}
        for name, value in pairs or ():
            key = name.lower()
            self._items[key] = f"{self._items[key]}, {value}" if key in self._items else value

    def __getitem__(self, name: str) -> str:
        return self._items[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        shown = {k: HIDDEN if k == "set-cookie" else v for k, v in self._items.items()}
        return without(f"Headers({shown!r})")


class Issue(NamedTuple):
    """One place where an answer differs from the API description: a JSON pointer, what was expected, what came.

    `times`: how often, in the parts of a stream or of another whole; the place and the value are those of the first.
    """

    pointer: str
    expected: str
    got: str
    times: int = 1

    def __str__(self) -> str:
        often = f" ({self.times} times)" if self.times > 1 else ""
        return one_line(f"{self.pointer or '/'}: expected {self.expected}, got {self.got}{often}")


class Attempt(NamedTuple):
    """One try of a request that did not succeed: what happened and how long was waited afterwards (seconds)."""

    number: int
    outcome: str
    elapsed: float
    waited: float | None = None


class RateLimit(NamedTuple):
    """The `x-ratelimit-*` headers of an answer; a field is None where the server did not send it."""

    limit_requests: int | None = None
    limit_tokens: int | None = None
    remaining_requests: int | None = None
    remaining_tokens: int | None = None
    reset_requests: timedelta | None = None
    reset_tokens: timedelta | None = None


class ReceivedHeaders(Protocol):
    """The headers of the transport's response, read only when somebody asks."""

    def multi_items(self) -> list[tuple[str, str]]: ...


class SentHeaders(Headers):
    """The headers of a request: as `Headers`, but its repr shows names only, since values may be credentials."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"SentHeaders({', '.join(self)})"


class Meta:
    """How an answer came: HTTP status, headers, request id, rate limits, attempts, and elapsed seconds.

    `attempts` lists the tries that failed before this one; `elapsed` covers all of them, back-off included.
    """

    __slots__ = ("asked", "attempts", "elapsed", "method", "prices", "raw_headers", "status", "url")

    def __init__(
        self,
        status: int = 0,
        raw_headers: Sequence[tuple[str, str]] | ReceivedHeaders = (),
        method: str = "",
        url: str = "",
        attempts: tuple[Attempt, ...] = (),
        elapsed: float = 0.0,
        asked: tuple[Iterable[tuple[str, str]], Mapping[str, str | None]] = ((), {}),
        prices: Mapping[str, tuple[float, ...]] | None = None,
    ) -> None:
        self.asked = asked
        self.status = status
        self.raw_headers = raw_headers
        self.method = method
        self.url = url
        self.attempts = attempts
        self.elapsed = elapsed
        self.prices = prices
        """Prices of the server's own (`Provider(prices=...)`), None where there are none."""

    def __repr__(self) -> str:
        return without(f"Meta(status={self.status}, request_id={self.request_id!r}, elapsed={self.elapsed:.3f})")

    @property
    def headers(self) -> Headers:
        raw = self.raw_headers
        return Headers(list(raw) if isinstance(raw, Sequence) else raw.multi_items())

    @property
    def sent_headers(self) -> SentHeaders:
        """The headers that the client sent, without what an `http_client` of the user's own adds; credentials among
        them are not pickled."""
        kept, changed = self.asked
        sent = {**dict(kept), **changed}
        return SentHeaders([(name, value) for name, value in sent.items() if value is not None])

    def __reduce__(self) -> tuple[Any, ...]:
        from typed_openai.core.redact import is_secret

        pairs = [(name, without(value)) for name, value in self.headers.items()]
        sent = [(name, HIDDEN if is_secret(name) else without(value)) for name, value in self.sent_headers.items()]
        how = (self.status, pairs, self.method, self.url, self.attempts, self.elapsed)
        return type(self), (*how, (sent, {}), self.prices)

    @property
    def request_id(self) -> str | None:
        """The server's id of this request (`x-request-id`; Azure: `apim-request-id`): quote it to support."""
        headers = self.headers
        return headers.get("x-request-id") or headers.get("apim-request-id")

    @property
    def retries(self) -> int:
        return len(self.attempts)

    @property
    def rate_limit(self) -> RateLimit:
        headers = self.headers
        return RateLimit(
            limit_requests=_number(headers.get("x-ratelimit-limit-requests")),
            limit_tokens=_number(headers.get("x-ratelimit-limit-tokens")),
            remaining_requests=_number(headers.get("x-ratelimit-remaining-requests")),
            remaining_tokens=_number(headers.get("x-ratelimit-remaining-tokens")),
            reset_requests=duration(headers.get("x-ratelimit-reset-requests")),
            reset_tokens=duration(headers.get("x-ratelimit-reset-tokens")),
        )


def duration(text: str | None) -> timedelta | None:
    """Read `6m0s`, `1.5s`, `20ms` or a bare number of seconds; None when it is none of these."""
    if not text:
        return None
    parts = _DURATION.findall(text) if len(text) <= _LONGEST else []
    try:
        if parts and "".join(number + unit for number, unit in parts) == text:
            return timedelta(seconds=sum(float(number) * _UNIT_SECONDS[unit] for number, unit in parts))
        return timedelta(seconds=float(text))
    except (ValueError, OverflowError):
        return None


def _number(text: str | None) -> int | None:
    """A whole number; None for anything else, and for more digits than make sense."""
    digits = text.strip() if text else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS else None


def charset_of(headers: Headers) -> str:
    """The charset that a content type names, `utf-8` where it names none that can be read bit by bit."""
    found = re.search(r"charset=[\"']?([\w.-]+)", headers.get("content-type", ""), re.IGNORECASE)
    if found is None:
        return "utf-8"
    try:
        "é".encode().decode(found[1], errors="replace")
        codecs.getincrementaldecoder(found[1])("replace")
    except (LookupError, ValueError):  # nobody knows it, or it is not one of text (`idna`, `undefined`)
        return "utf-8"
    return found[1]


class SentRequest(NamedTuple):
    """What was asked: the verb, the URL that answered (or did not), and the headers that the client sent."""

    method: str
    url: URLText
    headers: SentHeaders = SentHeaders()


class OfMeta:
    """What every answer says that has a `meta`, under the names that httpx and the official package have for it."""

    __slots__ = ()

    @property
    @abstractmethod
    def meta(self) -> Meta:
        """How it came."""

    @property
    def status_code(self) -> int:
        return self.meta.status

    @property
    def headers(self) -> Headers:
        return self.meta.headers

    @property
    def request_id(self) -> str | None:
        return self.meta.request_id

    @property
    def retries_taken(self) -> int:
        return self.meta.retries

    @property
    def elapsed(self) -> timedelta:
        """From the first attempt to the headers."""
        return timedelta(seconds=self.meta.elapsed)

    @property
    def http_request(self) -> SentRequest:
        """What was asked: `method`, `url` and `headers`."""
        return SentRequest(self.method, self.url, self.meta.sent_headers)

    @property
    def method(self) -> str:
        return self.meta.method

    @property
    def url(self) -> URLText:
        """What was asked, as text with its parts (`path`, `host`, ...)."""
        from typed_openai.core.answer.url_text import URLText

        return URLText(self.meta.url)


class RawResponse(OfMeta):
    """An answer as it came: status, headers and body bytes, with the request it belongs to. Plain data; pickles."""

    __slots__ = ("_meta", "content")

    def __init__(self, meta: Meta, content: bytes) -> None:
        self._meta = meta
        self.content = content

    @property
    def meta(self) -> Meta:
        return self._meta

    request = OfMeta.http_request

    @property
    def is_closed(self) -> bool:
        """Whether the connection was given back: the body is here, whole."""
        return True

    @property
    def text(self) -> str:
        """The body as text, in the charset of the content type, else UTF-8; what cannot be read becomes U+FFFD."""
        return self.content.decode(charset_of(self.headers), errors="replace")

    @property
    def charset_encoding(self) -> str | None:
        """The charset that the content type names, None when it names none."""
        found = re.search(r"charset=[\"']?([\w.-]+)", self.headers.get("content-type", ""), re.IGNORECASE)
        return found[1] if found else None

    def json(self) -> Any:
        """The body as plain JSON data; `ValueError` when it is none."""
        return json.loads(self.content)

    def __repr__(self) -> str:
        where = self.url.partition("?")[0]  # a query may hold a key
        return f"<{type(self).__name__} {self.status_code} {self.method} {where} ({len(self.content)} bytes)>"
