"""Lines answered by the Batch service: in parts, within its limits, over days, through any number of runs. A flow.

Rules
* Parts are submitted as there is room for their tokens (`enqueued_tokens`); one that the service has no room for is
  submitted again when another of its model has ended.
* What is begun is found again: a batch that was made in the moment when the job was killed is known by its metadata.
* Answers are joined to the output when all parts have ended, in the order of the lines that went in. What failed,
  expired or was cancelled is a failure of its line, and asked again by the next run.
* What a server puts elsewhere or as JSON text (OGX does) is written as the service would: the next run finds it.
* When the deadline of `wait` passes, the job stops and says so; the batches go on, and the next run with them.

Weak spots: a batch that nobody knows of is looked for among the newest thousand. The names of a part's answers are in
memory while they are joined.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typed_openai.bulk.batches import BatchLimits, BatchLine, BatchReader
from typed_openai.bulk.lines import Answer, Line, answer_line, failure_line, has_form, is_answered
from typed_openai.bulk.output import Output, bare, read_line
from typed_openai.bulk.parts import Folder, Part
from typed_openai.core.answer.pages import next_page
from typed_openai.core.redact import logger
from typed_openai.core.run.download import piecewise
from typed_openai.core.run.effects import Call, Flow, Work
from typed_openai.core.run.waiting import Waiting, reason, wait_for
from typed_openai.errors import APIError, OpenAIError, WaitTimeoutError
from typed_openai.models.base import Result
from typed_openai.models.batches import Batch
from typed_openai.resources.batches import Batches
from typed_openai.resources.files import Files

if TYPE_CHECKING:
    from typed_openai.bulk.report import Tally
    from typed_openai.core.caller import Caller

_MARK = "typed_openai_bulk"
_NO_ROOM = ("token_limit_exceeded", "enqueued token limit")
_PENDING = frozenset({"validating", "in_progress", "finalizing", "cancelling"})
_PATIENCE: Waiting = {"interval": 2.0, "max_interval": 60.0, "deadline": None}
_PAGES = 10
_MOST_REFUSED = 100
"""How often a part that is alone is submitted again although there was no room for it."""
_BEFORE = 300.0
"""Seconds by which the clocks of the service and of this machine may differ."""


class BatchJob:
    """One job of the Batch service."""

    def __init__(
        self,
        client: Caller,
        lines: Callable[[], Iterator[Line]],
        output: Output,
        tally: Tally,
        *,
        enqueued_tokens: int | None = None,
        wait: Waiting | None = None,
        on_done: Callable[[], object] | None = None,
        limits: BatchLimits | None = None,
    ) -> None:
        self.client: Any = client
        self.lines = lines
        self.output = output
        self.tally = tally
        self.on_done = on_done
        self.wait: Waiting = {**_PATIENCE, **(wait or {}), "raise_on_failure": False}
        self._settings = Path(f"{output.path}.batch"), limits or BatchLimits(), enqueued_tokens
        self.folder = Folder(*self._settings)
        self._batches = Batches(client)
        self._failed_here: set[str] = set()
        self._stood = (set(output.answered), set(output.failed))

    def steps(self) -> Flow[None]:
        """Finish what an earlier run began, then what that did not ask."""
        if (yield Work(self.folder.load)):
            yield from self._round()
        if self.tally.stopped is None:
            self.folder = Folder(*self._settings)
            yield Work(self.folder.split, self._left())
            yield from self._round()

    def _left(self) -> Iterator[Line]:
        """The lines that have no answer yet; those that failed in this run wait for the next one."""
        for line in self.lines():
            if self.output.has(line):
                self.tally.resumed += line.custom_id in self._stood[0]
            elif line.error is not None:
                self._failed(line, line.error)
            elif line.custom_id not in self._failed_here:
                yield line

    def _round(self) -> Flow[None]:
        """See all parts to their end, and join what they brought."""
        try:
            for part in self.folder.parts:
                if part.state == "creating":
                    yield from self._look_for(part)
            while any(part.state != "ended" for part in self.folder.parts):
                yield from wait_for(self._look, pending=("going",), failed=(), wait=self.wait, status=self._status)
            yield Work(self._join)
        except WaitTimeoutError as error:
            self.tally.stopped = f"{error}; the batches go on, and so does the next run"
        except OpenAIError as error:
            error.add_note(f"the next run with the same files goes on from {self.folder.path}")
            raise

    def _status(self, seen: Result) -> str:
        return "ended" if all(part.state == "ended" for part in self.folder.parts) else "going"

    def _look(self) -> Flow[Result]:
        """Look once at everything that is under way, and begin what there is room for."""
        seen: Result | None = None
        for part in self.folder.parts:
            if part.state == "running":
                seen = yield from self._seen(part)
        for part in self.folder.parts:
            if part.state in ("waiting", "uploaded") and self.folder.room(part):
                seen = yield from self._submitted(part)
        self.tally.elsewhere = sum(part.done for part in self.folder.parts)
        if self.on_done is not None:
            yield Call(self.on_done)
        return seen if seen is not None else Result.model_construct()

    # -- parts -----------------------------------------------------------------------------------------------------

    def _submitted(self, part: Part) -> Flow[Result]:
        """Upload a part and have its batch begun."""
        if part.state == "waiting":
            path = self.folder.path / f"{part.name}.jsonl"
            uploaded = yield from Files(self.client).create.flow(file=path, purpose="batch", check=False)
            part.file_id, part.state = uploaded.id, "uploaded"
            yield Work(self.folder.save)
        part.began, part.state = time.time(), "creating"
        yield Work(self.folder.save)
        batch: Batch = yield from self._batches.create.flow(
            completion_window="24h",
            endpoint=part.endpoint,
            input_file_id=part.file_id,
            metadata={_MARK: f"{self.folder.id}/{part.number}"},
        )
        return (yield from self._running(part, batch))

    def _running(self, part: Part, batch: Batch) -> Flow[Result]:
        part.batch_id, part.status, part.state = batch.id, batch.status, "running"
        yield Work(self.folder.save)
        return batch

    def _look_for(self, part: Part) -> Flow[None]:
        """The batch of a part whose making was cut short, if it was made."""
        page: Any = yield from self._batches.list.flow(limit=100)
        for _ in range(_PAGES):
            for batch in page.data:
                if (batch.metadata or {}).get(_MARK) == f"{self.folder.id}/{part.number}":
                    yield from self._running(part, batch)
                    return
            if not page.data or page.data[-1].created_at < part.began - _BEFORE or not page.has_next_page():
                break
            page = yield from next_page(page)
        part.state = "uploaded"
        yield Work(self.folder.save)

    def _seen(self, part: Part) -> Flow[Result]:
        """Where a batch is; what it brought is fetched when it has ended."""
        batch: Batch = yield from self._batches.retrieve.flow(part.batch_id)
        counts = batch.request_counts
        part.status, part.done = batch.status, 0 if counts is None else counts.completed + counts.failed
        if batch.status in _PENDING:
            return batch
        part.why = reason(batch)
        beside = [each for each in self.folder.parts if each is not part and each.model == part.model]
        if batch.status == "failed" and any(each in part.why for each in _NO_ROOM):
            logger.warning("client.bulk: no room for %s yet: %s", part.batch_id, part.why)
            part.refused += 1
            if part.refused < _MOST_REFUSED or any(each.state == "running" for each in beside):
                part.state, part.batch_id, part.done = "uploaded", "", 0
                yield Work(self.folder.save)
                return batch
        path = self.folder.answers_of(part)
        yield Work(path.write_bytes, b"")
        for file_id in (batch.output_file_id, batch.error_file_id):
            if file_id:
                yield from self._fetched(file_id, path)
        part.state = "ended"
        yield Work(self.folder.save)
        return batch

    def _fetched(self, file_id: str, path: Path) -> Flow[None]:
        """A file of the service, behind what is there."""
        with open(path, "ab") as file:
            before = file.tell()
            yield from Files(piecewise(self.client, file.write)).content.flow(file_id)
            if file.tell() > before:
                file.write(b"\n")  # its last line may have no end; an empty line is none

    # -- what came -------------------------------------------------------------------------------------------------

    def _join(self) -> None:
        """Everything that came into the output, part by part, in the order of their lines."""
        self.tally.elsewhere = 0
        for part in self.folder.parts:
            reader = BatchReader(part.endpoint, self.client.config, self.client.secrets)
            places = _places(self.folder.answers_of(part))
            with open(self.folder.answers_of(part), "rb") as file:
                for line in self.folder.lines_of(part):
                    self._joined(part, line, reader, file, places.get(line.custom_id))
        self.output.sync()
        self.folder.remove()

    def _joined(self, part: Part, line: Line, reader: BatchReader, file: Any, place: int | None) -> None:
        if line.custom_id in self.output.answered:
            return  # joined before the job was killed
        content = b""
        if place is not None:
            file.seek(place)
            content = bare(file.readline()) + b"\n"
        found, data = next(iter(reader.read(content, part.batch_id)), None), read_line(content)
        self.tally.requests += 1
        if not isinstance(found, BatchLine):
            why = part.why or (found.why if found is not None else "the service has no answer for it")
            self._failed(line, APIError(f"batch {part.batch_id} ended as {part.status!r}: {why}"))
        elif isinstance(found.outcome, APIError):
            self._failed(line, found.outcome, content if not is_answered(data) and has_form(data) else None)
        else:
            if not has_form(data):
                content = answer_line(line, Answer(found.outcome, found.outcome.model_dump_json().encode(), 0.0))
            self.output.add(line.custom_id, content, succeeded=True)
            self.tally.answer(found.outcome)

    def _failed(self, line: Line, error: OpenAIError, content: bytes | None = None) -> None:
        self.output.add(line.custom_id, content or failure_line(line, error), succeeded=False)
        self._failed_here.add(line.custom_id)
        self.tally.failure(error)


def _places(path: Path) -> dict[str, int]:
    """Where in a file the answers stand, by name; the first of a name counts."""
    found: dict[str, int] = {}
    at = 0
    with open(path, "rb") as file:
        for line in file:
            data = read_line(line)
            if data is not None:
                found.setdefault(data["custom_id"], at)
            at += len(line)
    return found
