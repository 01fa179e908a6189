"""Log probabilities of tokens as rows: what was written, and what could have stood in its place.

    class TextDone(WithLogprobs, Result):
        logprobs: list[Logprob] | None = None

Rules
* A row has `position` (of the token, from 0), `rank` (0 for the token that was written, from 1 on for the likeliest
  ones in the order of the server, which may hold the written one once more), and all that the server says of it.
* What is not a list of tokens makes no rows: `issues` of the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from typed_openai.core.answer.records import HasRecords, Records, Row, row_of


class WithLogprobs(HasRecords):
    """The base of what has a field `logprobs`. `records()` are those, a row for each token and each that could have
    stood in its place: `position`, `rank` (0: written), `token`, `logprob`, `bytes`."""

    __slots__ = ()
    if TYPE_CHECKING:
        logprobs: Any

    def _records(self) -> Records:
        return Records(token_rows(self.logprobs))


def token_rows(tokens: object, where: Mapping[str, str] | None = None) -> Iterator[Row]:
    """The rows of a list of tokens, each of which has those that could have stood in its place."""
    from typed_openai.shown.compact import value_of

    for position, token in enumerate(tokens if isinstance(tokens, list) else ()):
        others = value_of(token, "top_logprobs")
        data = token.model_dump(mode="json", exclude={"top_logprobs"}) if hasattr(token, "model_dump") else token
        for rank, each in enumerate([data, *(others if isinstance(others, list) else ())]):
            yield {**(where or {}), "position": position, "rank": rank, **row_of(each)}


def parallel_rows(tokens: object, logprobs: object, offsets: object, others: object) -> Iterator[Row]:
    """The same of lists that stand side by side, where each place has a dict of what else could have stood there."""
    for position, token in enumerate(_items(tokens)):
        start = _at(offsets, position)
        told = {"position": position, "text_offset": start}
        yield {**told, "rank": 0, "token": token, "logprob": _at(logprobs, position)}
        other = _at(others, position)
        for rank, (text, logprob) in enumerate(other.items() if isinstance(other, dict) else (), 1):
            yield {**told, "rank": rank, "token": text, "logprob": logprob}


def _items(values: object) -> list[Any]:
    return values if isinstance(values, list) else []


def _at(values: object, place: int) -> Any:
    found = _items(values)
    return found[place] if place < len(found) else None
