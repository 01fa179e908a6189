"""What becomes of a run: its record, one state further with each response that is seen. Pure.

A record is what the store holds of a run: the run as users see it, the request that each of its responses is asked
with, and its rounds. A round is one response: its id, what it consumed, the steps it made.

    response                                            run
    `queued`, `in_progress`, `failed`, `cancelled`      the same
    `completed`, with function calls in its output      `requires_action`
    `completed`                                         the same
    `incomplete`                                        the same; `max_output_tokens` is `max_completion_tokens`
    `error`                                             `last_error`
    `usage`                                             `usage`, added up over the rounds, when the run is over

Rules
* Times are those that the service tells, where it does.
* What is seen of a response may be older than what is known: it changes nothing then. A run that is over stays as it
  is; of a response that it has not had yet the steps are kept all the same.
* A run is `expired` only while it waits for the outputs of functions, ten minutes after it was made by the clock
  here; how long the service works on a response is the service's business.
"""

from __future__ import annotations

from typing import Any

from typed_openai.bridge.reading import member, number, objects, rest, text
from typed_openai.bridge.shelf import Item
from typed_openai.bridge.steps import answered, functions_in, steps_of

OVER = frozenset({"completed", "incomplete", "failed", "cancelled", "expired"})
"""The states of a run to which nothing more happens."""
PATIENCE = 600
"""Seconds after which a run that waits for outputs is given up."""
_WHY = {"max_output_tokens": "max_completion_tokens"}
_USAGE = {
    "input_tokens": "prompt_tokens",
    "output_tokens": "completion_tokens",
    "input_tokens_details": "prompt_token_details",
    "output_tokens_details": "completion_tokens_details",
}


def absorbed(record: Item, response: Item, now: int) -> Item:
    """The record after a response was seen."""
    run, rounds = record["run"], record["rounds"]
    status = text(response.get("status")) or "in_progress"
    seen = {
        "id": response.get("id"),
        "status": status,
        "usage": usage_of(response.get("usage")),
        "steps": steps_of(response, run, now),
    }
    if any(each["id"] == seen["id"] for each in rounds):
        if rounds[-1]["id"] != seen["id"] or run["status"] in OVER or _is_older(status, rounds[-1].get("status")):
            return record
        rounds = rounds[:-1]
    rounds = [*rounds, seen]
    if run["status"] in OVER:
        return {**record, "rounds": rounds}
    asked = functions_in(response.get("output")) if status == "completed" else []
    status = "requires_action" if asked else status
    changed: Item = {**run, "status": status, "response_id": seen["id"], "required_action": None}
    if not record["rounds"] and (made := number(response.get("created_at"))) is not None:
        changed |= {"created_at": made, "expires_at": made + PATIENCE}
    if asked:
        changed["required_action"] = {"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": asked}}
    if status != "queued" and changed["started_at"] is None:
        changed["started_at"] = number(response.get("created_at")) or now
    record = {**record, "run": changed, "rounds": rounds}
    return over(record, status, number(response.get("completed_at")) or now, response) if status in OVER else record


def _is_older(status: str, known: object) -> bool:
    """Whether a state of a response came before one that is known."""
    order = ("queued", "in_progress")
    return known is not None and status in order and known not in order[: order.index(status) + 1]


def over(record: Item, status: str, now: int, response: Item | None = None) -> Item:
    """The record of a run that is over."""
    said = response or {}
    ends: Item = {"status": status, "required_action": None, "expires_at": None, "usage": total(record)}
    if status in ("completed", "failed", "cancelled"):
        ends[f"{status}_at"] = now
    if status == "failed":
        error = member(said, "error")
        ends["last_error"] = {"code": "server_error", "message": "", **error}
    if status == "incomplete":
        reason = text(member(said, "incomplete_details").get("reason"))
        ends["incomplete_details"] = {**member(said, "incomplete_details"), "reason": _WHY.get(reason, reason) or None}
    return {**record, "run": {**record["run"], **ends}}


def with_outputs(record: Item, outputs: dict[str, str], now: int) -> Item:
    """The record of a run whose functions have been called, before it goes on."""
    rounds = [{**each, "steps": answered(each["steps"], outputs, now)} for each in record["rounds"]]
    run = {**record["run"], "status": "queued", "required_action": None}
    return {**record, "run": run, "rounds": rounds}


def steps_in(record: Item) -> list[Item]:
    """The steps of a run, the oldest first."""
    return [step for each in record["rounds"] for step in each["steps"]]


def usage_of(usage: Any) -> Item | None:
    """What a response consumed, in the words of runs."""
    if not isinstance(usage, dict):
        return None
    return {_USAGE.get(str(name), str(name)): value for name, value in usage.items()}


def total(record: Item) -> Item | None:
    """What all rounds consumed together; None when none of them says."""
    found: Item = {}
    for usage in objects([each["usage"] for each in record["rounds"]]):
        found = _added(found, usage)
    return found or None


def generated(record: Item) -> int:
    """Tokens that a run has generated."""
    return number((total(record) or {}).get("completion_tokens")) or 0


def _added(one: Item, other: Item) -> Item:
    found = {**one}
    for name, value in other.items():
        before = found.get(name)
        if isinstance(value, dict):
            found[name] = _added(before if isinstance(before, dict) else {}, value)
        elif number(value) is not None and number(before) is not None:
            found[name] = before + value
        else:
            found[name] = value
    return found


def messages_in(response: Item) -> list[Item]:
    """The messages that a response wrote."""
    return [item for item in objects(response.get("output")) if item.get("type") == "message"]


def notes_on(response: Item, run: Item, now: int) -> Item:
    """What is noted of each message that a response wrote."""
    made = number(response.get("created_at")) or now
    ended = number(response.get("completed_at")) or now
    why = member(response, "incomplete_details").get("reason")
    said = {"run_id": run["id"], "assistant_id": run["assistant_id"]}
    return {**said, "created_at": made, "completed_at": ended, **({"why": why} if why else {})}


def reasons(error: Item) -> Item:
    """The error of a stream in the words of assistants."""
    code = error.get("code")
    return {"type": code or "server_error", **rest(error, "type", "sequence_number")}
