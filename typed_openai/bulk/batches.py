"""Batches end to end: lines from checked parameters, files within the service's limits, typed answers by custom id.

    lines = BatchBuilder()
    for number, question in enumerate(questions):
        lines.add(f"q-{number}", ChatCompletionCreateParams(model=..., messages=[UserMessage(content=question)]))
    results = client.batches.run(lines)
    for custom_id, completion in results.answers(ChatCompletion).items(): ...
    again = lines.only([*results.errors, *results.missing])

Rules
* What a line asks follows from the class of its parameters: the declarations of the package say which operation takes
  them, and what its answer is; the enumeration of `batches.create(endpoint=...)` says which of those a batch may ask.
* Everything is checked when a line is added: the parameters, a custom id that is there already, a stream.
* A file holds lines of one endpoint and one model, and keeps to `BatchLimits`; a builder makes as many as it takes.
* Answers come in any order and are read line by line; no text is ever rewritten. A line that cannot be read is an entry
  in `results.issues` and harms no other. What got an error is a value (`results.errors`): the exception that the plain
  call would have raised.

Weak spots: the lines that go in are held in memory, and so are the answers in `BatchResults` (not the files they came
in); for more than that, feed a `BatchReader` from `files.with_streaming_response.content(...)`. Parameters with files
in them (pictures to edit as bytes) do not fit into a line and are refused.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from typed_openai.bulk.endpoints import ENDPOINTS, endpoint_of, operation_at
from typed_openai.core.answer.decode import read_json
from typed_openai.core.answer.meta import Issue, Meta
from typed_openai.core.answer.records import HasRecords, Records
from typed_openai.core.answer.response import parse, status_error
from typed_openai.core.answer.tally import LIMIT, Tally
from typed_openai.core.caller import Policies
from typed_openai.core.known_secrets import Secrets
from typed_openai.core.request.faults import shown
from typed_openai.core.request.params import json_body
from typed_openai.core.request.refusals import faults
from typed_openai.core.run.effects import Request
from typed_openai.core.run.waiting import reason
from typed_openai.errors import APIError, Fault, RequestValidationError
from typed_openai.models.base import Params, Result, attach
from typed_openai.models.batches import Batch, BatchEndpoint
from typed_openai.settings.config import Config
from typed_openai.shown.hooks import Shown

R = TypeVar("R", bound=Result)
Outcome: TypeAlias = Result | APIError
"""What a line got: the typed answer, or the error that a plain call would have raised."""


class UnknownAnswer(Result):
    """The answer of an endpoint that is newer than this package; its data is in `model_extra`."""


# --- lines that go in ------------------------------------------------------------------------------------------------


class BatchLimits(NamedTuple):
    """What one file may hold; the defaults are those of the service."""

    lines: int = 50_000
    bytes: int = 200_000_000
    embedding_inputs: int = 50_000

    def hold(self, lines: int, size: int, inputs: int) -> bool:
        """Whether a file may hold so many lines, bytes and inputs to embed."""
        return lines <= self.lines and size <= self.bytes and inputs <= self.embedding_inputs


class _Line(NamedTuple):
    endpoint: BatchEndpoint
    model: str
    content: bytes
    inputs: int


@dataclass
class BatchPart:
    """The lines of one file."""

    endpoint: BatchEndpoint
    model: str
    lines: list[bytes] = field(default_factory=list[bytes], repr=False)
    custom_ids: list[str] = field(default_factory=list[str], repr=False)
    size: int = 0
    inputs: int = 0

    @property
    def content(self) -> bytes:
        """The file: JSONL in UTF-8."""
        return b"".join(self.lines)

    def _takes(self, line: _Line, limits: BatchLimits) -> bool:
        return limits.hold(len(self.lines) + 1, self.size + len(line.content), self.inputs + line.inputs)

    def _append(self, custom_id: str, line: _Line) -> None:
        self.lines.append(line.content)
        self.custom_ids.append(custom_id)
        self.size += len(line.content)
        self.inputs += line.inputs


class BatchBuilder:
    """Collects the lines of batches, checked as they are added. `len`, `in` and iteration speak of custom ids."""

    def __init__(self, limits: BatchLimits | None = None) -> None:
        self.limits: BatchLimits = limits or BatchLimits()
        self._lines: dict[str, _Line] = {}

    def add(
        self, custom_id: str, params: Params | Mapping[str, object], *, endpoint: BatchEndpoint | None = None
    ) -> None:
        """Add a request under a name of your own, by which its answer is found.

        `params` is a params object such as `ChatCompletionCreateParams(...)`, or its parameters as a mapping, then
        with the `endpoint` (`"/v1/chat/completions"`). Raises `RequestValidationError` with every fault.
        """
        title = f"batch line {custom_id!r}"
        if not _is_name(custom_id):
            raise RequestValidationError("batch line", [Fault("custom_id", "a non-empty string", shown(custom_id))])
        if custom_id in self._lines:
            hint = "answers are told apart by it"
            raise RequestValidationError(title, [Fault("custom_id", "used only once", shown(custom_id), hint)])
        if isinstance(params, Params):
            found = endpoint_of(params)
            if found is None or endpoint not in (None, found):
                allowed = "a params object of an endpoint that a batch may ask"
                allowed = allowed if found is None else f"parameters of {endpoint}"
                raise RequestValidationError(title, [Fault("params", allowed, type(params).__name__)])
            checked, asked = params, found
        else:
            checked, asked = _checked(title, params, endpoint)
        if getattr(checked, "stream", None) is True:
            fault = Fault("stream", "left out or False", "True", "a batch has no streams: its answers come whole")
            raise RequestValidationError(title, [fault])
        body = json_body(title, checked, None)
        name, url = to_json(custom_id), to_json(asked)
        content = b'{"custom_id":%b,"method":"POST","url":%b,"body":%b}\n' % (name, url, body)
        model = getattr(checked, "model", None)
        inputs = inputs_in(getattr(checked, "input", None)) if asked == "/v1/embeddings" else 0
        line = _Line(asked, model if isinstance(model, str) else "", content, inputs)
        if not BatchPart(asked, "")._takes(line, self.limits):
            allowed = f"{self.limits.bytes} bytes and {self.limits.embedding_inputs} inputs to embed at most"
            raise RequestValidationError(title, [Fault("params", allowed, f"{len(content)} bytes, {inputs} inputs")])
        self._lines[custom_id] = line

    def parts(self) -> list[BatchPart]:
        """The files: each of one endpoint and one model, each within the limits, in the order of their first lines.

        Raises `RequestValidationError` when there is no line.
        """
        if not self._lines:
            raise RequestValidationError("batches.submit", [Fault("lines", "at least one line", "none")])
        made: list[BatchPart] = []
        latest: dict[tuple[str, str], BatchPart] = {}
        for custom_id, line in self._lines.items():
            part = latest.get((line.endpoint, line.model))
            if part is None or not part._takes(line, self.limits):
                part = latest[line.endpoint, line.model] = BatchPart(line.endpoint, line.model)
                made.append(part)
            part._append(custom_id, line)
        return made

    def only(self, custom_ids: Iterable[str]) -> BatchBuilder:
        """Another builder with these lines, in this order: to send again what failed. `KeyError` for an unknown id."""
        other = BatchBuilder(self.limits)
        other._lines = {custom_id: self._lines[custom_id] for custom_id in custom_ids}
        return other

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __contains__(self, custom_id: object) -> bool:
        return custom_id in self._lines

    def __repr__(self) -> str:
        return f"<BatchBuilder of {len(self)} lines>"


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _checked(title: str, params: Mapping[str, object], endpoint: BatchEndpoint | None) -> tuple[Params, BatchEndpoint]:
    operation = operation_at(endpoint) if endpoint in ENDPOINTS else None
    if endpoint is None or operation is None:
        allowed = "an endpoint that a batch may ask, such as '/v1/chat/completions'"
        raise RequestValidationError(title, [Fault("endpoint", allowed, shown(endpoint))])
    given = {name: value for name, value in params.items() if value is not None}
    try:
        checked: Params = operation.params.__pydantic_validator__.validate_python(given)
    except ValidationError as error:
        found = faults(error, given, operation.params)
        raise RequestValidationError(title, found) from None
    return checked, endpoint


def inputs_in(value: object) -> int:
    """How many texts the `input` of a request for embeddings holds."""
    return len(value) if isinstance(value, list) and value and not isinstance(value[0], int) else 1


# --- lines that come back --------------------------------------------------------------------------------------------


class Lines:
    """Lines out of blocks of bytes of any size."""

    def __init__(self) -> None:
        self._rest: list[bytes] = []

    def feed(self, block: bytes) -> list[bytes]:
        """Take the next bytes; gives the lines that end in them, without their ends."""
        first, *more = block.split(b"\n")
        self._rest.append(first)
        if not more:
            return []
        ended = [b"".join(self._rest), *more[:-1]]
        self._rest = [more[-1]]
        return ended

    def close(self) -> bytes:
        """There is no more: gives the last line, which had no end. Another file may begin."""
        rest, self._rest = b"".join(self._rest), []
        return rest


class CustomIds:
    """The custom ids in a file that went in, in their order; lines that cannot be read are left out."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._lines = Lines()

    def feed(self, block: bytes) -> None:
        """Take the next bytes."""
        for line in self._lines.feed(block):
            self._read(line)

    def close(self) -> list[str]:
        """There is no more: gives all that were found."""
        self._read(self._lines.close())
        return self.found

    def _read(self, line: bytes) -> None:
        try:
            data = from_json(line.removeprefix(BOM_UTF8))
        except ValueError:
            return
        custom_id = data.get("custom_id") if isinstance(data, dict) else None
        if isinstance(custom_id, str):
            self.found.append(custom_id)


