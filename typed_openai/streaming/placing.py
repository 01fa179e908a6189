"""Which of several things a fragment belongs to: the tool calls of an answer, the answers of a completion.

Rules, in this order
* The position in the list: two fragments of one list are never of one thing.
* The index, in any spelling (`0`, `"0"`, `0.0`): the same index goes on with the same thing, unless something else
  begins there (`Place.begins`: servers number all their calls 0).
* The id. Servers make up a new one for each event, so it only decides where no index does.
* A fragment without a name continues: the thing at its position in the list before, else the latest.
What had to be guessed is counted in `guesses`, and stands in the issues of the whole.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from typed_openai.core.answer.meta import Issue


class Place(ABC):
    """One thing in the making: `number` is its place among the others, `key` the index that the server gave it."""

    key: object = None
    id: str | None = None

    def __init__(self, number: int) -> None:
        self.number = number

    @abstractmethod
    def begins(self, fragment: dict[str, Any], same_index: bool) -> bool:
        """Whether a fragment that might belong here is the beginning of something else."""

    @abstractmethod
    def names(self, fragment: dict[str, Any]) -> bool:
        """Whether a fragment says what it is of, beside index and id."""


P = TypeVar("P", bound=Place)


class Places(Generic[P]):
    """Things that arrive in lists of fragments, in the order in which they came."""

    def __init__(self, make: Callable[[int], P]) -> None:
        self.all: list[P] = []
        self.guesses: Counter[str] = Counter()
        self._make = make
        self._latest: P | None = None
        self._row: list[P] = []
        """Those of the latest list of several."""
        self._several = False
        """Whether the latest list was one of several."""

    def of(self, fragments: list[dict[str, Any]]) -> list[P]:
        """What each fragment of one list belongs to; what is new is made."""
        if len(fragments) == 1 and self._latest is not None and not self._several:
            only, latest = fragments[0], self._latest
            is_same = type(index := only.get("index")) is int and index == latest.key and not only.get("id")
            if is_same and not latest.names(only):
                return [latest]  # as most fragments
        row: list[P] = []
        for position, fragment in enumerate(fragments):
            key, id_ = spelled(fragment.get("index")), _id(fragment)
            found = self._found(position, key, id_, fragment, row, len(fragments))
            if found is None:
                found = self._new(key)
            if found.key is None:
                found.key = key
            found.id = found.id or id_
            row.append(found)
        if row:
            self._latest, self._several = row[-1], len(row) > 1
            self._row = row if self._several else self._row
        return row

    def issues(self, pointer: str) -> list[Issue]:
        """What had to be guessed."""
        return [Issue(pointer, "fragments told apart", what, count) for what, count in self.guesses.items()]

    def _new(self, key: object) -> P:
        taken = {item.number for item in self.all}
        wanted = key if isinstance(key, int) and key not in taken else max(taken, default=-1) + 1
        made = self._make(wanted)
        self.all.append(made)
        return made

    def _found(
        self, position: int, key: object, id_: str | None, fragment: dict[str, Any], row: list[P], length: int
    ) -> P | None:
        free = [item for item in self.all if item not in row]
        if key is not None:
            found = self._by_index(key, id_, fragment, free)
            if found is None and any(item.key == key for item in row):
                self.guesses["one index twice in a list"] += 1
            return found
        same = [item for item in free if id_ is not None and item.id == id_]
        if same:
            return same[-1]
        before = self._row if len(self._row) == length else []
        found = self._latest if length == 1 else next(iter(before[position:]), None)
        if found is None or found in row or found.begins(fragment, False):
            return None
        if id_ is not None and found.id is not None:
            self.guesses["a new id in the middle"] += 1
        elif length == 1 and self._several:
            self.guesses["a fragment without index and id, after several"] += 1
        return found

    def _by_index(self, key: object, id_: str | None, fragment: dict[str, Any], free: list[P]) -> P | None:
        there = [item for item in free if item.key == key]
        same = [item for item in there if id_ is not None and item.id == id_]
        if same:
            return same[-1]
        if there:
            found = there[-1]
            if found.begins(fragment, True):
                self.guesses["two things under one index"] += 1
                return None
            if id_ is not None and found.id is not None:
                self.guesses["a new id in the middle"] += 1
            return found
        same = [item for item in free if id_ is not None and item.id == id_]
        strange = [item for item in same if item.key is None or not isinstance(key, int)]
        if not strange and same and not same[-1].names(fragment):
            self.guesses["a new index in the middle"] += 1
            strange = same
        return strange[-1] if strange else None


def spelled(index: object) -> object:
    """An index in any spelling as a number; what is none as a text, None where there is no index."""
    if index is None or (isinstance(index, int) and not isinstance(index, bool)):
        return index
    if isinstance(index, float) and index.is_integer():
        return int(index)
    text = str(index).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else repr(index)


def _id(fragment: dict[str, Any]) -> str | None:
    id_ = fragment.get("id")
    return id_ if isinstance(id_, str) and id_ else None
