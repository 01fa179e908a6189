"""Assertions about what a local server was asked, which read like sentences and say what came instead.

    expect(server).was_asked_once("chat.completions.create", model="gpt-4o", temperature=0)
    expect(server).was_asked("files.create", times=2)
    expect(server).was_asked_in_order("files.create", "batches.create", "batches.retrieve")
    expect(server).was_not_asked("embeddings.create")
    expect(server).said_everything()

Operations are named as `client` has them; an operation is counted when the request has these parameters, each compared
with `==`, so that matchers (`dirty_equals.IsStr()`, `unittest.mock.ANY`) may stand for values. Every method gives
something to go on with: `was_asked_once` the request, whose `params` and `headers` may be looked at. That something was
not asked is only true of what can be: a name that no operation or parameter has is a `ValueError`.

Weak spot: what was asked is what the server keeps (`LocalServer.requests`): the latest 10,000 requests, 64 MiB.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from typed_openai.core.request.faults import meant
from typed_openai.core.value_kinds import kind_of
from typed_openai.local.declared import declaration
from typed_openai.local.journal import RecordedRequest

if TYPE_CHECKING:
    from typed_openai.local.server import LocalServer

_MOST_SHOWN = 10


def expect(server: LocalServer) -> Expectation:
    """What is expected of what this server was asked; its methods raise `AssertionError`. Raises `TypeError` for
    what is no server."""
    if isinstance(server, type) or not hasattr(server, "requests"):
        raise TypeError(f"expect: a LocalServer, got {kind_of(server)}")
    return Expectation(server)


class Expectation:
    """Sentences about one server, each true or an `AssertionError` that lists what was asked."""

    def __init__(self, server: LocalServer) -> None:
        self._server = server

    def was_asked(self, operation: str, *, times: int | None = None, **params: object) -> list[RecordedRequest]:
        """It was asked for this with these parameters: so many times, or (None) at least once. Gives the requests."""
        __tracebackhide__ = True
        if times == 0:
            self._check_names(operation, params)
        found = [request for request in self._server.requests if _is_asked(request, operation, params)]
        if len(found) == times or (times is None and found):
            return found
        call, wanted = _call(operation, params), "at least once" if times is None else _times(times)
        problem = f"expected {call} to be asked {wanted}, it was asked {_times(len(found))}"
        raise self._failure(problem, operation, params)

    def was_asked_once(self, operation: str, **params: object) -> RecordedRequest:
        """It was asked for this with these parameters exactly once. Gives the request."""
        __tracebackhide__ = True
        return self.was_asked(operation, times=1, **params)[0]

    def was_not_asked(self, operation: str = "", **params: object) -> None:
        """It was not asked for this with these parameters; for nothing at all when no operation is named."""
        __tracebackhide__ = True
        if not operation and self._server.requests:
            raise self._failure("expected no request at all", operation, params)
        if operation:
            self.was_asked(operation, times=0, **params)

    def was_asked_in_order(self, *operations: str) -> None:
        """It was asked for these one after the other, and for nothing else."""
        __tracebackhide__ = True
        asked = [request.operation or f"{request.method} {request.path}" for request in self._server.requests]
        if asked != list(operations):
            raise AssertionError(
                f"expected the requests {', '.join(operations) or '(none)'}, got {', '.join(asked) or '(none)'}"
            )

    def said_everything(self) -> None:
        """All answers that it was told to say were asked for."""
        __tracebackhide__ = True
        left = self._server.left
        if left:
            raise AssertionError(f"expected every answer to be asked for, {len(left)} are left: {'; '.join(left)}")

    def _check_names(self, operation: str, params: dict[str, object]) -> None:
        """Raise for an operation, or parameters of it, that no request can have."""
        __tracebackhide__ = True
        first = operation.partition(".")[0]
        titles: list[str] = []
        routes = sorted(self._server.routes, key=lambda route: first not in route.pattern)  # so that few files are read
        for route in routes:
            declared = declaration(route.method, route.pattern)
            if declared is None:
                continue
            titles.append(declared.title)
            if declared.title == operation:
                fields = {} if declared.params is None else declared.params.__pydantic_fields__
                names = [*re.findall(r"\{(\w+)\}", route.pattern), *(of.alias or name for name, of in fields.items())]
                for name in params:
                    if name not in names:
                        raise ValueError(f"{operation} has no parameter {name!r} ({_hint(name, names)})")
                return
        raise ValueError(f"no request is counted as {operation!r} ({_hint(operation, titles)})")

    def _failure(self, problem: str, operation: str, params: dict[str, object]) -> AssertionError:
        told = [f"  {_told(request, operation, params)}" for request in self._server.requests]
        more = [f"  and {len(told) - _MOST_SHOWN} more"] if len(told) > _MOST_SHOWN else []
        asked = "\n".join([*told[:_MOST_SHOWN], *more]) or "  nothing"
        return AssertionError(f"{problem}; the server was asked:\n{asked}")


def _is_asked(request: RecordedRequest, operation: str, params: dict[str, object]) -> bool:
    if request.operation != operation:
        return False
    return not params or not _differing(_given(request), params)


def _given(request: RecordedRequest) -> dict[str, Any]:
    """What a request says by the names of its operation, path included; what does not fit the model as it came."""
    from typed_openai.errors import RequestValidationError

    try:
        params = request.params
        given: dict[str, Any] = {} if params is None else params.model_dump(by_alias=True, exclude_unset=True)
    except RequestValidationError:
        body = request.json()
        given = body if isinstance(body, dict) else {}
    return {**request.path_params, **given}


def _differing(given: dict[str, Any], params: dict[str, object]) -> list[str]:
    return [name for name, value in params.items() if name not in given or not value == given[name]]  # noqa: SIM201  # matchers have __eq__


def _told(request: RecordedRequest, operation: str, params: dict[str, object]) -> str:
    name = request.operation or f"{request.method} {request.path}"
    if name != operation or not params:
        return name
    given = _given(request)
    shown = [f"{each}={_short(given[each])}" if each in given else f"no {each}" for each in _differing(given, params)]
    return f"{name} with {', '.join(shown)}" if shown else name


def _call(operation: str, params: dict[str, object]) -> str:
    return f"{operation}({', '.join(f'{name}={_short(value)}' for name, value in params.items())})"


def _hint(name: str, names: list[str]) -> str:
    more = " and more" * (len(names) > _MOST_SHOWN)
    return meant(name, names, f"there are {', '.join(names[:_MOST_SHOWN])}{more}")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:300]}... ({len(text)} characters)"


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")