class BatchLine(NamedTuple):
    """One line of a file that came back, read."""

    custom_id: str
    outcome: Outcome
    file_id: str
    number: int


class BatchLineIssue(NamedTuple):
    """One line of a file that came back and could not be used: where, why, and what stands there."""

    file_id: str
    number: int
    why: str
    content: bytes

    def __str__(self) -> str:
        return f"line {self.number} of {self.file_id or 'the file'}: {self.why}"


class BatchReader:
    """Reads the answers of one endpoint out of the bytes of a file, in blocks of any size. Knows nothing of HTTP.

    `feed` gives the lines that are complete, `close` the last one; `read` does both for a whole file.
    """

    def __init__(self, endpoint: str, config: Policies | None = None, secrets: Sequence[str] = ()) -> None:
        self.endpoint = endpoint
        self._config: Policies = config or Config.resolve({})
        self._request = Request("batches.results", "POST", endpoint, (), {}, secrets=Secrets(secrets))
        operation = operation_at(endpoint)
        self._model: type[Result] = UnknownAnswer if operation is None else operation.model
        self._lines = Lines()
        self._number = 0

    def feed(self, block: bytes, file_id: str = "") -> list[BatchLine | BatchLineIssue]:
        """Take the next bytes; gives what the lines that end in them say."""
        return [found for line in self._lines.feed(block) for found in self._line(line, file_id)]

    def close(self, file_id: str = "") -> list[BatchLine | BatchLineIssue]:
        """There is no more: gives the last line, when it had no end. The reader may begin another file."""
        found = self._line(self._lines.close(), file_id)
        self._number = 0
        return found

    def read(self, content: bytes, file_id: str = "") -> list[BatchLine | BatchLineIssue]:
        """A whole file."""
        return [*self.feed(content, file_id), *self.close(file_id)]

    def _line(self, line: bytes, file_id: str) -> list[BatchLine | BatchLineIssue]:
        self._number += 1
        if self._number == 1:
            line = line.removeprefix(BOM_UTF8)
        if not line.strip():
            return []
        why = ""
        try:
            data = from_json(line)
        except ValueError as error:
            data, why = None, f"it is not JSON: {error}"
        custom_id = data.get("custom_id") if isinstance(data, dict) else None
        if isinstance(data, dict) and isinstance(custom_id, str):
            outcome = self._outcome(data)
            if outcome is not None:
                return [BatchLine(custom_id, outcome, file_id, self._number)]
            why = f"{custom_id!r} has neither a response nor an error"
        return [BatchLineIssue(file_id, self._number, why or "it has no custom_id", line)]

    def _outcome(self, data: Mapping[str, Any]) -> Outcome | None:
        odd: list[Issue] = []
        response, error = _spelled_out(data.get("response"), "/response", odd), data.get("error")
        if isinstance(response, dict) and not (response.get("body") is None and error):
            whole = "body" in response or "status_code" in response
            status = response.get("status_code") if whole else None  # some servers put the answer right there
            body = _spelled_out(response.get("body"), "/response/body", odd) if whole else response
            request_id = response.get("request_id")
            headers = [("x-request-id", request_id)] if isinstance(request_id, str) and request_id else []
            meta = Meta(status if isinstance(status, int) else 200, headers, "POST", self.endpoint)
            return self._answer(meta, to_json(body), odd)
        if error is None:
            return None
        said = error.get("message") if isinstance(error, dict) else error
        code = error.get("code") if isinstance(error, dict) else None
        text = f"not executed: {said}" + (f" [code {code}]" if code else "")
        return APIError(text, meta=Meta(0, (), "POST", self.endpoint), body=error, content=to_json(error))

    def _answer(self, meta: Meta, content: bytes, odd: Sequence[Issue]) -> Outcome:
        if not 200 <= meta.status < 300:
            return status_error(meta, content, self._request)
        try:
            found = parse(self._model, content, meta, self._config, self._request)
        except APIError as error:
            return error
        return attach(found, meta, (*odd, *found.issues)) if odd else found


