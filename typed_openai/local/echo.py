"""What the local server says: the part where a model would think.

`reply(conversation, …)` decides on a `Saying`, either a text or calls of tools, from the last turn alone:

* the user spoke and there are tools: call those that the text speaks of (by a word of their name), else the first
  one, with arguments synthesised from their schema;
* a tool has answered: say what it answered;
* otherwise: say back what the user said last, and what came with it (images, audio, files).

It works on its own small types, not on those of chat completions, so that other endpoints can ask it as well.

Rules: the same conversation gets the same answer; each answer says that no model was asked; a forced choice
(`required`, or a tool by name) is obeyed whatever the last turn was, as the service does, so a loop that never lifts it
does not end here either.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from typed_openai.local.errors import wrong_value
from typed_openai.local.hints import Hints, names_a_thing
from typed_openai.local.json_text import Json
from typed_openai.local.scalars import SchemaFault
from typed_openai.local.synthesis import synthesise

SIGN = "Local echo (no model was asked)"
_MOST_CALLS = 8


@dataclass(frozen=True, slots=True)
class Turn:
    """One message: who spoke, the text in it, what else was in it (`{"image": 2}`), and for a tool its name."""

    role: str
    text: str = ""
    extras: Counter[str] = field(default_factory=Counter[str])
    tool: str = ""


PARTS = {
    **dict.fromkeys(("image_url", "input_image", "image_file"), "image"),
    **dict.fromkeys(("file", "input_file"), "file"),
    "input_audio": "audio clip",
}
"""Parts of a message that are not text, by their types, and what to call them."""
TEXTS = frozenset({"text", "refusal", "input_text", "output_text"})


def heard(content: Any) -> tuple[str, Counter[str]]:
    """The text of a message's content, whichever endpoint it came to, and a count of everything else in it."""
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
    texts = [part.get("text") or part.get("refusal") or "" for part in parts if part["type"] in TEXTS]
    extras = Counter(PARTS[part["type"]] for part in parts if part["type"] in PARTS)
    return " ".join(text if isinstance(text, str) else text["value"] for text in texts), extras


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool on offer: a function with a schema for its arguments, or a custom one that takes free text."""

    name: str
    kind: Literal["function", "custom"] = "function"
    schema: Json = None


@dataclass(frozen=True, slots=True)
class Choice:
    """How tools are to be used: not at all, as the text suggests, or by force; `among` restricts them by name."""

    mode: Literal["none", "auto", "required"] = "auto"
    among: tuple[str, ...] | None = None
    parallel: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a text answer: free, any JSON object, or an instance of a schema."""

    kind: Literal["text", "json_object", "json_schema"] = "text"
    schema: Json = None


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call: the tool and its arguments, as JSON text or, for a custom tool, as plain text."""

    tool: Tool
    arguments: str


@dataclass(frozen=True, slots=True)
class Saying:
    """What is answered: a text or calls, or both; or a refusal."""

    text: str | None = None
    calls: tuple[Call, ...] = ()
    refusal: str | None = None


def reply(turns: Sequence[Turn], tools: Sequence[Tool], choice: Choice, form: Form, number: int = 0) -> Saying:
    """The answer to a conversation; `number` tells several answers to one request apart, from 0.

    Raises `SchemaFault` when a schema has no instance that can be made here.
    """
    user = next((turn for turn in reversed(turns) if turn.role == "user"), Turn("user"))
    allowed = [tool for tool in tools if choice.among is None or tool.name in choice.among]
    asked = bool(turns) and turns[-1].role == "user"
    if allowed and (choice.mode == "required" or (choice.mode == "auto" and asked)):
        return Saying(calls=_calls(user.text, allowed, choice.parallel))
    if form.kind == "json_object":
        return Saying(_compact({"local_echo": user.text, "note": "no model was asked"}))
    if form.kind == "json_schema":
        return Saying(_compact(synthesise(form.schema, user.text)))
    sign = SIGN if number == 0 else f"{SIGN}, choice {number + 1}"
    answered = _trailing_tools(turns)
    return Saying(f"{sign}: {_told(answered) if answered else _heard(user)}.")


def reply_to(
    turns: Sequence[Turn], tools: Sequence[Tool], choice: Choice, form: Form, number: int = 0, *, param: str
) -> Saying:
    """The answer, as `reply` gives it; a schema without an instance is refused (400) where it stands: in the tools, or
    at `param`, which asks for the form."""
    try:
        return reply(turns, tools, choice, form, number)
    except SchemaFault as fault:
        at = param if form.kind == "json_schema" else "tools"
        reason = f"The local server could not make up an instance of the schema in {at!r}: {fault}."
        raise wrong_value(at, reason) from fault


def _compact(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _heard(user: Turn) -> str:
    said = f'you said "{user.text}"' if user.text else "you said nothing"
    sent = [f"{number} {kind}{'s' if number > 1 else ''}" for kind, number in user.extras.items()]
    return f"{said} and sent {_listed(sent)}" if sent else said


def _told(answered: Sequence[Turn]) -> str:
    return _listed([f'{turn.tool or "the tool"} answered "{turn.text}"' for turn in answered])


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)


def _trailing_tools(turns: Sequence[Turn]) -> list[Turn]:
    first = len(turns)
    while first and turns[first - 1].role in ("tool", "function"):
        first -= 1
    return list(turns[first:])


def _calls(text: str, tools: Sequence[Tool], parallel: bool) -> tuple[Call, ...]:
    hints = Hints.of(text)
    meant = [tool for tool in tools if _spoken_of(tool, hints)] or list(tools[:1])
    calls: list[Call] = []
    for tool in meant:
        rounds = max(1, len(hints.names)) if tool.kind == "function" and _takes_a_name(tool.schema) else 1
        calls.extend(_call(tool, text, which) for which in range(rounds))
    return tuple(calls[: _MOST_CALLS if parallel else 1])


def _call(tool: Tool, text: str, which: int) -> Call:
    if tool.kind == "custom":
        return Call(tool, text)
    return Call(tool, _compact(synthesise(tool.schema or {"type": "object"}, text, which)))


def _spoken_of(tool: Tool, hints: Hints) -> bool:
    words = re.findall(r"[a-z]{3,}", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", tool.name).lower())
    return any(hints.mentions(word) for word in words if word not in ("get", "the", "for", "and"))


def _takes_a_name(schema: Json) -> bool:
    """Whether one call takes one place or person, so that two in the text ask for two calls."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict):
        return False
    return any(
        names_a_thing(name) and isinstance(part, dict) and part.get("type") == "string"
        for name, part in properties.items()
    )
