"""The items of a response in the making: pieces of texts, arguments and code, put where they belong.

Rules
* An item is found by id and index, else by its id, else by its index or (where there is none) as the latest, if its
  kind fits. One that was never announced begins with its first piece.
* What announces an item begins a new one, unless the very same was announced before: servers repeat ids and indexes,
  and leave both out. Pieces that bring another id belong to the item that was announced at their index and is not
  whole: servers make up a new id for each event.
* A piece of another JSON type is read as what it means (`models/dialects.py`), arguments as their JSON text.
* Pieces are joined in the order of their numbers, when the events are numbered; else in the order in which they came.
* A whole (`….done`) replaces the pieces; where it says something else an issue tells what they said (`replaced.py`).
* What has no place of its own stands beside what it came with: words of other kinds in `others`, unknown members of an
  event in the part or item that it is about, and what is not an item behind the items.

Weak spot: an item that was never announced has no name and no `call_id` until it is whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from typed_openai.core.answer.meta import Issue
from typed_openai.core.answer.tally import Tally
from typed_openai.models.base import Result
from typed_openai.models.dialects import arguments_text, beside_words, written
from typed_openai.streaming.replaced import over, says, unsaid

_STATUS = re.compile(r"response\.\w+?_(?:call|tools)\.(in_progress|searching|interpreting|generating|completed|failed)")
_PLACES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "response.output_text": ("content", "text", {"type": "output_text", "annotations": []}),
    "response.refusal": ("content", "refusal", {"type": "refusal"}),
    "response.reasoning_text": ("content", "text", {"type": "reasoning_text"}),
    "response.reasoning_summary_text": ("summary", "text", {"type": "summary_text"}),
    "response.function_call_arguments": ("", "arguments", {"type": "function_call"}),
    "response.mcp_call_arguments": ("", "arguments", {"type": "mcp_call"}),
    "response.custom_tool_call_input": ("", "input", {"type": "custom_tool_call"}),
    "response.code_interpreter_call_code": ("", "code", {"type": "code_interpreter_call"}),
}
"""Events by their name without `.delta` and `.done`: the list that their part is in (none: the item itself), the field
that grows, and what a part or item is that was never announced."""


_CHANGING = frozenset(("id", "status", "encrypted_content"))
"""What may be another with each event: states go on, thoughts are sealed anew, and servers make up new ids."""
_WRITTEN = frozenset(("arguments", "input", "code"))
"""Fields that are no words of an answer: an object there is its JSON text, and not the text that it might mean."""


class _Text:
    """One text that comes in pieces."""

    __slots__ = ("_pieces", "_whole")

    def __init__(self) -> None:
        self._pieces: list[tuple[int, str]] = []
        self._whole: str | None = None

    def add(self, number: int, piece: str) -> None:
        self._pieces.append((number, piece))

    def set(self, whole: str) -> None:
        self._whole = whole

    def value(self) -> str:
        return self.joined() if self._whole is None else self._whole

    def joined(self) -> str:
        """What its pieces say."""
        if len(self._pieces) > 1 and any(a[0] > b[0] for a, b in zip(self._pieces, self._pieces[1:], strict=False)):
            self._pieces.sort(key=lambda piece: piece[0])
        return "".join([piece for _, piece in self._pieces])


class _Part:
    """One part of an item, or the item itself: what is said of it, and the texts in it that grow."""

    __slots__ = ("data", "is_whole", "issues", "texts")

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.is_whole = False
        self.issues: list[Issue] = []
        """What the server said and then said otherwise; pointers begin here."""
        self.texts: dict[str, _Text] = {}

    def announce(self, data: dict[str, Any], is_whole: bool) -> None:
        """What the server says of it. A whole takes the place of what came in pieces."""
        if is_whole:
            self._check()
            before = self.shown()
            self.issues += unsaid(before, data, "", _CHANGING)
            self.data, self.is_whole = over(before, data), True
            self._begin_anew()
        elif self.is_whole:
            self.issues += unsaid(data, self.data, "", _CHANGING)
            self.data = over(data, self.data)
        else:
            self.issues += unsaid(self.data, data, "", _CHANGING)
            self.data = over(self.data, data)

    def note(self, extra: dict[str, Any]) -> None:
        """What an event about it says besides."""
        if extra:
            self.issues += unsaid(extra, self.data, "", _CHANGING)
            self.data = over(extra, self.data)

    def _begin_anew(self) -> None:
        self.texts = {}

    def _pieces(self) -> dict[str, Any]:
        return {name: text.value() for name, text in self.texts.items()}

    def _check(self) -> None:
        """Whether the texts contradict themselves, or the words that they were announced with."""
        pieces = self._pieces()
        for name, text in self.texts.items():
            self.issues += unsaid({name: text.joined()}, pieces, "")
        self.issues += unsaid({name: self.data.get(name) for name in pieces}, pieces, "")

    def shown(self) -> dict[str, Any]:
        """It as far as it has arrived."""
        pieces = self._pieces()
        return over(pieces, self.data) if self.is_whole else {**self.data, **pieces}

    def told(self, pointer: str) -> Iterator[Issue]:
        """Where it was said otherwise than before."""
        known, self.issues = self.issues, []
        self._check()
        if self.is_whole:
            self.issues += unsaid(self._pieces(), self.data, "")
        now, self.issues = self.issues, known
        yield from (issue._replace(pointer=pointer + issue.pointer) for issue in (*known, *now))


class _Item(_Part):
    """One item of the output."""

    __slots__ = ("announced", "index", "parts")

    def __init__(self, index: int, data: dict[str, Any]) -> None:
        super().__init__(data)
        self.announced = False
        self.index = index
        self.parts: dict[str, dict[int, _Part]] = {}

    def announce(self, data: dict[str, Any], is_whole: bool) -> None:
        super().announce(data, is_whole)
        self.announced = True

    def may_be(self, kind: object) -> bool:
        """Whether it is of this kind, as far as that is known."""
        return kind is None or self.data.get("type") in (None, kind)

    def goes_on(self) -> bool:
        """Whether more has been said of it than that it is there."""
        return self.is_whole or bool(self.texts) or bool(self.parts)

    def part(self, where: str, index: object, kind: dict[str, Any]) -> _Part:
        if not where:
            return self
        if where not in self.parts:
            self.parts[where] = self._announced(where)
        parts = self.parts[where]
        place = index if isinstance(index, int) else max(parts, default=0)
        if place not in parts:
            parts[place] = _Part(dict(kind))
        elif "type" not in parts[place].data:
            parts[place].data = {**kind, **parts[place].data}
        return parts[place]

    def _announced(self, where: str) -> dict[int, _Part]:
        """The parts that the item was announced with; they go on. What is not a part stays in the list."""
        given = self.data.get(where)
        if self.is_whole or not isinstance(given, list):
            return {}
        self.data = {**self.data, where: [part for part in given if not isinstance(part, dict)]}
        return {place: _Part(dict(part)) for place, part in enumerate(given) if isinstance(part, dict)}

    def _begin_anew(self) -> None:
        super()._begin_anew()
        self.issues += self._of_parts("")
        self.parts = {}

    def _of_parts(self, pointer: str) -> Iterator[Issue]:
        for where, parts in self.parts.items():
            for place, part in parts.items():
                yield from part.told(f"{pointer}/{where}/{place}")

    def told(self, pointer: str) -> Iterator[Issue]:
        yield from super().told(pointer)
        yield from self._of_parts(pointer)

    def _pieces(self) -> dict[str, Any]:
        pieces = super()._pieces()
        for where, parts in self.parts.items():
            pieces[where] = [part.shown() for _, part in sorted(parts.items())]
        if commands := pieces.pop("commands", None):
            action = self.data.get("action")
            known = action if isinstance(action, dict) else {}
            pieces["action"] = {**known, "commands": [command["text"] for command in commands]}
        return pieces

    def shown(self) -> dict[str, Any]:
        shown = super().shown()
        for where in () if self.is_whole else self.parts:
            given = self.data.get(where)
            if says(given) and where != "commands":
                shown[where] = [*shown[where], *(given if isinstance(given, list) else [given])]
        return shown


class Items:
    """The items of one response."""

    def __init__(self) -> None:
        self.numbered = True
        self._items: list[_Item] = []
        self._latest: _Item | None = None
        """That of the latest piece, with its kind known."""
        self._count = 0
        self._renamed = 0
        """How often a piece brought another id than its item had."""
        self._odd: list[Any] = []
        """What came where an item should be."""

    def __bool__(self) -> bool:
        return bool(self._items or self._odd)

    def add(self, event: Any) -> None:
        """Take an event about an item into account; others say nothing."""
        kind = event.type
        if not isinstance(kind, str):
            return
        self._count += 1
        head, _, tail = kind.rpartition(".")
        place = _PLACES.get(head)
        if place is not None:
            self._grow(event, tail, *place)
        elif head == "response.output_item":
            self._announce(event, tail == "done")
        elif head in ("response.content_part", "response.reasoning_summary_part"):
            where, index = (
                ("content", "content_index") if head == "response.content_part" else ("summary", "summary_index")
            )
            part = self._item_of(event, where).part(where, getattr(event, index, None), {})
            part.announce(_dumped(getattr(event, "part", None)), tail == "done")
            part.note(beside(event))
        elif head == "response.shell_call_command":
            part = self._item_of(event, "commands").part(
                "commands", getattr(event, "command_index", None), {"text": ""}
            )
            self._put(part, "text", event, "delta" if tail == "delta" else "command", tail != "added")
        elif head == "response.output_text.annotation":
            part = self._item_of(event, "content").part(
                "content", getattr(event, "content_index", None), {"type": "output_text", "text": ""}
            )
            notes, note = _listed(part.data.get("annotations")), plain(getattr(event, "annotation", None))
            if says(note) and note not in notes:
                part.data = {**part.data, "annotations": [*notes, note]}
            part.note(beside(event))
        elif found := _STATUS.fullmatch(kind):
            item = self._item_of(event, "", {"type": head.removeprefix("response.")})
            item.note(beside(event))
            if not item.is_whole:
                item.data = {**item.data, "status": found[1]}

    def shown(self) -> list[dict[str, Any]]:
        """The items as far as they have arrived, in order, and what is not an item behind them."""
        return [*(item.shown() for item in sorted(self._items, key=lambda item: item.index)), *self._odd]

    def issues(self) -> tuple[Issue, ...]:
        """Where something was said otherwise than before."""
        tally = Tally()
        if self._renamed:
            tally.add([Issue("/output", "fragments told apart", "a new id in the middle", self._renamed)])
        for place, item in enumerate(sorted(self._items, key=lambda item: item.index)):
            tally.add(item.told(f"/output/{place}"))
        return tally.issues()

    def _grow(self, event: Any, tail: str, where: str, field: str, kind: dict[str, Any]) -> None:
        item = self._item_of(event, where, kind)
        index = getattr(event, "summary_index" if where == "summary" else "content_index", None)
        part = item.part(where, index, kind)
        if not where and tail == "done" and says(name := plain(getattr(event, "name", None))):
            item.issues += unsaid({"name": name}, item.data, "")
            item.data.setdefault("name", name)
        self._put(part, field, event, "delta" if tail == "delta" else field, True)
        if says(tokens := plain(getattr(event, "logprobs", None))):
            _put_tokens(part, tokens, tail == "delta")
        part.note(beside(event))

    def _put(self, part: _Part, field: str, event: Any, source: str, counts: bool) -> None:
        value = getattr(event, source, None)
        if value is None or not counts:
            return
        if not isinstance(value, str):
            value = plain(value)
            others = [] if field in _WRITTEN else beside_words(value)
            if others:
                part.data = {**part.data, "others": [*part.data.get("others", ()), *others]}
            value = (arguments_text if field in _WRITTEN else written)(value)
        text = part.texts.get(field)
        if text is None:
            text = part.texts[field] = _Text()
        if source == "delta":
            number = getattr(event, "sequence_number", None)
            text.add(number if self.numbered and isinstance(number, int) else self._count, value)
        else:
            text.set(value)

    def _announce(self, event: Any, is_whole: bool) -> None:
        came = plain(getattr(event, "item", None))
        if came is not None and not isinstance(came, dict):
            extra = beside(event)
            self._odd.append({"others": came, **extra} if extra else came)
            return
        data = came or {}
        index, name = getattr(event, "output_index", None), data.get("id")
        if is_whole:
            item = self._find(name, index, data.get("type"), data)
        else:
            item = self._begun(name, index, data.get("type"))
        item.announce(data, is_whole)
        item.note(beside(event))

    def _item_of(self, event: Any, where: str, kind: dict[str, Any] | None = None) -> _Item:
        identifier, index = getattr(event, "item_id", None), getattr(event, "output_index", None)
        latest = self._latest
        if latest is not None and identifier and latest.data.get("id") == identifier and latest.index == index:
            return latest  # as most pieces
        told = (kind or {}).get("type")
        begun: dict[str, Any]
        if where in ("", "commands"):
            begun = dict(kind or {"type": "shell_call"})
        elif where == "summary" or told == "reasoning_text":
            begun = {"type": "reasoning", "summary": []}
        else:
            begun = {"type": "message", "role": "assistant", "content": []}
        certain = begun["type"] if where != "content" or told is not None else None  # thoughts have contents, too
        item = self._find(identifier, index, certain)
        if "type" not in item.data:
            item.data = {**begun, "status": "in_progress", **item.data}
        self._latest = item
        return item

    def _begun(self, identifier: object, index: object, kind: object) -> _Item:
        """The item that an announcement is about: a new one, unless it was announced just so, or pieces came first."""
        name = identifier or None
        for item in reversed(self._items):
            known, is_there = item.data.get("id"), not isinstance(index, int) or item.index == index
            if name is not None and known == name and (is_there or not item.announced):
                return self._at(item, index)
            if (name is None or known is None) and is_there and item.may_be(kind) and not item.announced:
                return self._named(item, name)
            if name is None and known is None and is_there and item.may_be(kind) and not item.goes_on():
                return item
        return self._new(name, index)

    def _find(self, identifier: object, index: object, kind: object, whole: dict[str, Any] | None = None) -> _Item:
        """The item that a piece belongs to; `whole`: one that is said to be whole now."""
        name, is_placed = identifier or None, isinstance(index, int)
        same = [item for item in self._items if name is not None and item.data.get("id") == name]
        if same:
            return next((item for item in reversed(same) if item.index == index), same[-1])
        for item in reversed(self._items):
            known = item.data.get("id")
            if (is_placed and item.index != index) or not item.may_be(kind):
                continue
            if name is not None and known is not None:
                if is_placed and item.announced and not item.is_whole:
                    self._renamed += 1
                    return item
            elif is_placed or not item.is_whole or (whole is not None and item.data == {**item.data, **whole}):
                return self._named(item, name)
        return self._new(name, index)

    def _new(self, name: object, index: object) -> _Item:
        item = _Item(index if isinstance(index, int) else len(self._items), {} if name is None else {"id": name})
        self._items.append(item)
        return item

    @staticmethod
    def _named(item: _Item, name: object) -> _Item:
        if name is not None:
            item.data["id"] = name
        return item

    @staticmethod
    def _at(item: _Item, index: object) -> _Item:
        if isinstance(index, int):
            item.index = index
        return item


def plain(value: object) -> Any:
    """A value of an event as JSON data."""
    if isinstance(value, Result):
        return value.model_dump()
    return list(map(plain, value)) if isinstance(value, list) else value


def _dumped(value: object) -> dict[str, Any]:
    """A part as JSON data; what is not an object stands in one."""
    data = plain(value)
    return dict(data) if isinstance(data, dict) else {"others": _listed(data)} if says(data) else {}


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value] if says(value) else []


def beside(event: Any) -> dict[str, Any]:
    """Members of an event that nobody here knows."""
    return {name: value for name, value in (event.model_extra or {}).items() if name != "obfuscation"}


def _put_tokens(part: _Part, tokens: Any, goes_on: bool) -> None:
    """The probabilities of what was said, in pieces or whole."""
    before = _listed(part.data.get("logprobs"))
    if goes_on:
        tokens = [*before, *_listed(tokens)]
    elif not part.is_whole:
        part.issues += unsaid({"logprobs": before}, {"logprobs": tokens}, "")
    if not part.is_whole:
        part.data = {**part.data, "logprobs": tokens}
