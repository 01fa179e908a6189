"""Methods of several steps, written once: a generator method that is called in one colour and awaited in the other.

    class Connection(Connected):
        @stepwise
        def recv(self) -> Steps[Event]: ...

The object says with `_run` who runs the steps: a driver. The static types of both colours come from the stubs, which
`tools/stubgen` makes of the same methods.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

if TYPE_CHECKING:
    from typed_openai.sockets.effects import Steps

T = TypeVar("T")


@dataclass(frozen=True)
class Spelled:
    """What `**params` of such a method stands for, by full names: for signatures and stubs."""

    params: str | None = None
    """The params model whose fields it takes."""
    leave_out: tuple[str, ...] = ()
    """Fields that it does not."""
    options: tuple[str, ...] = ()
    """Dataclasses or TypedDicts of further keyword arguments."""


def stepwise(function: Callable[..., Steps[Any]]) -> Any:
    """Make a generator method one that runs: what it returns is returned, or awaited."""
    return taking()(function)


def taking(
    params: str | None = None, leave_out: tuple[str, ...] = (), options: tuple[str, ...] = ()
) -> Callable[[Callable[..., Steps[Any]]], Any]:
    """The same for a method with `**params`; what that stands for is said as in `Spelled`."""

    def decorate(function: Callable[..., Steps[Any]]) -> Any:
        @functools.wraps(function)
        def run(self: Any, *args: Any, **kwargs: Any) -> Any:
            return self._run(function(self, *args, **kwargs))

        vars(run)["spelled"] = Spelled(params, leave_out, options)
        return run

    return decorate


class Each(Generic[T]):
    """Values one after the other, each made by steps: to be iterated with `for`, or `async for` where its owner is
    asynchronous. `None` ends it."""

    def __init__(self, run: Callable[[Any], Any], step: Callable[[], Steps[T | None]]) -> None:
        self._run_steps = run
        self._step = step

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        found: T | None = self._run_steps(self._step())
        if found is None:
            raise StopIteration
        return found

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        found: T | None = await self._run_steps(self._step())
        if found is None:
            raise StopAsyncIteration
        return found
