"""A conversation cut to a number of tokens, so that it can still be sent: `trim(messages, tokens=...)`.

    client.chat.completions.create(model="gpt-4o", messages=trim(messages, tokens=100_000))

Rules
* The oldest goes first, whole turns at a time: a turn is what a user says and all that follows until he speaks again.
* What stands before the first turn (system and developer messages) stays, and so does what the user said last.
* A call of a tool and its output stay together or go together. Where the last turn alone is too long (a long run of
  tools), its oldest rounds go: a round is what the model said, thoughts and calls, with the outputs of those calls.
* Nothing is shortened, and nothing that was given is changed. What cannot be cut any further and is still too long
  raises `HistoryTooLongError`.
* Messages of chat and items of the Responses API are told apart one by one, as dicts or as models.

Weak spot: the numbers are those of `estimate_tokens`; what it cannot count (uploaded files) counts nothing here. Leave
room for the answer, and for tools and schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from typed_openai.core.option_values import check_count
from typed_openai.core.request.faults import shown
from typed_openai.errors import ConfigurationError, OpenAIError
from typed_openai.tokens.costs import PER_REPLY
from typed_openai.tokens.estimate import estimate_tokens

__all__ = ["HistoryTooLongError", "trim"]

T = TypeVar("T")


class HistoryTooLongError(OpenAIError, ValueError):
    """A conversation does not fit, even with everything left out that may be: `least` tokens remain, `tokens` were
    allowed."""

    def __init__(self, least: int, tokens: int) -> None:
        super().__init__(
            f"what must stay of the conversation has about {least} tokens, {tokens} are allowed: "
            "shorten the instructions or the last message, or allow more"
        )
        self.least = least
        self.tokens = tokens

    def __reduce__(self) -> tuple[Any, ...]:
        return HistoryTooLongError, (self.least, self.tokens)


def trim(
    messages: Iterable[T], *, tokens: int, model: str = "gpt-4o", count: Callable[[str], int] | None = None
) -> list[T]:
    """The end of a conversation that has at most so many tokens, and its instructions; a new list of the same messages.

    messages: messages of chat, or items of the `input` of a response.
    tokens: how many the result may have at most, in tokens of `model`, from 1.
    model: whose tokens are meant; counted by tiktoken where that is installed, else roughly.
    count: how to count one text, instead of that.
    Raises `HistoryTooLongError` where the instructions and the last thing said are too long already, and
    `ConfigurationError` for what is no list of messages and no number of tokens.
    """
    check_count("tokens", tokens)
    if isinstance(messages, str | bytes | Mapping) or not isinstance(messages, Iterable):
        raise ConfigurationError(f"messages: a list of messages, got {shown(messages)}")
    head, turns = _parted(list(messages))
    left = tokens - PER_REPLY - _tokens(head, model, count)
    *earlier, last = turns or [[]]
    kept = _last_turn(last, model, count, left) if last else []
    left -= _tokens(kept, model, count)
    if left < 0:
        raise HistoryTooLongError(tokens - left, tokens)
    for turn in reversed(earlier):
        left -= _tokens(turn, model, count)
        if left < 0:
            break
        kept = [*turn, *kept]
    return [*head, *kept]


def _parted(messages: list[T]) -> tuple[list[T], list[list[T]]]:
    """The instructions at the beginning, and the turns after them."""
    first = next((place for place, each in enumerate(messages) if not _instructs(each)), len(messages))
    turns: list[list[T]] = []
    opening = False
    for each in messages[first:]:
        opens = _opens(each)
        if not turns or (opens and not opening):
            turns.append([])
        turns[-1].append(each)
        opening = opens
    return messages[:first], turns


def _last_turn(turn: list[T], model: str, count: Callable[[str], int] | None, left: int) -> list[T]:
    """The last turn without as many of its oldest rounds as have to go; never without the last one."""
    said = next((place for place, each in enumerate(turn) if not _opens(each)), len(turn))
    rounds = list(_rounds(turn[said:]))
    sizes = [_tokens(each, model, count) for each in rounds]
    left -= _tokens(turn[:said], model, count)
    gone = 0
    while gone < len(rounds) - 1 and sum(sizes[gone:]) > left:
        gone += 1
    return [*turn[:said], *(each for kept in rounds[gone:] for each in kept)]


def _rounds(messages: list[T]) -> Iterator[list[T]]:
    """What the model said, each time with the outputs that answer it."""
    at: list[T] = []
    answered = False
    for each in messages:
        is_output = _is_output(each)
        if answered and not is_output:
            yield at
            at = []
        at.append(each)
        answered = is_output
    if at:
        yield at


def _tokens(messages: Iterable[object], model: str, count: Callable[[str], int] | None) -> int:
    """How many tokens messages add to a request."""
    total = 0
    for each in messages:
        listed: Any = {"messages" if _member(each, "role") is not None else "input": [each]}
        found = estimate_tokens(listed, model=model, count=count)
        total += max(0, found - PER_REPLY)
    return total


def _member(message: object, name: str) -> object:
    return message.get(name) if isinstance(message, Mapping) else getattr(message, name, None)


def _instructs(message: object) -> bool:
    return _member(message, "role") in ("system", "developer")


def _opens(message: object) -> bool:
    return _instructs(message) or _member(message, "role") == "user"


def _is_output(message: object) -> bool:
    return _member(message, "role") in ("tool", "function") or str(_member(message, "type")).endswith("_output")
