"""Batches: many requests in one file, executed within a day at half the price (API reference: Batch).

`run` does all of it; `submit` and `results` are its halves, for a program that does not want to be there all day: the
batch ids are all that has to be kept. What lines are and how answers are read stands in `typed_openai/bulk/batches.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from typed_openai.bulk.batches import BatchBuilder, BatchLine, BatchLineIssue, BatchReader, BatchResults, CustomIds
from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.declare.flow_methods import flow_method
from typed_openai.core.declare.verbs import Resource, get, post
from typed_openai.core.declare.waits import waits
from typed_openai.core.run.download import piecewise
from typed_openai.core.run.effects import Call, Flow
from typed_openai.core.run.made_before import taking_along
from typed_openai.core.run.waiting import Waiting
from typed_openai.errors import NotFoundError, OpenAIError, WaitFailedError
from typed_openai.models.batches import Batch, BatchCreateParams, BatchListParams, OutputExpiresAfter
from typed_openai.models.files import FileObject
from typed_openai.resources.files import Files

_PENDING = frozenset({"validating", "in_progress", "finalizing", "cancelling"})
_FAILED = frozenset({"failed", "expired", "cancelled"})
_PATIENCE: Waiting = {"interval": 2.0, "max_interval": 60.0, "deadline": 25 * 3600.0}
"""A batch takes minutes to a day."""


class Batches(Resource):
    """Send many requests at once and fetch the answers later."""

    path = "batches"

    create = post("/batches", BatchCreateParams, Batch)
    """Have the requests of an uploaded file executed."""
    retrieve = get("/batches/{batch_id}", Batch)
    """Fetch a batch: its state, how far it is, and the ids of its files."""
    list = get("/batches", BatchListParams, CursorPage[Batch])
    """List the batches of the organization, the newest first."""
    cancel = post("/batches/{batch_id}/cancel", Batch)
    """Stop a batch; what was answered up to then is kept."""

    wait = waits(retrieve, pending=_PENDING, failed=_FAILED, wait=_PATIENCE)
    """Wait until a batch has ended.

    Asks every 2 s at first and every 60 s at last, for up to 25 hours, unless `wait` says otherwise. Raises
    `WaitFailedError` for a batch that failed, expired or was cancelled, `WaitTimeoutError` at the deadline; the
    batch is on the error's `result`.
    """

    @flow_method
    def submit(
        self,
        lines: BatchBuilder,
        *,
        metadata: Mapping[str, str] | None = None,
        output_expires_after: OutputExpiresAfter | Mapping[str, object] | None = None,
        on_created: Callable[[Batch], object] | None = None,
    ) -> Flow[Sequence[Batch]]:
        """Upload the lines and start a batch for each file that they fill (one for each endpoint and model at least).

        `on_created` is called with each batch as soon as it exists: the place to keep its id. An error on the way
        carries a note that names what was made before it.
        """
        parts = lines.parts()  # refuses before anything is sent
        made: list[Batch] = []
        unused: list[FileObject] = []

        def _unused() -> str:
            return f"the file {unused[0].id} was uploaded, and no batch uses it"

        with taking_along(made, lambda: _come_back([batch.id for batch in made])), taking_along(unused, _unused):
            for number, part in enumerate(parts, 1):
                name = f"batch-{number:04d}-of-{len(parts):04d}.jsonl"
                upload = Files(self.client).create
                uploaded: FileObject = yield from upload.flow(
                    file=(name, part.content, "application/jsonl"),
                    purpose="batch",
                    check=False,  # each line was checked when it was added
                )
                unused.append(uploaded)
                batch: Batch = yield from self.create.flow(
                    completion_window="24h",
                    endpoint=part.endpoint,
                    input_file_id=uploaded.id,
                    metadata=metadata,
                    output_expires_after=output_expires_after,
                )
                made.append(batch)
                unused.clear()
                if on_created is not None:
                    yield Call(on_created, batch)
        return made

    @flow_method
    def results(
        self,
        batch_ids: str | Sequence[str],
        *,
        lines: BatchBuilder | None = None,
        wait: Waiting | None = None,
    ) -> Flow[BatchResults]:
        """Wait until batches have ended and read what they answered, by custom id.

        What got an error is a value too (`results.errors`), not raised. `lines` are those that were submitted: they
        set the order, and name what is missing; without them the files that went in are fetched when something is.
        Raises `WaitFailedError` when a batch failed, expired or was cancelled, with the `BatchResults` (what there is)
        on `result`, and `WaitTimeoutError` when the deadline of `wait` passed for all together.
        """
        ids = [batch_ids] if isinstance(batch_ids, str) else [*batch_ids]
        how: Waiting = {**_PATIENCE, **(wait or {}), "raise_on_failure": False}
        deadline = how.get("deadline")
        until = None if deadline is None else time.monotonic() + deadline
        batches: list[Batch] = []
        try:
            for batch_id in ids:
                if until is not None:
                    how = {**how, "deadline": max(0.0, until - time.monotonic())}
                batch: Batch = yield from self.wait.flow(batch_id, wait=how)
                batches.append(batch)
        except OpenAIError as error:
            error.add_note(_come_back(ids))
            raise
        read: list[BatchLine | BatchLineIssue] = []
        for batch in batches:
            reader = BatchReader(batch.endpoint, self.client.config, self.client.secrets)
            for file_id in (batch.output_file_id, batch.error_file_id):
                if file_id:
                    read += yield from self._read(reader, file_id)
        asked = [*lines] if lines is not None else (yield from self._asked(batches, read))
        found = BatchResults(batches, read, asked)
        if any(batch.status in _FAILED for batch in batches) and (wait or {}).get("raise_on_failure", True):
            raise WaitFailedError(found.explanation(), found)
        return found

    @flow_method
    def run(
        self,
        lines: BatchBuilder,
        *,
        wait: Waiting | None = None,
        metadata: Mapping[str, str] | None = None,
        output_expires_after: OutputExpiresAfter | Mapping[str, object] | None = None,
        on_created: Callable[[Batch], object] | None = None,
    ) -> Flow[BatchResults]:
        """Upload the lines, start the batches, wait for them and read the answers: `submit`, then `results`."""
        batches: Sequence[Batch] = yield from self.submit.flow(
            lines, metadata=metadata, output_expires_after=output_expires_after, on_created=on_created
        )
        ids = [batch.id for batch in batches]
        with taking_along(batches, lambda: _come_back(ids)):
            found: BatchResults = yield from self.results.flow(ids, lines=lines, wait=wait)
        return found

    def _read(self, reader: BatchReader, file_id: str) -> Flow[Sequence[BatchLine | BatchLineIssue]]:
        """What a file says, read as it arrives."""
        read: list[BatchLine | BatchLineIssue] = []
        arriving = piecewise(self.client, lambda block: read.extend(reader.feed(block, file_id)))
        yield from Files(arriving).content.flow(file_id)
        return [*read, *reader.close(file_id)]

    def _asked(self, batches: Sequence[Batch], read: Sequence[BatchLine | BatchLineIssue]) -> Flow[Sequence[str]]:
        """The custom ids that went in, from the files, as far as they are still there; none when nothing is missing."""
        totals = [batch.request_counts.total for batch in batches if batch.request_counts is not None]
        answered = {line.custom_id for line in read if isinstance(line, BatchLine)}
        if len(totals) == len(batches) and sum(totals) == len(answered) > 0:
            return []
        asked: list[str] = []
        for batch in batches:
            ids = CustomIds()
            try:
                yield from Files(piecewise(self.client, ids.feed)).content.flow(batch.input_file_id)
            except NotFoundError:
                continue  # files expire; what is missing is then unknown
            asked += ids.close()
        return asked


def _come_back(ids: Sequence[str]) -> str:
    return f"these batches are there all the same: client.batches.results({[*ids]!r}) goes on with them"
