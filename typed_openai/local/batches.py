"""`/batches`: files of requests that are really executed, by the handlers that a request of its own would reach.

A batch goes one step further each time somebody asks for it: `validating` → `in_progress` → half of the lines executed
→ the other half, `finalizing` → `completed`, with an output file for the answers and an error file for the refusals,
each only when there is something in it. A file that cannot be used ends in `failed`, with every fault by line.

Rules: output lines stand in the opposite order of the input, since code that relies on their order must fail here
and not in production; a batch that is cancelled keeps what was answered, the rest stands in the error file as
`batch_cancelled`; polling is asked to take 10 ms (`openai-poll-after-ms`).

Weak spots: nothing expires, and one batch may ask several models.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from typed_openai.local.arguments import Json, parse_json
from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Reply, Request, StreamReply, dump_json
from typed_openai.local.files import content_of, store_file
from typed_openai.local.paging import page
from typed_openai.local.router import Switchboard, route
from typed_openai.local.state import Collection, State

ENDPOINTS = (
    "/v1/responses",
    "/v1/chat/completions",
    "/v1/embeddings",
    "/v1/completions",
    "/v1/moderations",
    "/v1/images/generations",
    "/v1/images/edits",
    "/v1/videos",
)
MOST_LINES = 50_000
MOST_FAULTS = 50
DAY = 24 * 60 * 60
POLL = {"openai-poll-after-ms": "10"}
RUNNING = ("validating", "in_progress", "finalizing", "cancelling")


@dataclass(frozen=True, slots=True)
class Line:
    """One request of a batch."""

    custom_id: str
    body: Json


@dataclass(frozen=True, slots=True)
class Job:
    """One batch: the object as it is shown, how many seconds its files live, its lines, and what came of them."""

    shown: Mapping[str, object]
    files_live: int | None = None
    lines: tuple[Line, ...] = ()
    answers: tuple[Mapping[str, object], ...] = ()
    refusals: tuple[Mapping[str, object], ...] = ()

    @property
    def id(self) -> str:
        return str(self.shown["id"])

    @property
    def status(self) -> str:
        return str(self.shown["status"])

    @property
    def done(self) -> int:
        return len(self.answers) + len(self.refusals)

    def changed(self, **members: object) -> Job:
        """The same with other members."""
        return replace(self, shown={**self.shown, **members})

    def counted(self) -> Job:
        """The same with its counts brought up to date."""
        counts = {"total": len(self.lines), "completed": len(self.answers), "failed": len(self.refusals)}
        return self.changed(request_counts=counts)


class Batches(Collection[Job]):
    """The batches of one server."""


def _batch(request: Request, state: State) -> Job:
    identifier = request.path_params["batch_id"]
    return state.part(Batches).found(identifier, "batch", "batch_id")


def _kept(state: State, job: Job) -> Reply:
    state.part(Batches).put(job.id, job)
    return Reply(_written(job), headers=POLL if job.status in RUNNING else {})


def _written(job: Job) -> dict[str, object]:
    return {name: value for name, value in job.shown.items() if value is not None}


@route("POST", "/batches")
def create(request: Request, state: State) -> Reply:
    """Have the requests of a file executed."""
    body = request.arguments()
    file_id = body.string("input_file_id")
    endpoint = body.choice("endpoint", ENDPOINTS)
    window = body.choice("completion_window", ("24h",))
    expires = body.child("output_expires_after")
    live: int | None = None
    if expires is not None:
        expires.choice("anchor", ("created_at",))
        expires.required("seconds")
        live = expires.integer("seconds", 3600, 2_592_000)
    if content_of(state, file_id, "batch") is None:
        message = f"'input_file_id' is {file_id!r}; this local server has no such file of purpose 'batch'."
        raise ApiError(400, message, param="input_file_id", code="invalid_file")
    now = state.now()
    shown: dict[str, object] = {
        "id": state.new_id("batch_"),
        "object": "batch",
        "endpoint": endpoint,
        "input_file_id": file_id,
        "completion_window": window,
        "status": "validating",
        "created_at": now,
        "expires_at": now + DAY,
        "metadata": body.metadata(),
    }
    return _kept(state, Job(shown, live).counted())


@route("GET", "/batches")
def listing(request: Request, state: State) -> Reply:
    """All batches in pages, newest first."""
    return Reply(page(request, [_written(job) for job in state.part(Batches).values()], default_order="desc"))


@route("GET", "/batches/{batch_id}")
def retrieve(request: Request, state: State) -> Reply:
    """One batch, a step further than when it was asked for last."""
    return _kept(state, _advanced(_batch(request, state), state, request.headers))


@route("POST", "/batches/{batch_id}/cancel")
def cancel(request: Request, state: State) -> Reply:
    """Stop a batch."""
    job = _batch(request, state)
    if job.status not in ("validating", "in_progress", "finalizing"):
        message = f"The batch {job.id!r} is {job.status}; it cannot be cancelled."
        raise ApiError(409, message, code="invalid_batch_state")
    return _kept(state, job.changed(status="cancelling", cancelling_at=state.now()))


# --- how it goes on --------------------------------------------------------------------------------------------------


def _advanced(job: Job, state: State, headers: Mapping[str, str]) -> Job:
    """A batch one step later."""
    now = state.now()
    if job.status == "validating":
        content = content_of(state, str(job.shown["input_file_id"]), "batch") or b""
        lines, faults = read_lines(content, str(job.shown["endpoint"]))
        if faults:
            errors = {"object": "list", "data": faults[:MOST_FAULTS]}
            return job.changed(status="failed", failed_at=now, errors=errors)
        body = lines[0].body
        model = body.get("model") if isinstance(body, dict) else None
        return replace(job, lines=tuple(lines)).counted().changed(status="in_progress", in_progress_at=now, model=model)
    if job.status == "in_progress":
        until = (len(job.lines) + 1) // 2 if job.done == 0 else len(job.lines)
        job = _executed(job, job.lines[job.done : until], state, headers)
        status = {"status": "finalizing", "finalizing_at": now} if job.done == len(job.lines) else {}
        return job.counted().changed(**status)
    if job.status == "finalizing":
        return _filed(job, state).changed(status="completed", completed_at=now)
    if job.status == "cancelling":
        left = job.lines[job.done :]
        why = {"code": "batch_cancelled", "message": "The batch was cancelled before this request was executed."}
        unasked = tuple(_output(state, line, None, why) for line in left)
        job = replace(job, refusals=(*job.refusals, *unasked)).counted()
        return _filed(job, state).changed(status="cancelled", cancelled_at=now)
    return job


def _executed(job: Job, lines: Sequence[Line], state: State, headers: Mapping[str, str]) -> Job:
    """A batch with some more lines executed."""
    answers, refusals = [*job.answers], [*job.refusals]
    for line in lines:
        status, body = answer_of(line, str(job.shown["endpoint"]), state, headers)
        response = {"status_code": status, "request_id": state.new_id("req_batch"), "body": body}
        (answers if status < 300 else refusals).append(_output(state, line, response, None))
    return replace(job, answers=tuple(answers), refusals=tuple(refusals))


def answer_of(line: Line, endpoint: str, state: State, headers: Mapping[str, str]) -> tuple[int, Json]:
    """Status and body that the endpoint answers a line with."""
    try:
        found, params = state.part(Switchboard).router.find("POST", endpoint)
        answer = found(Request("POST", endpoint, {}, headers, dump_json(line.body), params), state)
    except ApiError as refusal:
        return refusal.status, parse_json(dump_json(refusal.body()))
    if isinstance(answer, StreamReply):
        streamed = ApiError(400, "A batch has no streams.", param="stream", code="invalid_value")
        return streamed.status, parse_json(dump_json(streamed.body()))
    return answer.status, parse_json(answer.encoded())


def _output(
    state: State, line: Line, response: Mapping[str, object] | None, error: Mapping[str, object] | None
) -> dict[str, object]:
    return {"id": state.new_id("batch_req_"), "custom_id": line.custom_id, "response": response, "error": error}


def _filed(job: Job, state: State) -> Job:
    """A batch with its files written."""
    for member, outputs in (("output_file_id", job.answers), ("error_file_id", job.refusals)):
        if outputs:
            content = b"".join(dump_json(output) + b"\n" for output in reversed(outputs))
            name = f"{job.id}_{member.partition('_')[0]}.jsonl"
            file_id = store_file(state, name, content, "batch_output", expires_after=job.files_live)
            job = job.changed(**{member: file_id})
    return job


def read_lines(content: bytes, endpoint: str) -> tuple[list[Line], list[dict[str, object]]]:
    """The requests in a file, and everything that is wrong with it."""
    lines: list[Line] = []
    faults: list[dict[str, object]] = []
    seen: set[str] = set()
    for number, text in enumerate(content.split(b"\n"), 1):
        if not text.strip():
            continue
        try:
            line = _line(text, endpoint, seen)
        except ApiError as fault:
            faults.append({"code": fault.code, "message": fault.message, "param": fault.param, "line": number})
        else:
            lines.append(line)
            seen.add(line.custom_id)
    if not lines and not faults:
        faults.append({"code": "empty_file", "message": "The file holds no request.", "param": None, "line": None})
    if len(lines) > MOST_LINES:
        message = f"The file holds {len(lines)} requests; {MOST_LINES} are allowed."
        faults.append({"code": "too_many_requests", "message": message, "param": None, "line": None})
    return lines, faults


def _line(text: bytes, endpoint: str, seen: set[str]) -> Line:
    try:
        line = json.loads(text)
    except ValueError as fault:
        raise ApiError(400, f"This line is not valid JSON: {fault}.", code="invalid_json_line") from fault
    if not isinstance(line, dict):
        raise ApiError(400, "This line is not a JSON object.", code="invalid_json_line")
    custom_id = line.get("custom_id")
    if not isinstance(custom_id, str) or not custom_id:
        raise ApiError(400, "'custom_id' is missing.", param="custom_id", code="missing_required_parameter")
    if custom_id in seen:
        message = f"The custom_id {custom_id!r} was used before."
        raise ApiError(400, message, param="custom_id", code="duplicate_custom_id")
    if line.get("method") != "POST":
        raise ApiError(400, "'method' must be 'POST'.", param="method", code="invalid_method")
    if line.get("url") != endpoint:
        message = f"'url' is {line.get('url')!r}; the batch asks {endpoint}."
        raise ApiError(400, message, param="url", code="mismatched_endpoint")
    body = line.get("body")
    if not isinstance(body, dict):
        raise ApiError(400, "'body' must be an object.", param="body", code="missing_required_parameter")
    if body.get("stream") is True:
        raise ApiError(400, "A batch has no streams.", param="body.stream", code="invalid_value")
    return Line(custom_id, body)
