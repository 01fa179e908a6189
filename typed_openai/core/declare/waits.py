"""Waiting as data: what is asked, until which state, and what comes before it; beside the operations it is about.

    retrieve = get("/threads/{thread_id}/runs/{run_id}", Run)
    poll = waits(retrieve, "run_id", "thread_id", pending=_PENDING, failed=_FAILED, spelled=("poll_interval_ms",))
    create_and_poll = waits_after(create, "poll", "thread_id", spelled=("poll_interval_ms",))

How it is done stands in `core/run/waiting.py`. Both are operations of several steps (`flow_methods.py`): `wait=...`
says how to wait, `spelled` names parameters that other packages have for parts of it.

Rules
* `takes` are the arguments in their order, `keywords` those that must be named; without either, those of the path.
* A name that the path does not have (`id`) stands for the one of the path that is left.
* `waits_after` takes what the operation takes that begins, options included, and hands it on. It finds what it waits
  for by what it was given, by members of that name in what was begun, or by its id.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from typed_openai.core.attribute_docs import attribute_docs
from typed_openai.core.declare.flow_methods import FlowMethod
from typed_openai.core.declare.signature import options_of

if TYPE_CHECKING:
    from typed_openai.core.declare.endpoint import Endpoint
    from typed_openai.core.declare.resource import Resource
    from typed_openai.core.run.effects import Flow
    from typed_openai.core.run.waiting import Waiting
    from typed_openai.models.base import Params

Steps = Callable[[Any, dict[str, Any], "Waiting"], "Flow[Any]"]
"""What is done, of a resource, the arguments by name, and how to wait."""
_SPELLED: dict[str, type] = {"poll_interval_ms": int, "poll_interval": float, "max_wait_seconds": float}


class WaitMethod(FlowMethod):
    def __init__(
        self,
        steps: Steps,
        result: Any,
        takes: Collection[str],
        keywords: Collection[str],
        spelled: Collection[str],
        params: type[Params] | None = None,
        options: tuple[type[Any], ...] = (),
    ) -> None:
        kinds = inspect.Parameter
        given = [kinds(name, kinds.POSITIONAL_OR_KEYWORD) for name in ("self", *takes)]
        given += [kinds(name, kinds.KEYWORD_ONLY) for name in keywords]
        given += [kinds(name, kinds.KEYWORD_ONLY, default=None) for name in (*spelled, "wait")]
        if params is not None:
            given.append(kinds("params", kinds.VAR_KEYWORD))
        self._own, self._result = inspect.Signature(given), result
        self.places = (*takes, *keywords)
        """The arguments that say what is waited for."""

        def function(*args: Any, **kwargs: Any) -> Flow[Any]:
            from typed_openai.core.run.waiting import paced

            found = self._own.bind(*args, **kwargs).arguments
            wait = paced(self.title, found.pop("wait", None), {name: found.pop(name, None) for name in spelled})
            return steps(found.pop("self"), {**found.pop("params", {}), **found}, wait)

        super().__init__(function, params, ("stream", *takes, *keywords), options)
        function.__dict__["__signature__"] = self._own  # not before: what is copied from it would hide the whole one

    def __set_name__(self, owner: type[Resource], name: str) -> None:
        super().__set_name__(owner, name)
        told = {"__module__": owner.__module__, "__name__": name, "__qualname__": f"{owner.__qualname__}.{name}"}
        for attribute, value in told.items():
            setattr(self.function, attribute, value)
            setattr(self, attribute, value)

    __doc__ = FlowMethod.__dict__["__doc__"]  # again, because a class never inherits it

    @property
    def purpose(self) -> str:
        return attribute_docs(self.owner).get(self.name, "") if self.owner is not None else ""

    def own_signature(self) -> tuple[list[inspect.Parameter], Any]:
        from typed_openai.core.run.waiting import Waiting

        annotations: dict[str, Any] = {name: kind | None for name, kind in _SPELLED.items()}
        annotations |= {"self": inspect.Parameter.empty, "wait": Waiting | None}
        own = [item for item in self._own.parameters.values() if item.kind is not item.VAR_KEYWORD]
        return [item.replace(annotation=annotations.get(item.name, str)) for item in own], self._result


def waits(
    asks: Endpoint,
    *takes: str,
    keywords: Collection[str] = (),
    pending: Collection[str],
    failed: Collection[str],
    wait: Waiting | None = None,
    spelled: Collection[str] = (),
    shortfall: Callable[[Any, Any], Flow[str]] | None = None,
) -> Any:
    """Declare that something is asked for again while its state is one of `pending`; `failed` are bad ends.

    `wait`: how, where the caller says nothing. `shortfall`: of the resource and the result, what failed in part.
    """

    def steps(resource: Any, given: dict[str, Any], how: Waiting) -> Flow[Any]:
        from typed_openai.core.run.waiting import wait_for

        place = in_path(asks.path_names, given)
        operation = getattr(resource, asks.name)
        missing = None if shortfall is None else functools.partial(shortfall, resource)
        return wait_for(
            functools.partial(operation.flow, **place),
            pending=pending,
            failed=failed,
            wait={**(wait or {}), **how},
            shortfall=missing,
        )

    return WaitMethod(steps, asks.result, takes or (() if keywords else asks.path_names), keywords, spelled)


def waits_after(
    begins: Endpoint,
    polls: str,
    *takes: str,
    keywords: Collection[str] = (),
    spelled: Collection[str] = (),
    result: Any = None,
) -> Any:
    """Declare that something is begun and then waited for, with `polls` of the same resource (`runs.poll`: of one
    below it), which gives `result` (what was begun gives it, too, unless it says otherwise)."""

    def steps(resource: Any, given: dict[str, Any], how: Waiting) -> Flow[Any]:
        made = yield from getattr(resource, begins.name).flow(**given)
        poll = functools.reduce(getattr, polls.split("."), resource)
        place = {name: given.get(name) or getattr(made, name, None) or made.id for name in poll.declaration.places}
        with begun(made, poll):
            return (yield from poll.flow(**place, wait=how))

    return WaitMethod(steps, result or begins.result, takes, keywords, spelled, begins.params, (options_of(begins),))


def begun(made: Any, poll: Any) -> AbstractContextManager[None]:
    """Waiting, with `poll`, for something that was begun: it is there, also where the waiting ends early."""
    from typed_openai.core.run.made_before import taking_along
    from typed_openai.errors import WaitFailedError

    name = f"{type(made).__name__} {made.id}"
    goes_on = f"{name} was begun and is there all the same: {poll.declaration.title} goes on waiting for it"
    return taking_along([made], lambda: goes_on, WaitFailedError)


def in_path(names: Collection[str], given: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments under the names that the path has for them."""
    left = [name for name in names if name not in given]
    return {name if name in names else left[0]: value for name, value in given.items()}
