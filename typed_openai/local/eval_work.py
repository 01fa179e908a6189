"""One item of an evaluation: where it comes from, what a model answers to it, and what graders say of that.

Items are objects with `item`, and `sample` where there is an answer already. Stored chats and responses become items
with the messages as `input`. A model is asked, templates filled in, by the handlers that a request of its own would
reach (`batches.py`); graders are those of fine-tuning (`graders.py`).

Rules: a label is the first that stands in what the grading model reads, else the first of all; a score passes from
`pass_threshold` on, or from the middle of its range; what a template names in vain makes the item an error.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from typed_openai.local.batches import answer_of
from typed_openai.local.chat import CHATS
from typed_openai.local.errors import ApiError
from typed_openai.local.files import required_content
from typed_openai.local.graders import Grading, GradingFault
from typed_openai.local.json_text import json_lines
from typed_openai.local.kept import Item
from typed_openai.local.response_request import text_of
from typed_openai.local.responses import RESPONSES
from typed_openai.local.state import State

_UNASKED = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0, "cached_tokens": 0}
_DEFAULTS: Item = {"temperature": 1.0, "top_p": 1.0, "seed": 42, "max_completion_tokens": None}

# --- where items come from -------------------------------------------------------------------------------------------


def items_of(source: Item, state: State) -> list[Item]:
    """The items of a source. 400 for a file that is not there, or has a line that is not an item."""
    if source["type"] == "file_content":
        return [*source["content"]]
    if source["type"] == "file_id":
        content = required_content(state, source["id"], "evals", "data_source.source.id")
        return [_line(number, line) for number, line in json_lines(content)]
    if source["type"] == "stored_completions":
        chats = [chat for chat in CHATS.all(state) if _is_wanted(chat, source)]
        return [_stored(chat, chat["_messages"], chat["choices"][0]["message"]["content"]) for chat in chats]
    whole = [{**each["_whole"], "_items": each["_items"]} for each in RESPONSES.all(state)]
    return [_stored(each, each["_items"], text_of(each)) for each in whole if _is_wanted(each, source)]


def _line(number: int, line: Item | None) -> Item:
    if line is None or not isinstance(line.get("item"), dict):
        message = f'Line {number} of the file is not an object with an "item".'
        raise ApiError(400, message, param="data_source.source.id", code="invalid_file")
    return line


def _is_wanted(stored: Item, source: Item) -> bool:
    made, wanted = stored["created_at" if "created_at" in stored else "created"], source.get("metadata") or {}
    within = (source.get("created_after") or 0) <= made <= (source.get("created_before") or made)
    return within and source.get("model") in (None, stored["model"]) and wanted.items() <= stored["metadata"].items()


def _stored(stored: Item, messages: list[Item], text: str | None) -> Item:
    return {"item": {"input": messages}, "sample": {"output_text": text or "", "model": stored["model"]}}


# --- what is answered ------------------------------------------------------------------------------------------------


def judged(item: Item, source: Item, criteria: list[Item], state: State) -> Item:
    """What comes of one item: the members of its output item."""
    seen: Item = {"item": item["item"], "sample": item.get("sample") or {}}
    asked = bool(source.get("model") and source.get("input_messages"))
    messages: list[Item] = []
    error: Item | None = None
    usage = _UNASKED
    if asked:
        try:
            messages = _messages(source["input_messages"], Grading(seen))
            seen["sample"], usage = _answer(source, messages, state)
        except GradingFault as fault:
            error = {"code": fault.flag, "message": "A template names something that is not there."}
        except ApiError as refusal:
            error = {"code": refusal.code or "error", "message": refusal.message}
    results = [_result(criterion, seen, error) for criterion in criteria]
    broken = error is not None or any(result["_broken"] for result in results)
    status = "error" if broken else "pass" if all(result["passed"] for result in results) else "fail"
    shown = [{name: value for name, value in result.items() if name != "_broken"} for result in results]
    sample = _sample(source, seen["sample"], messages, usage, error)
    return {"status": status, "results": shown, "sample": sample, "_asked": asked and error is None}


def _messages(wanted: Item, grading: Grading) -> list[Item]:
    """The messages that a model is asked with."""
    if wanted["type"] == "item_reference":
        found: Any = json.loads(grading.filled(f"{{{{{wanted['item_reference']}}}}}"))
        return [*found] if isinstance(found, list) else [found]
    return [{**message, "content": _filled(message["content"], grading)} for message in wanted["template"]]


def _filled(content: Any, grading: Grading) -> Any:
    """Content with its templates filled in, wherever they stand."""
    if isinstance(content, str):
        return grading.filled(content)
    if isinstance(content, list):
        return [_filled(each, grading) for each in content]
    return {name: _filled(value, grading) for name, value in content.items()} if isinstance(content, dict) else content


def _answer(source: Item, messages: list[Item], state: State) -> tuple[Item, dict[str, int]]:
    """What graders see of the answer of a model, and what it consumed. ApiError when it refuses."""
    how = {name: value for name, value in (source.get("sampling_params") or {}).items() if value is not None}
    if source["type"] == "completions":
        texts = [{**each, "content": _plain(each["content"])} for each in messages]
        body = {"model": source["model"], "messages": [_role_and_text(each) for each in texts], **how}
        said = _asked_of("/chat/completions", body, state)
        text, used = said["choices"][0]["message"]["content"] or "", said["usage"]
        tokens = (used["prompt_tokens"], used["completion_tokens"])
    else:
        renamed = {"max_completion_tokens": "max_output_tokens"}
        options: Item = {str(renamed.get(name, name)): value for name, value in how.items() if name != "seed"}
        if (effort := options.pop("reasoning_effort", None)) is not None:
            options["reasoning"] = {"effort": effort}
        said = _asked_of("/responses", {"model": source["model"], "input": messages, "store": False, **options}, state)
        text, used = text_of(said), said["usage"]
        tokens = (used["input_tokens"], used["output_tokens"])
    sample: Item = {"output_text": text, "model": source["model"], "choices": said.get("choices", [])}
    with suppress(ValueError):  # it is then no variable
        sample["output_json"] = json.loads(text)
    usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
    return sample, {**usage, "cached_tokens": 0}


def _role_and_text(message: Item) -> Item:
    return {name: message[name] for name in ("role", "content")}


def _asked_of(endpoint: str, body: Item, state: State) -> Item:
    status, answer = answer_of(body, f"/v1{endpoint}", state, {})
    found: Any = answer
    if status >= 300:
        raise ApiError(status, found["error"]["message"], code=found["error"]["code"])
    return {**found}


def _plain(content: Any) -> str:
    """Content as one text."""
    if isinstance(content, list):
        return "\n".join(map(_plain, content))
    return content if isinstance(content, str) else str(content.get("text") or "")


def _sample(source: Item, sample: Item, messages: list[Item], usage: Item, error: Item | None) -> Item:
    """What an output item shows of an answer."""
    how = {**_DEFAULTS, **(source.get("sampling_params") or {})}
    said = sample.get("output_text")
    return {
        "input": [{"role": each["role"], "content": _plain(each["content"])} for each in messages],
        "output": [] if said is None else [{"role": "assistant", "content": said}],
        "finish_reason": "stop",
        "model": sample.get("model") or source.get("model") or "",
        "usage": usage,
        "error": error,
        **{name: how[name] for name in _DEFAULTS},
    }


# --- what graders say ------------------------------------------------------------------------------------------------


def _result(criterion: Item, seen: Item, error: Item | None) -> Item:
    """What one grader says of an answer."""
    said: Item = {"name": criterion["name"], "type": criterion["type"], "score": 0.0, "passed": False}
    if error is not None:
        return {**said, "_broken": True}
    grading = Grading(seen)
    try:
        if criterion["type"] == "label_model":
            label = _label(criterion, grading)
            passed = label in criterion["passing_labels"]
            return {**said, "score": float(passed), "passed": passed, "sample": {"label": label}, "_broken": False}
        score = grading.score(criterion)
    except GradingFault as fault:
        return {**said, "sample": {"error": fault.flag}, "_broken": True}
    return {**said, "score": score, "passed": score >= _enough(criterion), "_broken": False}


def _label(criterion: Item, grading: Grading) -> str:
    read = "\n".join(_plain(_filled(message["content"], grading)) for message in criterion["input"][-1:])
    labels: list[str] = criterion["labels"]
    return next((label for label in labels if label.casefold() in read.casefold()), labels[0] if labels else "")


def _enough(criterion: Item) -> float:
    """The score from which on an answer passes."""
    if criterion.get("pass_threshold") is not None:
        return float(criterion["pass_threshold"])
    scale = criterion.get("range") or (0.0, 1.0)
    return 1.0 if criterion["type"] == "string_check" else float(scale[0] + scale[-1]) / 2
