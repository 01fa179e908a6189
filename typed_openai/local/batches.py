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

from collections.abc import Mapping

from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Reply, Request, StreamReply, dump_json
from typed_openai.local.files import content_of, required_content, store_file
from typed_openai.local.json_text import Json, json_lines, parse_json
from typed_openai.local.kept import Item, Kept, Move
from typed_openai.local.router import Switchboard, route
from typed_openai.local.state import State

MOST_LINES = 50_000
MOST_FAULTS = 50
DAY = 24 * 60 * 60


def _shown(batch: Item, _: State) -> Item:
    """What is null is left out, as the service does."""
    counts = {"total": len(batch["_lines"]), "completed": len(batch["_answers"]), "failed": len(batch["_refusals"])}
    return {name: value for name, value in batch.items() if value is not None} | {"request_counts": counts}


def _validated(batch: Item, state: State) -> Item:
    content = content_of(state, batch["input_file_id"], "batch") or b""
    lines, faults = read_lines(content, batch["endpoint"])
    if faults:
        errors = {"object": "list", "data": faults[:MOST_FAULTS]}
        return {**batch, "status": "failed", "failed_at": state.now(), "errors": errors}
    begun = {"status": "in_progress", "in_progress_at": state.now(), "model": lines[0]["body"].get("model")}
    return {**batch, "_lines": lines, **begun}


def _unasked(batch: Item) -> list[Item]:
    """The lines that were not executed yet."""
    lines: list[Item] = batch["_lines"]
    return lines[len(batch["_answers"]) + len(batch["_refusals"]) :]


def _executed(batch: Item, state: State) -> Item:
    """Half of the lines executed, or the other half."""
    left, answers, refusals = _unasked(batch), [*batch["_answers"]], [*batch["_refusals"]]
    is_first = len(left) == len(batch["_lines"])
    for line in left[: (len(left) + 1) // 2 if is_first else None]:
        status, body = answer_of(line["body"], batch["endpoint"], state, {"host": batch["_host"]})
        response = {"status_code": status, "request_id": state.new_id("req_batch"), "body": body}
        (answers if status < 300 else refusals).append(_output(state, line, response, None))
    executed = {**batch, "_answers": answers, "_refusals": refusals}
    return executed if _unasked(executed) else {**executed, "status": "finalizing", "finalizing_at": state.now()}


def _filed(batch: Item, state: State, status: str = "completed") -> Item:
    """A batch at its end, with the files of its answers and refusals."""
    filed: Item = {"status": status, f"{status}_at": state.now()}
    for kind, outputs in (("output", batch["_answers"]), ("error", batch["_refusals"])):
        if outputs:
            content = b"".join(dump_json(output) + b"\n" for output in reversed(outputs))
            name = f"{batch['id']}_{kind}.jsonl"
            file = store_file(state, name, content, "batch_output", expires_after=batch["_live"])
            filed[f"{kind}_file_id"] = file["id"]
    return {**batch, **filed}


def _cancelled(batch: Item, state: State) -> Item:
    why = {"code": "batch_cancelled", "message": "The batch was cancelled before this request was executed."}
    unasked = [_output(state, line, None, why) for line in _unasked(batch)]
    return _filed({**batch, "_refusals": [*batch["_refusals"], *unasked]}, state, "cancelled")


def _output(state: State, line: Item, response: object, error: object) -> Item:
    return {"id": state.new_id("batch_req_"), "custom_id": line["custom_id"], "response": response, "error": error}


RUNNING = ("validating", "in_progress", "finalizing")
BATCHES = Kept(
    "batch",
    "/batches/{batch_id}",
    "batch_",
    first={"metadata": {}, "_lines": (), "_answers": (), "_refusals": ()},
    steps={"validating": _validated, "in_progress": _executed, "finalizing": _filed, "cancelling": _cancelled},
    shown=_shown,
)
ROUTES = (
    *BATCHES.routes("list", "retrieve"),
    *BATCHES.moves(cancel=Move("cancelling", "cancelled", RUNNING, at="cancelling_at", status=409)),
)


@route("POST", "/batches")
def create(request: Request, state: State) -> Reply:
    """Have the requests of a file executed."""
    given = request.given
    required_content(state, given["input_file_id"], "batch", "input_file_id")
    live = (given.get("output_expires_after") or {}).get("seconds")
    about = {"status": "validating", "expires_at": state.now() + DAY, "_live": live}
    about |= {name: value for name, value in BATCHES.said(request).items() if name != "output_expires_after"}
    return BATCHES.reply(state, BATCHES.make(state, **about, _host=request.headers.get("host", "")))


def answer_of(body: object, endpoint: str, state: State, headers: Mapping[str, str]) -> tuple[int, Json]:
    """Status and body that the endpoint answers a line with."""
    try:
        found, params = state.part(Switchboard).router.find("POST", endpoint)
        answer = found(Request("POST", endpoint, {}, headers, dump_json(body), params), state)
        if isinstance(answer, StreamReply):
            raise ApiError(400, "A batch has no streams.", param="stream", code="invalid_value")
    except ApiError as refusal:
        return refusal.status, parse_json(dump_json(refusal.body()))
    return answer.status, parse_json(answer.encoded())


def read_lines(content: bytes, endpoint: str) -> tuple[list[Item], list[Item]]:
    """The requests in a file, and everything that is wrong with it."""
    lines: list[Item] = []
    faults: list[Item] = []
    seen: set[str] = set()

    def fault(number: int | None, code: str | None, message: str, param: str | None = None) -> None:
        faults.append({"code": code, "message": message, "param": param, "line": number})

    for number, line in json_lines(content):
        try:
            lines.append(_checked(line, endpoint, seen))
        except ApiError as error:
            fault(number, error.code, error.message, error.param)
    if not lines and not faults:
        fault(None, "empty_file", "The file holds no request.")
    if len(lines) > MOST_LINES:
        fault(None, "too_many_requests", f"The file holds {len(lines)} requests; {MOST_LINES} are allowed.")
    return lines, faults


def _checked(line: Item | None, endpoint: str, seen: set[str]) -> Item:
    if line is None:
        raise ApiError(400, "This line is not a JSON object.", code="invalid_json_line")
    identifier, url, body = line.get("custom_id"), line.get("url"), line.get("body")
    missing = "missing_required_parameter"
    checks = (
        (isinstance(identifier, str) and identifier, "custom_id", missing, "'custom_id' is missing."),
        (str(identifier) not in seen, "custom_id", "duplicate_custom_id", f"{identifier!r} was used before."),
        (line.get("method") == "POST", "method", "invalid_method", "'method' must be 'POST'."),
        (url == endpoint, "url", "mismatched_endpoint", f"'url' is {url!r}; the batch asks {endpoint}."),
        (isinstance(body, dict), "body", missing, "'body' must be an object."),
    )
    for good, param, code, message in checks:
        if not good:
            raise ApiError(400, message, param=param, code=code)
    if line["body"].get("stream") is True:
        raise ApiError(400, "A batch has no streams.", param="body.stream", code="invalid_value")
    seen.add(line["custom_id"])
    return line
