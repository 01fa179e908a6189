"""Objects that grow by deltas in which only some texts go on and the rest is said once or again (assistant streams).

Unlike `joining.py`, which joins every text, a delta here names what it continues: `JOINED` texts are appended to, every
other value replaces the one before. Items of lists are told apart by index, id and type, so that missing, repeated and
reordered indexes all end up right. Joining is linear: fragments wait in a list until somebody asks.
"""

from __future__ import annotations

from typing import Any

JOINED = frozenset(("value", "refusal", "arguments", "input", "logs"))
"""Texts that come in pieces."""


class Growing:
    """One object that arrives in deltas."""

    __slots__ = ("_items", "_objects", "_texts", "_values")

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._texts: dict[str, list[str]] = {}
        self._objects: dict[str, Growing] = {}
        self._items: dict[str, list[Growing]] = {}

    def add(self, delta: dict[str, Any]) -> None:
        """Take a delta into account; None says nothing."""
        for name, value in delta.items():
            if isinstance(value, str) and name in JOINED:
                self._texts.setdefault(name, []).append(value)
            elif isinstance(value, dict):
                self._objects.setdefault(name, Growing()).add(value)
            elif isinstance(value, list):
                items = self._items.setdefault(name, [])
                for item in value:
                    if isinstance(item, dict):
                        _place(items, item).add(item)
            elif value is not None:
                self._values[name] = value

    def shown(self) -> dict[str, Any]:
        """The object as far as it has arrived; `index` is how deltas count and no part of it."""
        result = {name: value for name, value in self._values.items() if name != "index"}
        for name, texts in self._texts.items():
            texts[:] = ["".join(texts)]
            result[name] = texts[0]
        result |= {name: value.shown() for name, value in self._objects.items()}
        for name, items in self._items.items():
            result[name] = [item.shown() for item in sorted(items, key=lambda item: item._values["index"])]
        return result


def _place(items: list[Growing], delta: dict[str, Any]) -> Growing:
    """The item that a delta continues, or a new one."""
    index, id_, kind = delta.get("index"), delta.get("id"), delta.get("type")

    def fits(item: Growing) -> bool:
        known = item._values
        if id_ and known.get("id"):
            return bool(known["id"] == id_)
        return (index is None or known["index"] == index) and (kind is None or known.get("type") in (None, kind))

    same_id = [item for item in items if id_ and item._values.get("id") == id_]
    found = same_id or [item for item in items if fits(item)]
    if found:
        delta.pop("index", None)
        return found[-1]
    new = Growing()
    new._values["index"] = index if isinstance(index, int) else len(items)
    delta.pop("index", None)
    items.append(new)
    return new
