"""What the bridge keeps, as JSON objects in a store: each step is a flow, so that a store may be async.

Rules
* A key is a kind and the ids that lead to the object, escaped: `run/conv_1/run_2`.
* An object of a kind that is listed says when it was made (`at`, in nanoseconds): lists are in that order.
* What a store raises becomes a `ConfigurationError` that names it (`exchange.py`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

from typed_openai.bridge.stores import SQLiteAssistantStore
from typed_openai.core.run.effects import Call, Work
from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    from typed_openai.bridge.stores import AssistantStore
    from typed_openai.core.run.effects import Flow

Item: TypeAlias = dict[str, Any]
"""A JSON object."""


def key_of(kind: str, *ids: str) -> str:
    """Where something is kept."""
    return "/".join((kind, *(quote(each, safe="") for each in ids)))


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
        stamped = {"at": time.time_ns(), **value}
        yield self._effect(self.store.put, key_of(*key), json.dumps(stamped).encode())

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
        content = yield self._effect(self.store.get, key)
        if content is None:
            return None
        try:
            return dict(json.loads(content))
        except (ValueError, TypeError) as error:
            name = type(self.store).__name__
            raise ConfigurationError(f"{name}: what is kept under {key!r} was not put there by a bridge") from error
