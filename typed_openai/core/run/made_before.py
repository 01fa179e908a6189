"""What was made on the service before an operation of several steps ended early: it is on whatever ended it.

    with taking_along(made, lambda: "..."):      whatever leaves the block knows what is in `made`, and says so
        ...
    made_before(error)                           all of it: files, batches, runs, each with its id

Rules: an error of ours, a cancelled task, Ctrl-C and an error of the user's own callback are the same here: none of
them makes that something was not made. Words are a note on the error, things are found by `made_before`.

Weak spot: what the service made and did not come to tell is known to nobody. Where an error is changed into another
without being its cause or context, what it took along is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

_MADE = "_made_before"


class _TakingAlong:
    def __init__(self, made: Sequence[Any], say: Callable[[], str], unless: type[Exception] | None) -> None:
        self._made = made
        self._say = say
        self._unless = unless

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None or not self._made:
            return
        vars(error)[_MADE] = [*vars(error).get(_MADE, ()), *self._made]
        if self._unless is None or not isinstance(error, self._unless):
            said = self._say()
            if said not in vars(error).get("__notes__", ()):
                note(error, said)


def taking_along(
    made: Sequence[Any], say: Callable[[], str], unless: type[Exception] | None = None
) -> AbstractContextManager[None]:
    """Whatever leaves the block takes along what is in `made` then, and, unless it is of a kind that says so itself, a
    note of it: what `say` gives."""
    return _TakingAlong(made, say, unless)


def made_before(error: BaseException) -> list[Any]:
    """What a call of several steps had made on the service before this error (a cancelled task, Ctrl-C) ended it.

    Each as its call gave it: uploaded files, vector store files, batches, runs, videos; of an upload in parts its
    `UploadProgress`, which goes on with it. Also found where the error was the cause of this one; empty for nothing.
    """
    found: dict[int, Any] = {}
    for each in chain(error):
        found |= {id(thing): thing for thing in vars(each).get(_MADE, ())}
    return [*found.values()]


def note(error: BaseException, said: str) -> None:
    """Add a note to an error of anybody's, also to one that lets nobody set an attribute (a frozen dataclass)."""
    vars(error).setdefault("__notes__", []).append(said)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error, those of its group, and those that led to it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        if isinstance(error, BaseExceptionGroup):
            yield from error.exceptions
        error = error.__cause__ or error.__context__
