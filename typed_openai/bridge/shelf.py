"""What the bridge keeps, as JSON objects in a store: each step is a flow, so that a store may be async.

Rules
* A key is a kind and the ids that lead to the object, escaped: `run/conv_1/run_2`.
* An object of a kind that is listed says when it was made (`at`, in nanoseconds): lists are in that order.
* What is made out of what is kept is kept by `change`: nobody undoes what somebody else kept in the meantime.
* What a store raises becomes a `ConfigurationError` that names it (`exchange.py`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from urllib.parse import quote

from typed_openai.bridge.stores import SQLiteAssistantStore
from typed_openai.core.run.effects import Call, Work
from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    from typed_openai.bridge.stores import AssistantStore
    from typed_openai.core.run.effects import Flow

Item: TypeAlias = dict[str, Any]
"""A JSON object."""
K = TypeVar("K", bound=Item | None)
_MOST_ATTEMPTS = 1000
"""How often a change is begun anew: of those who change something at the same moment one comes through each time."""


def key_of(kind: str, *ids: str) -> str:
    """Where something is kept."""
    return "/".join((kind, *(quote(each, safe="") for each in ids)))


def _written(value: Item) -> bytes:
    return json.dumps({"at": time.time_ns(), **value}).encode()


class Shelf:
    """A store of JSON objects."""

    def __init__(self, store: AssistantStore) -> None:
        self.store = store
        self._effect: Any = Work if isinstance(store, SQLiteAssistantStore) else Call

    def get(self, *key: str) -> Flow[Item | None]:
        """What is kept there; None for nothing."""
        return (yield from self._read(key_of(*key)))

    def put(self, value: Item, *key: str) -> Flow[None]:
        """Keep it there."""
        yield self._effect(self.store.put, key_of(*key), _written(value))

    def change(self, alter: Callable[[Item | None], K], *key: str) -> Flow[K]:
        """Keep there what `alter` makes of what is kept (None: nothing), and give it.

        It is called again where somebody else kept something in the meantime, with that. It changes nothing that it is
        given; what it gives back as it got it is not kept again.
        """
        place = key_of(*key)
        for _ in range(_MOST_ATTEMPTS):
            content = yield self._effect(self.store.get, place)
            before = self._item(place, content)
            after = alter(before)
            if after is before:
                return after
            new = None if after is None else _written(after)
            if (yield from self._swapped(place, content, new)):
                return after
        name = type(self.store).__name__
        raise ConfigurationError(f"{name}.swap said {_MOST_ATTEMPTS} times that something else is kept under {place!r}")

    def _swapped(self, place: str, old: bytes | None, new: bytes | None) -> Flow[bool]:
        swap = getattr(self.store, "swap", None)
        if swap is not None:
            return bool((yield self._effect(swap, place, old, new)))
        if new is None:
            yield self._effect(self.store.delete, place)
        else:
            yield self._effect(self.store.put, place, new)
        return True

    def delete(self, *key: str) -> Flow[None]:
        """Keep it no longer."""
        yield self._effect(self.store.delete, key_of(*key))

    def delete_all(self, *key: str) -> Flow[None]:
        """Keep nothing below this any longer."""
        for each in [*(yield self._effect(self.store.keys, f"{key_of(*key)}/"))]:
            yield self._effect(self.store.delete, each)

    def every(self, *key: str) -> Flow[list[Item]]:
        """All that is kept below this, the oldest first."""
        found: list[Item] = []
        for each in [*(yield self._effect(self.store.keys, f"{key_of(*key)}/"))]:
            value = yield from self._read(each)
            if value is not None:
                found.append(value)
        return sorted(found, key=lambda value: int(value.get("at") or 0))

    def several(self, keys: Sequence[Sequence[str]]) -> Flow[list[Item]]:
        """What is kept at these places, in their order; an empty object for nothing."""
        found: list[Item] = []
        for each in keys:
            value = yield from self.get(*each)
            found.append(value or {})
        return found

    def _read(self, key: str) -> Flow[Item | None]:
        return self._item(key, (yield self._effect(self.store.get, key)))

    def _item(self, key: str, content: Any) -> Item | None:
        if content is None:
            return None
        try:
            return dict(json.loads(content))
        except (ValueError, TypeError) as error:
            name = type(self.store).__name__
            raise ConfigurationError(f"{name}: what is kept under {key!r} was not put there by a bridge") from error
