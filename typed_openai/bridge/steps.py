"""The steps of a run out of the output of a response. Pure: JSON objects in, JSON objects out.

    item of the output                                  step of the run
    `message`                                           `message_creation`
    `function_call`, one after the other                one `tool_calls` step; it is over when the outputs are there
    `file_search_call`, `code_interpreter_call`         one `tool_calls` step each
    any other call                                      a `tool_calls` step with the item as it came
    `reasoning`                                         none: assistants never showed what a model thought

Rules: the id of a step is that of its first item, so that a stream and a list name it alike. The chunks that a file
search found are kept, and shown to who asks for them.

Weak spots: what a step consumed is not told by responses, so `usage` of a step is None. A picture that code drew has an
address and not the id of a file: it is an output of the type `image_url`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from typed_openai.bridge.reading import number, objects, rest, text
from typed_openai.bridge.shelf import Item

_STATUS = {"completed": "completed", "incomplete": "completed", "failed": "failed"}
"""How far a step is, by how far its item is; everything else is in progress."""
_ENDS = ("cancelled", "failed", "expired")


def steps_of(response: Item, run: Mapping[str, Any], now: int) -> list[Item]:
    """The steps that a response makes, in their order."""
    found: list[Item] = []
    together = False
    for item in objects(response.get("output")):
        kind = item.get("type")
        if kind == "reasoning":
            continue
        if kind == "function_call" and together:
            found[-1]["step_details"]["tool_calls"].append(call_of(item))
        else:
            found.append(step_of(item, run, number(response.get("created_at")) or now, now))
        together = kind == "function_call"
    status = response.get("status")
    if status in _ENDS:
        found = stopped(found, str(status), now)
    return found


def step_of(item: Item, run: Mapping[str, Any], made: int, now: int) -> Item:
    """The step that begins with an item; functions are asked for, and not called yet."""
    kind = item.get("type")
    status = "in_progress" if kind == "function_call" else _STATUS.get(text(item.get("status")), "in_progress")
    if kind == "message":
        details: Item = {"type": "message_creation", "message_creation": {"message_id": item.get("id")}}
    else:
        details = {"type": "tool_calls", "tool_calls": [call_of(item)]}
    step: Item = {
        "id": f"step_{item.get('id')}",
        "object": "thread.run.step",
        "created_at": made,
        "assistant_id": run["assistant_id"],
        "thread_id": run["thread_id"],
        "run_id": run["id"],
        "type": details["type"],
        "status": status,
        "step_details": details,
        **dict.fromkeys(("last_error", "expired_at", "cancelled_at", "failed_at", "completed_at", "usage")),
        "metadata": {},
    }
    return step if status == "in_progress" else ended(step, status, now)


def ended(step: Item, status: str, now: int) -> Item:
    """The step, over."""
    return {**step, "status": status, f"{status}_at": now}


def stopped(steps: Iterable[Item], status: str, now: int) -> list[Item]:
    """The steps of a run that goes on no more: those that were under way are over with it."""
    return [ended(step, status, now) if step["status"] == "in_progress" else step for step in steps]


def call_of(item: Item) -> Item:
    """The use of a tool that an item is."""
    kind = item.get("type")
    if kind == "function_call":
        function = {"name": item.get("name"), "arguments": text(item.get("arguments")), "output": None}
        return {"id": item.get("call_id"), "type": "function", "function": function}
    if kind == "code_interpreter_call":
        outputs = [_output(each) for each in objects(item.get("outputs"))]
        more = rest(item, "type", "id", "code", "outputs", "status")
        code = {"input": text(item.get("code")), "outputs": outputs}
        return {"id": item.get("id"), "type": "code_interpreter", "code_interpreter": code, **more}
    if kind == "file_search_call":
        found = [_found(each) for each in objects(item.get("results"))]
        more = rest(item, "type", "id", "results", "status")
        return {"id": item.get("id"), "type": "file_search", "file_search": {"results": found}, **more}
    return item


def _output(output: Item) -> Item:
    if output.get("type") == "image":
        return {"type": "image_url", "image_url": rest(output, "type")}
    return output


def _found(result: Item) -> Item:
    more = rest(result, "file_id", "filename", "score", "text")
    chunk = [{"type": "text", "text": result["text"]}] if isinstance(result.get("text"), str) else []
    head = {"file_id": result.get("file_id"), "file_name": result.get("filename"), "score": result.get("score")}
    return {**head, "content": chunk, **more}


def functions_in(output: object) -> list[Item]:
    """The functions that an output asks for, as a run says it."""
    calls = [call_of(item) for item in objects(output) if item.get("type") == "function_call"]
    return [{**call, "function": rest(call["function"], "output")} for call in calls]


def answered(steps: Iterable[Item], outputs: Mapping[str, str], now: int) -> list[Item]:
    """The steps, with the outputs of functions in them."""
    return [
        ended({**step, "step_details": _with_outputs(step["step_details"], outputs)}, "completed", now)
        if step["status"] == "in_progress" and asks(step)
        else step
        for step in steps
    ]


def asks(step: Item) -> bool:
    """Whether a step has functions of the program called."""
    return any(call.get("type") == "function" for call in objects(step["step_details"].get("tool_calls")))


def _with_outputs(details: Item, outputs: Mapping[str, str]) -> Item:
    calls = objects(details.get("tool_calls"))
    told = [{**each, "function": {**each["function"], "output": outputs.get(each["id"])}} for each in calls]
    return {**details, "tool_calls": told}


def shown(step: Item, include: bool) -> Item:
    """A step as it is shown: with the chunks of file searches only to who asks for them."""
    if include or step["type"] != "tool_calls":
        return step
    copied: Item = json.loads(json.dumps(step))
    for call in objects(copied["step_details"].get("tool_calls")):
        if call.get("type") == "file_search":
            for result in objects(call["file_search"].get("results")):
                result.pop("content", None)
    return copied
