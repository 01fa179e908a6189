"""Which calls of a run are made: those that were approved, and were not made before; and the file that says so.

    run = client.chat.completions.run_tools(..., tools=[pay], approve=ask, ledger="payments.jsonl")

Rules of `approve`
* It is asked before any call of the round is made, for one call after the other, with the `CalledTool`. True lets it be
  made; a text is told to the model in its place, and anything that is not true says that it was not approved.
* What it raises ends the run, with the run so far on the error. With a ledger the run goes on another day.

Rules of the ledger: JSON Lines, for its owner alone (mode 0600), one line a fact, in the order of time.
* `run`: what was asked for, by a digest of the messages given. `answer`: what the model said. `started`: a call that is
  about to be made, with its arguments. `called`: its outcome, told to the model; `approved` is false where it was not.
* The same call of `run_tools` with the same messages goes on where the file ends: answers that are in it are not asked
  for again, calls that have an outcome are not made again. A run that came to its end is given again.
* What was started and has no outcome is called again: a tool that must not do something twice has to see to it.
* A last line that was cut is dropped. Any other line that cannot be read is a `LedgerError` that names it, and so is a
  file that cannot be written: what cannot be told is not done.

Weak spots: `on_step` hears of the rounds in the file again. One run writes to a file, not two at once. Of an error its
name and text are kept, as `RecordedToolError`.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from pydantic_core import to_jsonable_python

from typed_openai.core.run.effects import Call, Work
from typed_openai.errors import OpenAIError

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow

__all__ = ["Ledger", "LedgerError", "NotApprovedError", "RecordedToolError"]


class LedgerError(OpenAIError):
    """A ledger cannot be read, cannot be written, or is that of another run."""


class NotApprovedError(OpenAIError):
    """A call was not approved, and not made; the message is what the model was told."""


class RecordedToolError(OpenAIError):
    """What went wrong with a call, as a ledger remembers it."""


class Running(Protocol):
    """What is asked of a loop (`loop.py`, which knows this file)."""

    ledger: Ledger | None
    options: Any
    steps: list[Any]

    def ask(self) -> Flow[Any]:
        """The next answer, of the model."""
        ...


class Ledger:
    """The file of one run: `answers` and `outcomes` are what it had when it was opened."""

    def __init__(self, path: str | os.PathLike[str], operation: str, messages: object) -> None:
        self.path = Path(path)
        self.answers: list[Any] = []
        self.outcomes: dict[tuple[int, int], Mapping[str, Any]] = {}
        self._lock = Lock()
        sent = json.dumps(to_jsonable_python(messages, fallback=str, exclude_none=True), sort_keys=True)
        head = {"operation": operation, "asked": hashlib.sha256(sent.encode()).hexdigest()}
        lines = self._lines()
        if not lines:
            self.write("run", **head)
            return
        first = lines[0]
        if {name: first.get(name) for name in head} != head:
            raise LedgerError(f"{self.path}:1: this is the ledger of another run: give each conversation its own")
        for line in lines[1:]:
            if line["fact"] == "answer":
                self.answers.append(line["answer"])
            elif line["fact"] == "called":
                self.outcomes[line["round"], line["place"]] = line

    def write(self, fact: str, **told: Any) -> None:
        """Add a line. Raises `LedgerError` where that cannot be done."""
        line = json.dumps({"fact": fact, "at": round(time.time(), 3), **told}, ensure_ascii=True)
        try:
            with self._lock, open(os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:
                file.write(f"{line}\n".encode())
        except OSError as error:
            raise LedgerError(f"{self.path}: the ledger cannot be written: {error}") from error

    def _lines(self) -> list[dict[str, Any]]:
        """What stands in the file; a last line that was cut is dropped from it."""
        try:
            content = self.path.read_bytes() if self.path.exists() else b""
            whole = content[: content.rfind(b"\n") + 1]
            if whole != content:
                os.truncate(self.path, len(whole))
        except OSError as error:
            raise LedgerError(f"{self.path}: the ledger cannot be read: {error}") from error
        return [self._read(number, line) for number, line in enumerate(whole.splitlines(), 1)]

    def _read(self, number: int, line: bytes) -> dict[str, Any]:
        needed = {"run": (), "answer": ("answer",), "started": (), "called": ("round", "place", "output")}
        try:
            found = json.loads(line)
        except ValueError:
            found = None
        fact = found.get("fact") if isinstance(found, dict) else None
        if not isinstance(found, dict) or fact not in needed or any(name not in found for name in needed[fact]):
            raise LedgerError(f"{self.path}:{number}: this is not a line of a ledger")
        return found


def answer_of(ledger: Ledger, loop: Running, kind: type[Any]) -> Flow[Any]:
    """The next answer: out of the file, else of the model, and into the file."""
    from typed_openai.core.answer.tolerant import read

    if len(loop.steps) < len(ledger.answers):
        return read(kind, ledger.answers[len(loop.steps)], "", [])
    answer = yield from loop.ask()
    dumped = answer.model_dump(mode="json", exclude_unset=True)
    yield Work(_written, ledger, "answer", {"round": len(loop.steps) + 1, "answer": dumped})
    return answer


def to_be_made(loop: Running, calls: list[Any], outcomes: list[Any]) -> Flow[list[int]]:
    """The places of the calls that are to be made; the outcomes of all others are there then."""
    ledger, approve = loop.ledger, loop.options.approve
    places: list[int] = []
    for place, call in enumerate(calls):
        known = None if ledger is None else ledger.outcomes.get((len(loop.steps) + 1, place))
        if known is not None:
            outcomes[place] = _remembered(call, known)
            continue
        verdict = True if approve is None else (yield Call(approve, call))
        if verdict is not True:
            told = verdict if isinstance(verdict, str) and verdict else f"The call of {call.name} was not approved."
            outcomes[place] = replace(call, output=told, error=NotApprovedError(told))
            yield from told_to(ledger, loop, place, outcomes, approved=False)
            continue
        places.append(place)
    return places


def noted(ledger: Ledger, loop: Running, place: int, outcomes: list[Any], flow: Flow[None]) -> Flow[None]:
    """A call, with a line before it is made and one when it is."""
    call = outcomes[place]
    started = {"round": len(loop.steps) + 1, "place": place, "name": call.name, "arguments": call.arguments}
    yield Work(_written, ledger, "started", started)
    yield from flow
    yield from told_to(ledger, loop, place, outcomes, approved=True)


def told_to(ledger: Ledger | None, loop: Running, place: int, outcomes: list[Any], *, approved: bool) -> Flow[None]:
    """Write the outcome of a call."""
    if ledger is None:
        return
    call = outcomes[place]
    error = None if call.error is None else f"{type(call.error).__name__}: {call.error}"
    facts = {"round": len(loop.steps) + 1, "place": place, "id": call.id, "name": call.name}
    said = {"arguments": call.arguments, "approved": approved, "output": call.output, "error": error}
    yield Work(_written, ledger, "called", {**facts, **said})


def _remembered(call: Any, known: Mapping[str, Any]) -> Any:
    error = known.get("error")
    kind = RecordedToolError if known.get("approved", True) else NotApprovedError
    return replace(call, output=known["output"], error=None if error is None else kind(error))


def _written(ledger: Ledger, fact: str, told: Mapping[str, Any]) -> None:
    ledger.write(fact, **told)
