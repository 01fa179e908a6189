"""What a stream of text completions adds up to, whatever the JSON types in it (`joining.py`, `placing.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typed_openai.core.answer.meta import Issue
from typed_openai.core.answer.tally import Tally
from typed_openai.models.base import Asked
from typed_openai.models.completions import Completion
from typed_openai.models.dialects import beside_words, written
from typed_openai.streaming.accumulator import Accumulator
from typed_openai.streaming.joining import Heads, Parts, built, listed
from typed_openai.streaming.placing import Place, Places


class CompletionAccumulator(Accumulator[Completion, Completion]):
    """Adds text completion chunks up to one `Completion`."""

    event = Completion
    ends_alone = True
    names_events = False
    closing = b"data: [DONE]\n\n"

    @classmethod
    def finishes(cls, event: Any) -> bool:
        return any(getattr(choice, "finish_reason", None) for choice in listed(event.choices))

    @classmethod
    def is_quiet(cls, event: Any, asked: Asked) -> bool:
        is_empty = all(getattr(choice, "text", choice) in ("", None) for choice in listed(event.choices))
        return isinstance(event.choices, list) and is_empty and not cls.finishes(event) and event.usage is None

    def __init__(self) -> None:
        self._head = Heads()
        self._choices: Places[_Continuation] = Places(_Continuation)
        self._odd: list[Any] = []
        self._tally = Tally()

    def add(self, event: Completion) -> None:
        if event.issues:
            self._tally.add(event.issues)
        data = event.model_dump()
        choices = data.pop("choices", None)
        self._head.add(data)
        choices = choices if isinstance(choices, list) else [choices]
        said = [each for each in choices if isinstance(each, dict)]
        self._odd += [each for each in choices if not isinstance(each, dict | None)]
        for choice, each in zip(self._choices.of(said), said, strict=True):
            text = each.get("text")
            if not isinstance(text, str | None):
                others = beside_words(text)
                each = {**each, "text": written(text), **({"others": others} if others else {})}
            choice.parts.add(each)

    def snapshot(self) -> Completion | None:
        head = {name: value for name, value in self._head.joined().items() if value is not None}
        if not head and not self._choices.all and not self._odd:
            return None
        known = sorted(self._choices.all, key=lambda choice: choice.number)
        choices = [{**choice.parts.joined(), "index": choice.number} for choice in known]
        whole = {"object": "text_completion", **head, "choices": [*choices, *self._odd]}
        return built(Completion, whole, self._issues)

    def _issues(self) -> Iterator[Issue]:
        yield from self._tally.issues()
        yield from self._head.changes("", ("object", "obfuscation", "usage"))
        yield from self._choices.issues("/choices")
        for choice in self._choices.all:
            yield from choice.parts.changes(f"/choices/{choice.number}", ("index",))

    @property
    def is_complete(self) -> bool:
        return bool(self._choices.all) and all(choice.parts.get("finish_reason") for choice in self._choices.all)


class _Continuation(Place):
    """One continuation in the making."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.parts = Parts()

    def names(self, fragment: dict[str, Any]) -> bool:
        return False

    def begins(self, fragment: dict[str, Any], same_index: bool) -> bool:
        return False
