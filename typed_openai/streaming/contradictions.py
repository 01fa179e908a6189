"""A whole `message` beside the delta of a chunk, or after deltas: what of it is new, and where the two contradict.

Some servers say an answer twice: word by word, and as the message so far (or, in the last chunk, as the whole of it).

Rules
* What the message says over again says nothing new; where it goes on from what is known, the rest of it is new.
* Where it says something else, both stand in the answer, the delta's first, and an issue says that they differ.
* A message in place of a delta is read like one: only a finish reason makes it the whole, which may contradict.

Weak spot: a message beside a delta that repeats just that delta, and not the answer so far, is taken as the same piece.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from typed_openai.core.answer.meta import Issue
from typed_openai.core.request.faults import shown
from typed_openai.models.dialects import arguments_text, text_in

SPOKEN = ("content", "refusal", "reasoning_content", "reasoning", "thinking")
"""Fields that hold words, which come in pieces."""
_AGREEING = "a message that says what the deltas said"


class CallSoFar(Protocol):
    """What is known of a tool call."""

    id: str | None
    name: str

    def text(self) -> str: ...


class Said(NamedTuple):
    """A name, what the deltas say under it, and what the message does."""

    name: str
    before: object
    now: object

    def issue(self, pointer: str) -> Issue:
        return Issue(f"{pointer}/message/{self.name}", _AGREEING, f"{shown(self.now)} beside {shown(self.before)}")


def news_of(
    message: dict[str, Any], delta: dict[str, Any], known: dict[str, str], is_last: bool
) -> tuple[dict[str, Any], list[Said]]:
    """Of a whole message what has not been said, in the form of a delta, and where it contradicts: `known` are the
    words so far by field, without those of this delta."""
    news: dict[str, Any] = {}
    clashes: list[Said] = []
    for name, value in message.items():
        if name in SPOKEN:
            before = text_in(delta.get(name))
            value, clashes_with = _rest(value, known.get(name, ""), before, is_last)
            clashes += [Said(name, clashes_with, value)] if clashes_with else []
            value = _both(delta.get(name), value)
        elif name in delta and value is None:
            continue
        elif name != "tool_calls" and delta.get(name) not in (None, "", value):
            clashes.append(Said(name, delta[name], value))
        news[name] = value
    return news, clashes


def _rest(value: Any, earlier: str, before: str, is_last: bool) -> tuple[Any, str]:
    """The words of a message that are new, and the known ones that they contradict (`""` for none)."""
    text, known = text_in(value), earlier + before
    is_plain = isinstance(value, str) or (isinstance(value, list) and all(map(_is_text, value)))
    if not (text and known and is_plain):
        return value, known if text and known and (before or is_last) and text != known else ""
    if (before and text in (known, before)) or (is_last and text == known):
        return "", ""
    if text.startswith(known) and text != known:
        return text[len(known) :], ""
    return value, known if before or is_last else ""


def _is_text(part: object) -> bool:
    return isinstance(part, dict) and part.keys() <= {"type", "text"} and bool(text_in(part))


def _both(one: Any, other: Any) -> Any:
    """What a delta says and what is new in the message, as one value in the form of a delta."""
    if one is None or one == "":
        return other
    if other is None or other == "" or other == []:
        return one
    if isinstance(one, str) and isinstance(other, str):
        return one + other
    return [*_parts(one), *_parts(other)]


def _parts(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [{"type": "text", "text": value}] if isinstance(value, str) else [value]


def unsaid(calls: Any, known: Sequence[CallSoFar], contradicts: bool) -> tuple[Any, list[Said]]:
    """The tool calls of a message without the arguments that are known; those that are none of the `known` ones
    contradict, where some are and the message is not just a delta (`contradicts`)."""
    if not known or not isinstance(calls, list | dict):
        return calls, []
    found: list[Any] = []
    clashes: list[Said] = []
    for place, call in enumerate(calls if isinstance(calls, list) else [calls]):
        same = _same(call, place, known) if isinstance(call, dict) else None
        new = _more(call, same.text()) if same is not None else None
        if new is None and contradicts:
            clashes.append(Said("tool_calls", [(each.name, each.text()) for each in known], call))
        found.append(call if new is None else new)
    return found, clashes


def _same(call: dict[str, Any], place: int, known: Sequence[CallSoFar]) -> CallSoFar | None:
    """The known call that a call of a message is, by its id, else by its place and name."""
    name = next((body.get("name") for body in _bodies(call) if isinstance(body.get("name"), str)), None)
    by_id = [each for each in known if each.id and each.id == call.get("id")]
    there = by_id or [each for each in known[place : place + 1] if not (each.id and call.get("id"))]
    return next((each for each in there if name in (None, "", each.name)), None)


def _more(call: dict[str, Any], known: str) -> dict[str, Any] | None:
    """The call with the rest of its arguments alone, None where it says others."""
    body = call.get("function")
    said = arguments_text(body.get("arguments")) if isinstance(body, dict) else ""
    if not isinstance(body, dict) or not said or not known:
        return call
    if said.startswith(known) or known.startswith(said):
        return {**call, "function": {**body, "arguments": said[len(known) :]}}
    return None


def _bodies(call: dict[str, Any]) -> Iterable[dict[str, Any]]:
    return (body for name in ("function", "custom") if isinstance(body := call.get(name), dict))
