"""Recorded exchanges as a file: JSON, one line for each thing that happened.

    {"cassette": 1}
    {"n": 1, "asks": {"method": "POST", "path": "/v1/chat/completions", "headers": {...}, "json": {...}}}
    {"n": 1, "answers": {"status": 200, "headers": {...}, "stream": true}}
    {"n": 1, "at": 0.105, "text": "data: {...}\n\n"}
    {"n": 1, "at": 0.98, "ends": true}

A body is `json`, `text` or (other bytes) `base64`; `at` is in seconds since the headers came, so that a stream is
replayed as it was heard; `ends` is false where the connection broke. What belongs together has the same number `n`.

Rules: a line that is not what it should be is a `CassetteError` that names it; lines of an exchange stand in the order
in which they happened; a file is written whole or not at all.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from typed_openai.errors import OpenAIError

VERSION = 1
AGAIN = "record it again with pytest --openai-record=all"


class CassetteError(OpenAIError):
    """A cassette is broken, or not there, or has no answer to what is asked. `line` counts from 1; 0 is the whole."""

    def __init__(self, path: Path | str, problem: str, line: int = 0) -> None:
        place = f"{path}, line {line}" if line else str(path)
        super().__init__(f"{place}: {problem}")
        self.path = Path(path)
        self.problem = problem
        self.line = line

    def __reduce__(self) -> tuple[Any, ...]:
        return CassetteError, (self.path, self.problem, self.line)


@dataclass(frozen=True, slots=True)
class Asks:
    """A request as it is recorded: `path` without query; `body` is JSON data, a text, bytes, or None for none."""

    method: str
    path: str
    query: Mapping[str, list[str]] = field(default_factory=dict[str, list[str]])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Any = None

    def same(self, other: Asks) -> bool:
        """Whether both ask the same thing; of headers the kind of content counts."""
        return not self.difference(other)

    def difference(self, other: Asks) -> str:
        """Where the other one differs from this, in words; "" when it does not."""
        mine, others = self.headers.get("content-type", ""), other.headers.get("content-type", "")
        pairs = (
            ("method", self.method, other.method),
            ("path", self.path, other.path),
            ("query", dict(self.query), dict(other.query)),
            ("content type", mine.partition(";")[0], others.partition(";")[0]),
        )
        told = [f"{what} {got!r} is not {kept!r}" for what, got, kept in pairs if got != kept]
        return "; ".join(told) or _difference(self.body, other.body, "body")


def _difference(got: Any, kept: Any, place: str) -> str:
    """The first place where two values differ, in words."""
    if isinstance(got, dict) and isinstance(kept, dict):
        for name in [*got, *kept]:
            where = f"{place}.{name}"
            if name not in kept or name not in got:
                return f"{where} is {'new' if name not in kept else 'missing'}"
            if told := _difference(got[name], kept[name], where):
                return told
        return ""
    if isinstance(got, list) and isinstance(kept, list) and len(got) == len(kept):
        pairs = enumerate(zip(got, kept, strict=True))
        found = (_difference(one, other, f"{place}[{number}]") for number, (one, other) in pairs)
        return next(filter(None, found), "")
    return (
        ""
        if got == kept and isinstance(got, bool) == isinstance(kept, bool)
        else f"{place} {_short(got)} is not {_short(kept)}"
    )


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}... ({len(text)} characters)"


@dataclass(slots=True)
class Piece:
    """A piece of a stream, and when it came, in seconds since the headers."""

    at: float
    data: bytes


@dataclass(slots=True)
class Exchange:
    """A request and its answer: a `body`, or `pieces` of a stream. `whole` is false where the connection broke."""

    asks: Asks
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Any = None
    pieces: list[Piece] | None = None
    whole: bool = True
    ended_at: float = 0.0


# --- writing ---------------------------------------------------------------------------------------------------------


def body_of(content: bytes, kind: str) -> Any:
    """A body as it is recorded: JSON data, a text, bytes; None for an empty one."""
    if not content:
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return content
    try:
        data = json.loads(text) if kind.startswith("application/json") else text
    except ValueError:
        return text
    return data if isinstance(data, dict | list) else text


def _written(body: Any) -> dict[str, Any]:
    if body is None:
        return {}
    if isinstance(body, bytes):
        return {"base64": base64.b64encode(body).decode()}
    return {"text" if isinstance(body, str) else "json": body}


def _lines(number: int, exchange: Exchange) -> Iterator[dict[str, Any]]:
    asks = exchange.asks
    about: dict[str, Any] = {"method": asks.method, "path": asks.path, "headers": dict(asks.headers)}
    query = {"query": dict(asks.query)} if asks.query else {}
    yield {"n": number, "asks": about | query | _written(asks.body)}
    head: dict[str, Any] = {"status": exchange.status, "headers": dict(exchange.headers)}
    if exchange.pieces is None:
        yield {"n": number, "answers": head | _written(exchange.body)}
        return
    yield {"n": number, "answers": head | {"stream": True}}
    for piece in exchange.pieces:
        yield {"n": number, "at": round(piece.at, 3), **_written(body_of(piece.data, ""))}
    yield {"n": number, "at": round(exchange.ended_at, 3), "ends": exchange.whole}


def write_cassette(path: Path, exchanges: list[Exchange]) -> None:
    """Write exchanges into a file, in place of what is there."""
    lines: list[dict[str, Any]] = [{"cassette": VERSION}]
    for number, exchange in enumerate(exchanges, 1):
        lines += _lines(number, exchange)
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_suffix(f".{os.getpid()}.part")
    made.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), "utf-8", newline="\n")
    made.replace(path)


# --- reading ---------------------------------------------------------------------------------------------------------


class _Broken(Exception):
    """What is wrong with a line, in words."""


def read_cassette(path: Path) -> list[Exchange]:
    """What a file holds. Raises `CassetteError` with the line that is broken, or saying that there is no such file."""
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise CassetteError(
            path, f"cannot be read ({fault.strerror}); record it with pytest --openai-record"
        ) from fault
    found: dict[int, Exchange] = {}
    begun: dict[int, int] = {}
    lines = content.split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            _take(_data(line), number == 1, found, begun, number)
        except _Broken as fault:
            raise CassetteError(path, f"{fault}; {AGAIN}", number) from fault
    if b"".join(lines).strip() == b"":
        raise CassetteError(path, f"expected a cassette, got an empty file; {AGAIN}", 1)
    for number, exchange in found.items():
        if not exchange.status:
            raise CassetteError(path, f"nothing answers this request; {AGAIN}", begun[number])
    return list(found.values())


def _data(line: bytes) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except ValueError as fault:
        raise _Broken(f"expected JSON, got {_short(line.decode('utf-8', 'replace'))} ({fault})") from fault
    if not isinstance(data, dict):
        raise _Broken(f"expected an object, got {_short(data)}")
    return data


def _take(data: dict[str, Any], first: bool, found: dict[int, Exchange], begun: dict[int, int], line: int) -> None:
    if first:
        if data.get("cassette") != VERSION:
            raise _Broken(f'expected {{"cassette": {VERSION}}}, got {_short(data)}')
        return
    number = _member(data, "n", int)
    if "asks" in data:
        if number in found:
            raise _Broken(f"expected a new number, but {number} asks already")
        found[number] = Exchange(_asks(_member(data, "asks", dict)))
        begun[number] = line
        return
    if number not in found:
        raise _Broken(f"expected a line before this one on which {number} asks")
    exchange = found[number]
    if "answers" in data:
        _answer(_member(data, "answers", dict), exchange)
    elif exchange.pieces is None:
        raise _Broken(f"expected 'asks' or 'answers', got {_short(data)}")
    elif "ends" in data:
        exchange.whole, exchange.ended_at = _member(data, "ends", bool), _seconds(data)
    else:
        body = _body(data)
        exchange.pieces.append(Piece(_seconds(data), body if isinstance(body, bytes) else str(body or "").encode()))


def _asks(data: dict[str, Any]) -> Asks:
    query = _member(data, "query", dict) if "query" in data else {}
    headers = _member(data, "headers", dict)
    return Asks(_member(data, "method", str), _member(data, "path", str), query, headers, _body(data))


def _answer(data: dict[str, Any], exchange: Exchange) -> None:
    exchange.status, exchange.headers = _member(data, "status", int), _member(data, "headers", dict)
    if data.get("stream"):
        exchange.pieces, exchange.whole = [], False
    else:
        exchange.body = _body(data)


def _body(data: dict[str, Any]) -> Any:
    if "base64" in data:
        try:
            return base64.b64decode(_member(data, "base64", str), validate=True)
        except binascii.Error as fault:
            raise _Broken(f"'base64' holds something else ({fault})") from fault
    return _member(data, "text", str) if "text" in data else data.get("json")


def _seconds(data: dict[str, Any]) -> float:
    at = data.get("at")
    if isinstance(at, bool) or not isinstance(at, int | float) or at < 0:
        raise _Broken(f"expected the seconds 'at' which it came, got {_short(at)}")
    return float(at)


def _member(data: dict[str, Any], name: str, kind: type[Any]) -> Any:
    value = data.get(name)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise _Broken(f"expected {name!r} to be {_NAMES[kind]}, got {_short(value)}")
    return value


_NAMES = {int: "a number", str: "a text", dict: "an object", bool: "true or false"}
