"""The items of a session out of its events: what was begun, what grew, what is whole.

Rules
* Everything is keyed: items by id, their parts by index. What was never begun begins with its first piece.
* What is whole replaces what was pieced together; where that said something else, an issue tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typed_openai.core.answer.meta import Issue
from typed_openai.models.agents.items import AgentSessionItem
from typed_openai.models.base import Result
from typed_openai.streaming.joining import built
from typed_openai.streaming.replaced import over, unsaid

_PLACES = {
    "agent.session.turn.output_text": ("message", "content", "output_text", "content_index"),
    "agent.session.turn.content_part": ("message", "content", "output_text", "content_index"),
    "agent.session.turn.reasoning_summary_text": ("reasoning", "summary", "summary_text", "summary_index"),
    "agent.session.turn.reasoning_summary_part": ("reasoning", "summary", "summary_text", "summary_index"),
    "agent.output.command_execution_output": ("command_execution", "output", "", ""),
}
"""What an event is about: the kind of item, where its pieces go, the kind of part, and what numbers the parts."""


_LISTS = {"message": ("content",), "reasoning": ("summary",)}
"""What an item has where nothing of it came yet."""


class _Holder(Result):
    """One item, to be read as what it is."""

    item: AgentSessionItem


class _Item:
    """One item in the making."""

    def __init__(self, kind: str, identifier: object, turn: object) -> None:
        known = {"type": kind, "id": identifier, "turn_id": turn, "status": "in_progress"}
        self.head: dict[str, Any] = {**known, **({"role": "assistant"} if kind == "message" else {})}
        self.begun: Any = None
        self.texts: dict[int, list[str]] = {}
        self.place: tuple[str, str] = ("", "")
        self.whole: Any = None
        self.odd: list[Issue] = []
        self._value: Any = None

    def begin(self, item: Any) -> None:
        """What the service says of it while it grows."""
        if self.whole is None:
            self.head, self._value, self.begun = over(self.head, item.model_dump()), None, item

    def end(self, item: Any) -> None:
        """What the service says of it at its end."""
        self.odd += unsaid(self._grown(), item.model_dump(), "")
        self.whole, self._value = item, None

    def add(self, place: tuple[str, str], index: int, text: str, is_whole: bool) -> None:
        """The next piece of one of its texts, or the whole of it."""
        if self.whole is not None:
            return
        self.place, self._value = place, None
        before = "".join(self.texts.get(index, ()))
        if is_whole:
            self.odd += unsaid({"text": before}, {"text": text}, f"/{place[0]}/{index}")
        self.texts[index] = [text] if is_whole else [*self.texts.get(index, ()), text]

    def _grown(self) -> dict[str, Any]:
        name, kind = self.place
        texts = ["".join(pieces) for _, pieces in sorted(self.texts.items())]
        if not texts:
            return {}
        return {name: [{"type": kind, "text": text} for text in texts] if kind else "".join(texts)}

    def value(self) -> Any:
        """The item as far as it came."""
        if self._value is None:
            made = self.begun if self.whole is None and not self.texts else self.whole
            if made is None:
                empty: dict[str, list[Any]] = {name: [] for name in _LISTS.get(self.head["type"], ())}
                made = built(_Holder, {"item": {**empty, **self.head, **self._grown()}}).item
            self._value = made
        return self._value


class SessionItems:
    """All items since a turn began, in the order in which they began."""

    def __init__(self) -> None:
        self._items: dict[str, _Item] = {}

    def is_whole(self, identifier: object) -> bool:
        """Whether nothing is to be said of an item any more."""
        known = self._known(identifier)
        return known is not None and known.whole is not None

    def said_of(self, identifier: object) -> dict[str, Any]:
        """What the service said of an item when it began; nothing where it did not."""
        known = self._known(identifier)
        return {} if known is None else known.head

    def text_of(self, identifier: object, index: int) -> str:
        """What came of one text of an item."""
        known = self._known(identifier)
        return "" if known is None else "".join(known.texts.get(index, ()))

    def is_known(self, identifier: object) -> bool:
        """Whether an item was begun."""
        return self._known(identifier) is not None

    def _known(self, identifier: object) -> _Item | None:
        """The item of an id; no other value names one."""
        return self._items.get(identifier) if isinstance(identifier, str) else None

    def add(self, event: Any) -> None:
        """Take an event into account that is about an item."""
        item = getattr(event, "item", None)
        if isinstance(item, Result):
            known = self._of(getattr(item, "type", ""), getattr(item, "id", None), getattr(item, "turn_id", None))
            (known.end if event.type.endswith(".done") else known.begin)(item)
            return
        name, _, verb = str(event.type).rpartition(".")
        if name not in _PLACES or not hasattr(event, "item_id"):
            return
        kind, place, part, numbered = _PLACES[name]
        said = getattr(event, "part", None)
        text = getattr(said, "text", None) if said is not None else getattr(event, "delta", getattr(event, "text", ""))
        index = getattr(event, numbered, 0) if numbered else 0
        if isinstance(text, str) and not (verb == "added" and not text):
            known = self._of(kind, event.item_id, event.turn_id)
            known.add((place, part), index if isinstance(index, int) else 0, text, verb == "done")

    def _of(self, kind: str, identifier: object, turn: object) -> _Item:
        key = identifier if isinstance(identifier, str) else f"({len(self._items)})"
        return self._items.setdefault(key, _Item(kind, identifier, turn))

    def shown(self) -> list[Any]:
        """The items as far as they came."""
        return [item.value() for item in self._items.values()]

    def issues(self) -> Iterator[Issue]:
        """Where what is whole is not what was streamed."""
        for place, item in enumerate(self._items.values()):
            yield from (issue._replace(pointer=f"/items/{place}{issue.pointer}") for issue in item.odd)
