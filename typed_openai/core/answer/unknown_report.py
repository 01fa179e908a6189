"""What the models do not know of the answers of a client, counted: `client.unknown`, with `report_unknown=True`.

    client = OpenAI(report_unknown=True)
    client.chat.completions.create(...)
    print(client.unknown)             # a line for each thing
    client.unknown.records()          # rows for a table

Rules
* An entry is one thing in one place of one kind of answer (`unknown.py` finds them), with an example that says nothing
  of what was said, and how often it came.
* One log line for each entry, the first time.
* All clients that `with_options` makes of one share its report. It is safe in threads; an entry is never changed, the
  next count is another one.
* `LIMIT` entries are kept; what goes beyond is counted in `beyond`, and the log says so once.

Weak spot: a server that makes up a new name in each answer fills the report.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from typed_openai.core.answer.records import HasRecords, Records, rows_of
from typed_openai.core.redact import logger
from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typed_openai.core.answer.unknown import Found, UnknownKind

LIMIT = 1000
"""How many entries one report has at most."""


@dataclass(frozen=True, slots=True)
class UnknownEntry:
    """One thing that no model knows."""

    kind: UnknownKind
    """`field`: the model has none such; `value`: not in its enumeration; `member`: the union has no such tag."""
    answer: str
    """The model of the answer, chunk or event that it stood in."""
    pointer: str
    """Where in it, as a JSON pointer with `*` for a place in a list and for a key of a map."""
    model: str
    """The model that lacks it."""
    example: str
    """What it is, without what it says: the type of a value, the names in an object, a word of an enumeration."""
    operation: str
    """The operation whose answer it came in first."""
    count: int = 1
    """How often it came."""

    def __str__(self) -> str:
        often = f" ({self.count} times)" if self.count > 1 else ""
        return f"{self.answer} {self.pointer or '/'}: unknown {self.kind} of {self.model}, {self.example}{often}"


class UnknownReport(HasRecords):
    """What came that no model knows, in the order in which it came first; `records()` are the fields of `UnknownEntry`,
    a row for each. Of a client without `report_unknown=True` there is none: asking it raises `ConfigurationError`."""

    __slots__ = ("_entries", "_lock", "beyond", "is_on")

    def __init__(self, is_on: bool = True) -> None:
        self.is_on = is_on
        """Whether the client reports."""
        self.beyond = 0
        """How often something came for which there was no place any more."""
        self._entries: dict[tuple[str, ...], UnknownEntry] = {}
        self._lock = threading.Lock()

    def note(self, annotation: Any, value: Any, operation: str, secrets: Sequence[str] = ()) -> None:
        """Take into account what a typed value has that no model knows; `annotation` is what it was read as."""
        from typed_openai.core.answer.unknown import unknown_in

        self._keep(unknown_in(annotation, value, secrets), value, operation)

    def note_read(self, value: Any, data: Any, operation: str, secrets: Sequence[str] = ()) -> None:
        """The same of a value that was read from data as a type of the user's."""
        from typed_openai.core.answer.unknown import unknown_beside

        self._keep(unknown_beside(value, data, secrets), value, operation)

    def _keep(self, told: Iterable[Found], value: Any, operation: str) -> None:
        answer = type(value).__name__
        for kind, pointer, model, example in told:
            key = (kind, answer, pointer, model, "" if kind == "field" else example.partition(":")[0])
            with self._lock:
                known = self._entries.get(key)
                if known is not None:
                    self._entries[key] = replace(known, count=known.count + 1)
                    continue
                is_kept = len(self._entries) < LIMIT
                if is_kept:
                    self._entries[key] = UnknownEntry(kind, answer, pointer, model, example, operation)
                else:
                    self.beyond += 1
            if is_kept:
                logger.warning("%s: %s (said once, see client.unknown)", operation, self._entries[key])
            elif self.beyond == 1:
                logger.warning("%s: client.unknown has %d entries, others are only counted", operation, LIMIT)

    def clear(self) -> None:
        """Forget everything: what comes again is new."""
        with self._lock:
            self._entries.clear()
            self.beyond = 0

    def _told(self) -> list[UnknownEntry]:
        if not self.is_on:
            raise ConfigurationError(
                "nobody looked for what is unknown: OpenAI(report_unknown=True), or OPENAI_REPORT_UNKNOWN=1"
            )
        with self._lock:
            return list(self._entries.values())

    def _records(self) -> Records:
        return rows_of({name: getattr(each, name) for name in UnknownEntry.__slots__} for each in self._told())

    def __iter__(self) -> Iterator[UnknownEntry]:
        return iter(self._told())

    def __len__(self) -> int:
        return len(self._told())

    def __bool__(self) -> bool:
        return bool(self._told())

    def __str__(self) -> str:
        more = [f"and {self.beyond} more, for which there was no place"] if self.beyond else []
        return "\n".join([*map(str, self._told()), *more]) if self.is_on else repr(self)

    def __repr__(self) -> str:
        if not self.is_on:
            return "<UnknownReport: off (report_unknown=True turns it on)>"
        entries = self._told()
        kinds = {kind: sum(each.kind == kind for each in entries) for kind in ("field", "value", "member")}
        said = ", ".join(f"{count} {kind}{'s' * (count > 1)}" for kind, count in kinds.items() if count)
        return f"<UnknownReport: {said or 'nothing unknown'}>"

    def __reduce__(self) -> Any:
        """In another process it begins anew."""
        return UnknownReport, (self.is_on,)


OFF = UnknownReport(False)
"""That of all clients that do not report."""

__all__ = ["OFF", "UnknownEntry", "UnknownReport"]
