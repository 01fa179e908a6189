"""The answers and tool calls of a chat stream in the making, from chunks as plain data.

Rules
* Whatever arrives is kept, whatever its JSON type: under its own name where that can be, else beside its neighbours
  (`joining.py`); what is not an object stands behind the choices and calls that are.
* The content is a text, unless a server sends parts (`models/dialects.py`): then it is the list of them, texts that
  came in pieces joined; nothing but plain texts is a text again.
* Arguments are a JSON text. One that came as an object is written as such; the same object again says nothing new.
* A whole `message` where a delta belongs, or beside one, is read like one; what of it has been said already is not said
  twice (`contradictions.py`).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Any, NamedTuple

from pydantic_core import from_json

from typed_openai.core.answer.meta import Issue
from typed_openai.core.answer.tally import Tally
from typed_openai.models.dialects import arguments_text, scalar_text, text_in, thoughts_of
from typed_openai.streaming.contradictions import SPOKEN, news_of, unsaid
from typed_openai.streaming.joining import Parts
from typed_openai.streaming.placing import Place, Places, spelled

_WORDS = frozenset(("content",))
_MORE = frozenset(("index", "function"))
_FIELDS = {"function": "arguments", "custom": "input"}


class Piece(NamedTuple):
    """What one fragment adds to a tool call."""

    call: ToolCall
    text: str


class Step(NamedTuple):
    """What one chunk adds to one answer: the fragment as it is read, what it says, and the calls it is about."""

    choice: ChoiceSoFar
    said: dict[str, Any]
    delta: dict[str, Any]
    pieces: list[Piece]


class ToolCall(Place):
    """One tool call in the making. What a server adds to it (Gemini's `extra_content`) is kept."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.type: str | None = None
        self.name = ""
        self.rest = Parts()
        self._texts: list[str] = []
        self._latest: object = None

    def names(self, fragment: dict[str, Any]) -> bool:
        return bool(_name(fragment))

    def begins(self, fragment: dict[str, Any], same_index: bool) -> bool:
        """A fragment with a name begins another call where this one cannot go on: a whole object has no more to come,
        and a name that follows arguments is not a piece of this name."""
        name = _name(fragment)
        if not name:
            return False
        id_ = fragment.get("id")
        other_id = bool(id_ and self.id and id_ != self.id)
        begun = bool(self._texts)
        if self.name and name != self.name and (begun or other_id):
            return True
        if begun and self._texts[-1].rstrip().endswith("}") and _is_whole(text := self.text()):
            more = _arguments(fragment).strip()
            return other_id or bool(more and more != text.strip())
        return not begun and other_id and not same_index

    def add(self, fragment: dict[str, Any]) -> Piece:
        """Take a fragment into account; gives what is new of its text."""
        body = fragment.get("function")
        if fragment.keys() <= _MORE and type(body) is dict and len(body) == 1:
            piece = body.get("arguments")
            if type(piece) is str and piece[:1] not in ("{", ""):
                self.type = self.type or "function"
                self._texts.append(piece)  # as most fragments
                return Piece(self, piece)
        rest = {name: value for name, value in fragment.items() if name not in ("id", "index")}
        if not isinstance(fragment.get("id"), str | None):
            rest["id"] = fragment["id"]
        if isinstance(spelled(index := fragment.get("index")), str):
            rest["index"] = index
        kind: object = fragment.get("type")
        self.type = kind if isinstance(kind, str) and kind else self.type
        text = ""
        for inner, field in _FIELDS.items():
            body = fragment.get(inner)
            if isinstance(body, dict):
                self.type = self.type or inner
                text += self._written(body.get(field))
                named: object = body.get("name")
                if isinstance(named, str) and named != self.name:
                    self.name += named
                dropped = ("name", field) if isinstance(named, str | None) else (field,)
                rest[inner] = {key: value for key, value in body.items() if key not in dropped}
        self.rest.add(rest)
        return Piece(self, text)

    def _written(self, value: object) -> str:
        text = arguments_text(value)
        if not isinstance(value, str | None):
            if value == self._latest:
                return ""
            self._latest = value
        elif text[:1] == "{" and text.rstrip().endswith("}") and text == self.text() and _is_whole(text):
            return ""  # a server that repeats the whole call
        if text:
            self._texts.append(text)
        return text

    def text(self) -> str:
        """What the model wrote for the tool: the arguments of a function, the input of a custom tool."""
        if len(self._texts) > 1:
            self._texts[:] = ["".join(self._texts)]
        return self._texts[0] if self._texts else ""

    @property
    def form(self) -> str:
        """`custom`, `function`, or its own type, for a kind that is newer than this package."""
        return "custom" if self.type == "custom" else str(self.type) if self.rest.get(self.type or "") else "function"

    @property
    def is_cut(self) -> bool:
        """Whether the arguments of a function have begun and not come to their end."""
        text = self.text()
        return self.form == "function" and text.lstrip().startswith("{") and not _is_whole(text)

    def data(self) -> dict[str, Any]:
        """The call as far as it has arrived."""
        rest = self.rest.joined()
        head = {"id": self.id or "", "type": self.type or "function"}
        for name, known in (("id", self.id), ("type", self.type)):
            value = rest.pop(name, None)
            if not isinstance(value, str | None):
                rest[f"{name}_sent" if known else name] = value
        field = _FIELDS.get(self.form)
        body = rest.pop(self.form, None)
        if field is None:
            if self.name or self.text():  # what it was called before
                function: object = rest.get("function")
                more = function if isinstance(function, dict) else {}
                rest["function"] = {**more, "name": self.name, "arguments": self.text()}
            return {**head, self.form: body, **rest}
        if body is not None and not isinstance(body, dict):
            if not self.name and not self.text():
                return {**head, **rest, self.form: body}
            body = {"others": body}
        inner = {**(body or {})}
        named = inner.pop("name", None)  # one that was not text
        inner |= {"name": self.name or ("" if named is None else named), field: self.text()}
        if self.name and named is not None:
            inner["others"] = named
        return {**head, **rest, self.form: inner}


class ChoiceSoFar(Place):
    """One answer in the making."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.choice = Parts()
        self.message = Parts()
        self.calls: Places[ToolCall] = Places(ToolCall)
        self.sound: list[str] = []
        self.went_on = False
        """Whether more was said after a finish reason: then such a reason is not the end."""
        self._odd_calls: list[Any] = []
        self._clashes = Tally()
        self._in_parts: set[str] = set()

    @property
    def finish_reason(self) -> Any:
        """Why it ended, None while it has not; whatever the server sent for it."""
        return self.choice.get("finish_reason") or None

    def names(self, fragment: dict[str, Any]) -> bool:
        return False

    def begins(self, fragment: dict[str, Any], same_index: bool) -> bool:
        return False

    def add(self, said: dict[str, Any]) -> Step:
        """Take what a chunk says of this answer into account."""
        rest = {name: value for name, value in said.items() if name not in ("index", "delta", "message")}
        reason, delta, whole = rest.get("finish_reason"), said.get("delta"), said.get("message")
        if isinstance(whole, str):
            whole = {"content": whole}
        if not isinstance(delta, dict):
            rest |= {} if delta is None else {"delta": delta}
            delta = {}
        pieces: list[Piece] = []
        if isinstance(whole, dict):
            pieces, delta = self._whole(whole, delta, bool(reason))
        elif whole is not None:
            rest["message"] = whole
        if delta.keys() <= _WORDS and isinstance(delta.get("content", ""), str) and not self._in_parts:
            self.message.add(delta)  # as most chunks
        else:
            pieces += self._message(delta)
        if self.finish_reason is not None and (pieces or _speaks(delta)):
            self.went_on = True
        if any(value is not None for value in rest.values()) or not self.choice:
            self.choice.add(rest)
        return Step(self, rest, delta, pieces)

    def _whole(self, whole: dict[str, Any], delta: dict[str, Any], is_last: bool) -> tuple[list[Piece], dict[str, Any]]:
        """What a delta beside a whole message adds by itself, and the two as one delta."""
        begun = bool(self.calls.all)
        news, clashes = news_of(whole, delta, {name: self.text(name) for name in SPOKEN}, is_last)
        twice = {name: delta[name] for name in news.keys() & delta.keys() if name not in SPOKEN}
        pieces = self._message({name: value for name, value in twice.items() if value != news[name]})
        if "tool_calls" in news:
            contradicts = bool(pieces) or (is_last and begun)
            news["tool_calls"], others = unsaid(news["tool_calls"], self.calls.all, contradicts)
            clashes += others
        self._clashes.add(clash.issue(f"/choices/{self.number}") for clash in clashes)
        return pieces, {**delta, **news}

    def _message(self, delta: dict[str, Any]) -> list[Piece]:
        fields = {name: value for name, value in delta.items() if name != "tool_calls"}
        for name in SPOKEN:
            value = fields.get(name)
            if name in self._in_parts or not (value is None or isinstance(value, str)):
                fields[name] = self._parts(name, value)
        called = fields.get("function_call")
        if isinstance(called, dict) and not isinstance(called.get("arguments"), str | None):
            fields["function_call"] = {**called, "arguments": arguments_text(called["arguments"])}
        audio = fields.get("audio")
        sound = audio.get("data") if isinstance(audio, dict) else None
        if sound and isinstance(sound, str):
            self.sound.append(sound)
        self.message.add(fields)
        return self._pieces(delta.get("tool_calls"))

    def _parts(self, name: str, value: Any) -> Any:
        """What is said in the form in which that field comes: a text, or parts from the first one on."""
        value = scalar_text(value) or value
        if name not in self._in_parts and not isinstance(value, str):
            self._in_parts.add(name)
            self.message.restate(name, lambda text: _text_parts(text))
        if name not in self._in_parts or isinstance(value, list | None):
            return value
        return _text_parts(value) if isinstance(value, str) else [value]

    def _pieces(self, fragments: Any) -> list[Piece]:
        if fragments is None:
            return []
        fragments = fragments if isinstance(fragments, list) else [fragments]
        calls = [each for each in fragments if isinstance(each, dict)]
        self._odd_calls += [each for each in fragments if not isinstance(each, dict | None)]
        return [call.add(each) for call, each in zip(self.calls.of(calls), calls, strict=True)]

    def text(self, name: str = "content") -> str:
        """The answer text so far, or its `refusal`."""
        return text_in(self.message.get(name))

    @property
    def is_whole(self) -> bool:
        """Whether a finish reason says so, and nothing speaks against it."""
        return (
            self.finish_reason is not None
            and not self.went_on
            and (self.finish_reason == "length" or not any(call.is_cut for call in self.calls.all))
        )

    def data(self) -> dict[str, Any]:
        """The answer as far as it has arrived."""
        message: dict[str, Any] = {"role": "assistant", "content": None, "refusal": None, **self.message.joined()}
        message["role"] = message.get("role") or "assistant"
        for name in SPOKEN:
            if isinstance(message.get(name), list):
                message[name] = _spoken(message[name])
        if self.calls.all or self._odd_calls:
            calls = sorted(self.calls.all, key=lambda call: call.number)
            message["tool_calls"] = [*(call.data() for call in calls), *self._odd_calls]
        audio = message.get("audio")
        if self.sound and isinstance(audio, dict) and isinstance(audio.get("data"), str):
            audio["data"] = _rejoined(self.sound)
        rest = {"logprobs": None, **self.choice.joined()}
        if "message" in rest:
            rest["message_sent"] = rest.pop("message")
        return {**rest, "index": self.number, "finish_reason": rest.get("finish_reason"), "message": message}

    def issues(self, pointer: str) -> Iterable[Issue]:
        """Where the chunks contradict each other."""
        yield from self._clashes.issues()
        yield from self.calls.issues(f"{pointer}/message/tool_calls")
        yield from self.message.changes(f"{pointer}/message")
        yield from self.choice.changes(pointer)
        for call in self.calls.all:
            yield from call.rest.changes(f"{pointer}/message/tool_calls/{call.number}")


def _text_parts(text: object) -> list[Any]:
    return [{"type": "text", "text": text}] if text else []


def _spoken(parts: list[Any]) -> Any:
    """Parts with the texts of neighbours joined; a text where they are nothing but one."""
    joined: list[Any] = []
    for part in parts:
        name = _grows(joined[-1], part) if joined else ""
        if name:
            joined[-1] = {**part, name: _together(joined[-1][name], part[name])}
        else:
            joined.append(part)
    only = joined[0] if len(joined) == 1 else None
    is_text = isinstance(only, dict) and only.keys() == {"type", "text"} and only["type"] == "text"
    return only["text"] if is_text and only is not None and isinstance(only["text"], str) else joined


def _grows(one: object, other: object) -> str:
    """The field that goes on from one part to the next, where both say nothing but their type and that; else `""`."""
    if not (isinstance(one, dict) and isinstance(other, dict)) or one.keys() != other.keys() or len(one) != 2:
        return ""
    name = next((key for key in one if key != "type"), "")
    is_same = "type" in one and one["type"] == other["type"] and type(one[name]) is type(other[name])
    return name if is_same and isinstance(one[name], str | list) else ""


def _together(known: Any, more: Any) -> Any:
    if isinstance(more, str):
        return known + more
    parts = _spoken([*known, *more])
    return _text_parts(parts) if isinstance(parts, str) else parts


def _speaks(delta: dict[str, Any]) -> bool:
    return bool(text_in(delta.get("content")) or text_in(delta.get("refusal")) or thoughts_of(delta))


def _name(fragment: dict[str, Any]) -> str:
    body = fragment.get("function") or fragment.get("custom")
    name = body.get("name") if isinstance(body, dict) else None
    return name if isinstance(name, str) else ""


def _arguments(fragment: dict[str, Any]) -> str:
    body = fragment.get("function")
    return arguments_text(body.get("arguments")) if isinstance(body, dict) else ""


def _is_whole(text: str) -> bool:
    try:
        return isinstance(from_json(text), dict)
    except ValueError:
        return False


def _rejoined(pieces: list[str]) -> str:
    """Base64 pieces as one; each piece may be padded."""
    try:
        return base64.b64encode(b"".join(base64.b64decode(piece, validate=True) for piece in pieces)).decode()
    except binascii.Error:
        return "".join(pieces)