def _spelled_out(value: object, pointer: str, odd: list[Issue]) -> Any:
    """The value of JSON text that stands where its value should; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        found, more = read_json(value.encode("utf-8", "surrogatepass"))
    except ValueError:
        return value
    if not isinstance(found, dict):
        return value
    odd += [Issue(pointer, "an object", "an object as JSON text"), *more]
    return found


# --- all of them -----------------------------------------------------------------------------------------------------


class BatchResults(Shown, HasRecords, Mapping[str, Outcome]):
    """What each line got, by custom id: a typed answer or an error, in the order of the lines that went in.

    `batches` are the batches, `missing` the ids without an outcome, `issues` the lines that could not be used (100, and
    how many more there were), and then where answers differ from the API description: one of each kind, counted.
    """

    def __init__(
        self, batches: Sequence[Batch], read: Iterable[BatchLine | BatchLineIssue], asked: Collection[str] = ()
    ) -> None:
        found: dict[str, Outcome] = {}
        self.batches: list[Batch] = list(batches)
        self.issues: list[BatchLineIssue] = []
        tally, beyond = Tally(), 0
        for line in read:
            if not isinstance(line, BatchLineIssue) and line.custom_id in found:
                why = f"{line.custom_id!r} was answered before: the first answer counts"
                line = BatchLineIssue(line.file_id, line.number, why, b"")
            if isinstance(line, BatchLineIssue):
                beyond += len(self.issues) >= LIMIT
                self.issues += [line] if len(self.issues) < LIMIT else []
            else:
                found[line.custom_id] = line.outcome
                tally.add(line.outcome.issues if isinstance(line.outcome, Result) else ())
        self.issues += [BatchLineIssue("", 0, f"{beyond} lines more could not be used", b"")] if beyond else []
        self.issues += [BatchLineIssue("", 0, f"answers differ from the API: {issue}", b"") for issue in tally.issues()]
        self.missing: list[str] = [custom_id for custom_id in dict.fromkeys(asked) if custom_id not in found]
        self._outcomes = {custom_id: found[custom_id] for custom_id in asked if custom_id in found} | found

    def __getitem__(self, custom_id: str) -> Outcome:
        return self._outcomes[custom_id]

    def __len__(self) -> int:
        return len(self._outcomes)

    def __iter__(self) -> Iterator[str]:
        return iter(self._outcomes)

    def _records(self) -> Records:
        from typed_openai.bulk.tables import row_of_answer

        found = Records()
        for custom_id, outcome in self.items():
            value, error = (None, outcome) if isinstance(outcome, APIError) else (outcome, None)
            found.append({"custom_id": custom_id, **row_of_answer(value, error)})
        return found

    @property
    def errors(self) -> dict[str, APIError]:
        """The errors by custom id: `APIStatusError` and below for what an endpoint refused, `APIError` for the rest."""
        return {custom_id: found for custom_id, found in self.items() if isinstance(found, APIError)}

    def answers(self, kind: type[R]) -> dict[str, R]:
        """The answers of one kind by custom id: `results.answers(ChatCompletion)`."""
        return {custom_id: found for custom_id, found in self.items() if isinstance(found, kind)}

    def answer(self, custom_id: str, kind: type[R]) -> R:
        """One answer. Raises the error that the line got; `KeyError` when it got nothing, `TypeError` another kind."""
        found = self[custom_id]
        if isinstance(found, APIError):
            raise found
        if not isinstance(found, kind):
            raise TypeError(f"{custom_id!r} was answered with a {type(found).__name__}, not a {kind.__name__}")
        return found

    def explanation(self) -> str:
        """How the batches ended and what came of it, in words."""
        told = [(batch, reason(batch)) for batch in self.batches]
        ends = [f"{batch.id} ended as {batch.status!r}{why and f': {why}'}" for batch, why in told]
        counts = f"{len(self) - len(self.errors)} answers, {len(self.errors)} errors, {len(self.missing)} missing"
        return f"{'; '.join(ends)} ({counts})"

    def __repr__(self) -> str:
        return f"<BatchResults: {self.explanation()}>"
