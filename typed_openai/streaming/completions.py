"""What a stream of text completions adds up to. Keyed by choice index; order and repetition of chunks do not matter."""

from __future__ import annotations

from typing import Any

from typed_openai.models.completions import Completion
from typed_openai.streaming.accumulator import Accumulator
from typed_openai.streaming.joining import Parts, built, listed


class CompletionAccumulator(Accumulator[Completion, Completion]):
    """Adds text completion chunks up to one `Completion`."""

    event = Completion
    ends_alone = True
    names_events = False
    closing = b"data: [DONE]\n\n"

    @classmethod
    def finishes(cls, event: Any) -> bool:
        return any(getattr(choice, "finish_reason", None) for choice in listed(event.choices))

    def __init__(self) -> None:
        self._head: dict[str, Any] = {}
        self._choices: dict[int, Parts] = {}

    def add(self, event: Completion) -> None:
        data = event.model_dump()
        choices = listed(data.pop("choices", None))
        self._head.update({name: value for name, value in data.items() if value is not None})
        for choice in choices:
            if isinstance(choice, dict):
                index = choice.get("index")
                self._choices.setdefault(index if isinstance(index, int) else 0, Parts()).add(choice)

    def snapshot(self) -> Completion | None:
        if not self._head and not self._choices:
            return None
        choices = [{**parts.joined(), "index": index} for index, parts in sorted(self._choices.items())]
        return built(Completion, {"object": "text_completion", **self._head, "choices": choices})

    @property
    def is_complete(self) -> bool:
        return bool(self._choices) and all(parts.get("finish_reason") for parts in self._choices.values())
