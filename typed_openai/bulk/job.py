"""What asks the lines of a bulk job: a job of the engine of `client.map` (rules of that: `bulk/map.py`).

Rules
* The line of an answer is written by whoever got it, before anybody sees it; lines come out as they are answered.
* A request that fails in a way that may pass is tried again up to `max_retries` times, by another client where there
  is one that is well (`lanes.py`), else after the pause that the server asks for.
* No failure of a request ends the job. What does: a file that cannot be written, an iterable that raises, a name that
  comes twice, the output of another job. All that was asked by then is in the output.
* A budget is kept by beginning nothing that it may not cover (`purse.py`): the job stops when nothing more fits in.

Weak spot: what a line is expected to take is the mean so far (its own text at least), which long answers among short
ones exceed.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic_core import to_json

from typed_openai.bulk.endpoints import operation_at
from typed_openai.bulk.lines import Answer, Line, answer_line, failure_line
from typed_openai.bulk.map import Job, MapResult, Piece
from typed_openai.bulk.purse import Purse, Spending
from typed_openai.core.run.effects import Call, On, Sleep
from typed_openai.core.run.retry import RetryEvent, delay_before_retry
from typed_openai.errors import APIError, ConfigurationError, Fault, OpenAIError, RequestValidationError

if TYPE_CHECKING:
    from typed_openai.bulk.endpoints import BatchedOperation
    from typed_openai.bulk.lanes import Lane, Lanes
    from typed_openai.bulk.output import Output
    from typed_openai.bulk.reading import Source
    from typed_openai.bulk.report import Tally
    from typed_openai.core.caller import Caller
    from typed_openai.core.run.effects import Flow

_BYTES_PER_TOKEN = 4


class BulkJob(Job):
    """One job that asks its lines itself."""

    asked: ClassVar[Any] = Line
    title: ClassVar[str] = "client.bulk"

    def __init__(
        self,
        client: Caller,
        source: Source,
        output: Output,
        lanes: Lanes,
        tally: Tally,
        *,
        concurrency: int,
        purse: Spending | None = None,
        on_done: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(client, source.items, {"concurrency": concurrency, "ordered": False})
        self.total: int | None = source.total
        self.file = self.output = output
        self.pace = self.lanes = lanes
        self.source = source
        self.tally = tally
        self.on_done = on_done
        self.purse: Spending = purse or Purse()
        self._retries: int = client.config.max_retries or 0
        self._endpoints: dict[str, BatchedOperation] = {}
        self._reserved: dict[str, int] = {}
        """What the lines that are under way are expected to take, in tokens."""

    # -- what is drawn ---------------------------------------------------------------------------------------------

    def _begun(self, item: Any) -> tuple[int, Any] | None:
        line = self.source.line(self._drawn, item)
        index, self._drawn = self._drawn, self._drawn + 1
        if self.output.has(line):
            self.tally.resumed += 1
            return None
        expected = self._reserved[line.custom_id] = self._expected(line)
        self.purse.reserve(expected)
        return index, line

    def known(self, piece: Piece) -> MapResult[Any] | None:
        """Nothing: what is answered is not drawn."""
        return None

    def has_place(self, running: int) -> bool:
        """Whether another line may be drawn: not when a budget is used up, or all clients are given up."""
        if not self.lanes.well():
            self.tally.stopped = f"every client is given up: {self.lanes.lanes[0].given_up}"
        if self.tally.stopped is not None or not super().has_place(running):
            return False
        used_up = self.purse.used_up()
        if used_up and not running:
            self.tally.stopped = used_up
        return not used_up

    def _expected(self, line: Line) -> int:
        return max(len(to_json(line.body)) // _BYTES_PER_TOKEN, round(self.tally.mean_tokens))

    # -- what is asked ---------------------------------------------------------------------------------------------

    def endpoint(self, line: Line) -> BatchedOperation:
        """The operation behind the url of a line."""
        found = self._endpoints.get(line.url) or operation_at(line.url)
        title = f"client.bulk, line {line.custom_id!r}"
        if found is None or found.multipart:
            why = "an endpoint that takes JSON"
            raise RequestValidationError(title, [Fault("url", why, repr(line.url), 'engine="batch" may know it')])
        if (line.body or {}).get("stream") is True:
            raise RequestValidationError(
                title, [Fault("body.stream", "left out or False", "True", "answers are whole")]
            )
        self._endpoints[line.url] = found
        return found

    def flow(self, item: Any) -> Flow[Answer]:
        """The call of a line: by one client after the other, until there is an answer or a final error."""
        line: Line = item
        if line.error is not None:
            raise line.error
        operation, expected, failures = self.endpoint(line), self._expected(line), 0
        lane = None
        while (lane := self.lanes.take(but=lane)) is not None:
            try:
                yield Sleep(max(0.0, lane.rates.reserve(expected)))
                while (delay := lane.delay()) > 0:
                    yield Sleep(delay)
                self.tally.asking()
                answer: Answer = yield On(lane.client.driver.pool, lane.asking(operation, line))
            except APIError as error:
                failure = error
            else:
                lane.did_well()
                lane.rates.settle(expected, self.tally.tokens_of(answer))
                return answer
            finally:
                self.lanes.give_back(lane)
            lane.did_fail(failure)
            failures += 1
            yield from self._before_another(failure, failures, lane)
        raise self.lanes.lanes[0].given_up or ConfigurationError("clients: none is left")

    def _before_another(self, error: APIError, failures: int, lane: Lane) -> Flow[None]:
        """Wait until there may be another attempt, by another client at once; raise the error when there is none."""
        others = [other for other in self.lanes.well() if other is not lane]
        delay = delay_before_retry(error, failures, self._retries + len(others), None)
        if others and (lane.given_up is not None or any(other.delay() <= 0 for other in others)):
            delay = 0.0 if delay is not None or lane.given_up is error else None
        if delay is None:
            raise error
        if self.client.config.on_retry is not None:
            yield Call(self.client.config.on_retry, RetryEvent(error, failures, delay))
        yield Sleep(delay)

    # -- what came -------------------------------------------------------------------------------------------------

    def keep(self, index: int, item: Any, value: Any) -> MapResult[Any]:
        """An answer: into the file, then into the count."""
        with self._ending:
            self.output.add(item.custom_id, answer_line(item, value), succeeded=True)
            self._settle(item, *self.tally.answer(value.value, value.seconds))
        return MapResult(index, item, value)

    def failed(self, index: int, item: Any, error: BaseException | None) -> MapResult[Any]:
        """A failure: a line as well."""
        if error is None or not isinstance(error, Exception):
            return super().failed(index, item, error)
        if isinstance(error, ConfigurationError) or not isinstance(error, OpenAIError):
            self._ending.error = self._ending.error or error  # not the line's fault: of a middleware, of a key function
        with self._ending:
            self.output.add(item.custom_id, failure_line(item, error), succeeded=False)
            self.tally.failure(error)
            self._settle(item, 0, Decimal())
        return MapResult(index, item, error=error)

    def _settle(self, line: Line, taken: int | None, cost: Decimal | None) -> None:
        expected = self._reserved.pop(line.custom_id, 0)
        self.purse.settle(expected, expected if taken is None else taken, cost)

    def progress(self) -> object:
        """Tell how far it is."""
        return self.on_done() if self.on_done is not None else None

    def close(self, still_running: bool) -> None:
        """The file stays open: it is tidied after this."""
        self.sync()
        self.over()
