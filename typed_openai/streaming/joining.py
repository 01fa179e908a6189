"""Putting the fragments of a stream together: texts are joined, lists extended, objects merged, the rest replaced.

The generic rule serves fields that no API description names (other servers' `reasoning_details` and the like) as well
as those it does; what needs more knowledge (tool calls by index, audio in base64) is done where it is known. Joining is
linear: fragments wait in a list until somebody asks.

A field may change its JSON type from one fragment to the next: it is a list of all that came then, in order. What was
replaced by something else is kept in mind (`Parts.replaced`), so that the whole can say so.

`Growing` is the same for objects in which only some texts go on (assistant streams): a delta names what it continues,
and the items of its lists are told apart by index, id and type, so that missing, repeated and reordered indexes all
end up right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Self, TypeVar

from typed_openai.core.answer.meta import Issue, Meta
from typed_openai.core.answer.tally import ONE_VALUE
from typed_openai.core.request.faults import shown
from typed_openai.models.asked import listed
from typed_openai.models.base import Result, attach
from typed_openai.models.dialects import arguments_text

__all__ = ["Growing", "Heads", "Parts", "built", "listed"]

R = TypeVar("R", bound=Result)
_REPLACED = frozenset(("id", "type", "role", "index", "finish_reason", "object", "name", "format"))
_REMEMBERED = 8
"""How many values that gave way to others are told."""
_GROWING = frozenset(("value", "refusal", "arguments", "input", "logs"))
"""Texts of assistant streams that come in pieces."""


class _Texts(list[str]):
    """A text in pieces."""


class _Items(list[Any]):
    """A list in pieces."""


class Parts:
    """One object that arrives in fragments. `replaced`: by name, values that gave way to others, a few of them."""

    __slots__ = ("_runs", "replaced")

    def __init__(self) -> None:
        self._runs: dict[str, list[Any]] = {}
        self.replaced: dict[str, list[object]] = {}

    def __bool__(self) -> bool:
        return bool(self._runs)

    def add(self, fragment: dict[str, Any]) -> None:
        """Take a fragment into account; None says nothing."""
        for name, value in fragment.items():
            runs = self._runs.get(name)
            if runs is None:
                runs = self._runs[name] = []
            if value is None:
                continue
            if runs and type(value) is str and type(last := runs[-1]) is _Texts:
                last.append(value)  # as most fragments
            else:
                self._put(name, runs, value)

    def _put(self, name: str, runs: list[Any], value: Any) -> None:
        last = runs[-1] if runs else None
        if isinstance(value, dict):
            if not isinstance(last, Parts):
                runs.append(last := self._begun())
            last.add(value)
        elif isinstance(value, list):
            if not isinstance(last, _Items):
                runs.append(last := self._list())
            last.extend(value)
        elif isinstance(value, str) and self.goes_on(name):
            if not isinstance(last, _Texts):
                runs.append(last := _Texts())
            last.append(value)
        elif last is None or isinstance(last, Parts | _Items | _Texts):
            if value != "" or not runs:
                runs.append(value)
        elif value != "":
            if last not in ("", value):
                before = self.replaced.setdefault(name, [])
                if last not in before and len(before) < _REMEMBERED:
                    before.append(last)
            runs[-1] = value

    def _begun(self) -> Self:
        return type(self)()

    def _list(self) -> _Items:
        return _Items()

    def goes_on(self, name: str) -> bool:
        """Whether a text of that name continues the one before."""
        return name not in _REPLACED

    def get(self, name: str) -> Any:
        """What a name stands for so far."""
        runs = self._runs.get(name)
        return _shown(runs) if runs else None

    def joined(self) -> dict[str, Any]:
        """The object as far as it has arrived."""
        return {name: _shown(runs) for name, runs in self._runs.items()}

    def restate(self, name: str, make: Callable[[Any], Any]) -> None:
        """Put something else in the place of what came under a name, if anything did."""
        if runs := self._runs.get(name):
            value = make(_shown(runs))
            runs.clear()
            self._put(name, runs, value)

    def changes(self, pointer: str, but: Iterable[str] = ()) -> list[Issue]:
        """What gave way to something else (`but` for these names, which may), as issues."""
        return [
            Issue(
                f"{pointer}/{name}",
                ONE_VALUE,
                f"{shown(self.get(name))} after {', '.join(map(shown, before))}",
            )
            for name, before in self.replaced.items()
            if name not in but
        ]


class Heads(Parts):
    """An object that is said again with each fragment: no text in it goes on, and a list that comes again, or grown, is
    still one (Perplexity's `citations`)."""

    __slots__ = ()

    def _put(self, name: str, runs: list[Any], value: Any) -> None:
        last = runs[-1] if runs else None
        if isinstance(value, list) and isinstance(last, _Items) and value[: len(last)] == last:
            value = value[len(last) :]
        super()._put(name, runs, value)

    def goes_on(self, name: str) -> bool:
        return False

    def changes(self, pointer: str, but: Iterable[str] = ()) -> list[Issue]:
        """The same with texts inside objects; numbers there may run (llama.cpp's `timings`)."""
        found = super().changes(pointer, but)
        for name, runs in self._runs.items():
            for run in runs if name not in but else ():
                if isinstance(run, Heads):
                    running = [key for key, before in run.replaced.items() if not isinstance(before[0], str)]
                    found += run.changes(f"{pointer}/{name}", running)
        return found


def _shown(runs: list[Any]) -> Any:
    """One value, or the list of all that came under a name."""
    if len(runs) == 1:
        return _value(runs[0])
    values: list[Any] = []
    for run in runs:
        value = _value(run)
        if isinstance(run, _Items):
            values += value
        elif value != "":
            values.append(value)
    return values if runs else None


def _value(run: Any) -> Any:
    if isinstance(run, _Texts):
        if len(run) > 1:
            run[:] = ["".join(run)]
        return run[0]
    if isinstance(run, Parts):
        return run.joined()
    return run.shown() if isinstance(run, _GrowingItems) else list(run) if isinstance(run, _Items) else run


class Growing(Parts):
    """One object that arrives in deltas in which only some texts go on."""

    __slots__ = ("place",)

    def __init__(self) -> None:
        super().__init__()
        self.place: Any = None
        """What tells it apart from its neighbours in a list."""

    def _put(self, name: str, runs: list[Any], value: Any) -> None:
        super()._put(name, runs, arguments_text(value) if name == "arguments" else value)

    def goes_on(self, name: str) -> bool:
        return name in _GROWING

    def joined(self) -> dict[str, Any]:
        return {name: value for name, value in super().joined().items() if value is not None}

    def changes(self, pointer: str, but: Iterable[str] = ()) -> list[Issue]:
        """The same in the objects and lists in it."""
        found = super().changes(pointer, but)
        for name, runs in self._runs.items():
            for run in runs:
                if isinstance(run, Growing):
                    found += run.changes(f"{pointer}/{name}")
                elif isinstance(run, _GrowingItems):
                    for item in run:
                        found += item.changes(f"{pointer}/{name}/{item.place}") if isinstance(item, Growing) else []
        return found

    def _list(self) -> _Items:
        return _GrowingItems()


class _GrowingItems(_Items):
    """A list whose items arrive in deltas."""

    def extend(self, deltas: Iterable[Any]) -> None:
        for delta in deltas:
            if isinstance(delta, dict):
                self._of(delta).add({name: value for name, value in delta.items() if name != "index"})
            else:
                self.append(delta)

    def shown(self) -> list[Any]:
        """Objects in the order of their indexes, what is not an object behind them."""
        growing = sorted((item for item in self if isinstance(item, Growing)), key=lambda item: item.place)
        return [*(item.joined() for item in growing), *(item for item in self if not isinstance(item, Growing))]

    def _of(self, delta: dict[str, Any]) -> Growing:
        """The item that a delta continues, or a new one."""
        index, id_, kind = delta.get("index"), delta.get("id"), delta.get("type")
        items = [item for item in self if isinstance(item, Growing)]

        def fits(item: Growing) -> bool:
            known = item.get("id")
            if id_ and known:
                return bool(known == id_)
            return (index is None or item.place == index) and (kind is None or item.get("type") in (None, kind))

        found = [item for item in items if id_ and item.get("id") == id_] or [item for item in items if fits(item)]
        if found:
            return found[-1]
        new = Growing()
        new.place = index if isinstance(index, int) else len(items)
        self.append(new)
        return new


def built(model: type[R], data: dict[str, Any], issues: Callable[[], Iterable[Issue]] | None = None) -> R:
    """A result from accumulated data, whatever is missing; `issues` are those of the parts."""
    from typed_openai.core.answer.tally import Tally
    from typed_openai.core.answer.tolerant import build

    found: list[Issue] = []
    result = build(model, data, "", found)
    tally = Tally()
    tally.add(issues() if issues is not None else ())
    tally.add(found)
    return attach(result, Meta(), tally.issues())
