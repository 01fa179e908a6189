"""A recorded session as a file: JSON lines, one for each connection that was opened, each message, each end.

    {"cassette": 1}
    {"at": 0.0, "connection": 0, "open": "/realtime?model=gpt-realtime"}
    {"at": 0.021, "connection": 0, "by": "server", "event": {"type": "session.created", ...}}
    {"at": 0.030, "connection": 0, "by": "client", "event": {"type": "response.create"}}
    {"at": 1.204, "connection": 0, "by": "client", "close": 1000, "reason": ""}

`at` is seconds since recording began; exchanges over HTTP may stand in the same file (`cassettes.py`).
A message that is not JSON stands as `text`, one of bytes as `bytes` (base64).

Rules
* Nothing of the headers is kept. Of what is said, what is called as a credential is, and what may stand in no recording
  (`scrubbing.py`), is hidden.
* A message is compared by its value, hidden as the recorded one is, without the `event_id` that a program may give it.

Weak spot: what somebody says stands in it; read a recording before you commit it.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, NamedTuple, TypeAlias

from typed_openai.core.extras import needed
from typed_openai.core.redact import without_secrets
from typed_openai.shown.compact import is_secret_name
from typed_openai.testing.cassettes import AGAIN, CassetteError
from typed_openai.testing.scrubbing import HIDDEN, scrubbed_text

Side: TypeAlias = Literal["client", "server"]
_NOT_COMPARED = "event_id"


class Record(NamedTuple):
    """One line of a recording."""

    at: float
    """Seconds since the first line."""
    connection: int
    """Which connection, from 0."""
    by: Side = "client"
    """Who did it."""
    open: str | None = None
    """The path and query of a connection that is opened."""
    said: str | bytes | None = None
    """A message."""
    close: int | None = None
    """The code of a close; 1006 where there was none."""
    reason: str = ""
    """Why it was closed."""

    def line(self) -> str:
        """As it stands in a file; credentials are hidden."""
        data: dict[str, Any] = {"at": round(self.at, 4), "connection": self.connection}
        if self.open is not None:
            data["open"] = without_secrets(self.open)
        elif self.close is not None:
            data |= {"by": self.by, "close": self.close, "reason": self.reason}
        else:
            data |= {"by": self.by, **_as_data(self.said)}
        text = json.dumps(data, ensure_ascii=False)
        return scrubbed_text(text) + "\n"

    @property
    def value(self) -> Any:
        """A message as a value that another may be compared with: JSON without the id of the event, or what it is."""
        return comparable(self.said)


def comparable(message: str | bytes | None) -> Any:
    """What a message says as it would stand in a file, without the id that a program gave it."""
    found: dict[str, Any] = json.loads(scrubbed_text(json.dumps(_as_data(message), ensure_ascii=False)))
    event = found.get("event")
    if isinstance(event, dict):
        return {name: value for name, value in event.items() if name != _NOT_COMPARED}
    return next(iter(found.values()))


def _as_data(message: str | bytes | None) -> dict[str, Any]:
    if isinstance(message, bytes):
        return {"bytes": b64encode(message).decode()}
    try:
        return {"event": _hidden(json.loads(message or ""))}
    except ValueError:
        return {"text": message}


def _hidden(value: Any) -> Any:
    """JSON without what is called a credential."""
    if isinstance(value, list):
        return [_hidden(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {
        name: HIDDEN if is_secret_name(name) and isinstance(inner, str) else _hidden(inner)
        for name, inner in value.items()
    }


def read(path: str | Path) -> list[Record]:
    """The records of sessions in a file. Raises `CassetteError` that says which line is not one."""
    records: list[Record] = []
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").split("\n"), 1):
        try:
            data = json.loads(line) if line.strip() else {"n": 0}
            if "n" not in data and "cassette" not in data:
                records.append(_record(data))
        except (ValueError, KeyError, TypeError) as error:
            raise CassetteError(path, f"expected a record of a session ({error!r}); {AGAIN}", number) from error
    return records


def _record(data: dict[str, Any]) -> Record:
    where: dict[str, Any] = {"at": float(data["at"]), "connection": int(data["connection"])}
    if "open" in data:
        return Record(**where, open=str(data["open"]))
    if "close" in data:
        return Record(**where, by=data["by"], close=int(data["close"]), reason=str(data.get("reason", "")))
    if "bytes" in data:
        return Record(**where, by=data["by"], said=b64decode(data["bytes"]))
    said = data["text"] if "text" in data else json.dumps(data["event"], ensure_ascii=False)
    return Record(**where, by=data["by"], said=said)


def connections(records: Iterable[Record]) -> Iterator[list[Record]]:
    """The records of each connection, in the order in which they were opened."""
    found: dict[int, list[Record]] = {}
    for record in records:
        found.setdefault(record.connection, []).append(record)
    yield from found.values()


def library(module: str) -> ModuleType:
    """A module of the library `websockets`. Raises `ConfigurationError` that names the extra where it is missing."""
    found: ModuleType = needed(f"websockets.{module}", "what records and replays sockets")
    return found
