"""The arguments of an operation of several steps, looked at before its first: refused in the words of operations.

| what is wrong | what is said |
|---|---|
| a name that nothing takes | no such parameter; did you mean ...? |
| one that must be given and is not | required, got nothing; did you mean it by ...? |
| the same by position and by name | once |
| too many by position | `TypeError`, as of operations |

Weak spot: a name that the function hands on to an operation is refused here only where one of its own is like it; all
else about such a name (and about values) is said by that operation.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, get_type_hints

from typed_openai.core.call_options import CheckedOptions
from typed_openai.core.lazy_names import named
from typed_openai.core.request.faults import closest, meant
from typed_openai.errors import Fault, RequestValidationError

if TYPE_CHECKING:
    from typed_openai.models.base import Params

_BY_PLACE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class Helper(Protocol):
    """What is asked of a declaration: `FlowMethod` is one."""

    params: type[Params] | None
    options: tuple[Any, ...]

    @property
    def title(self) -> str: ...
    @property
    def own_parameters(self) -> tuple[inspect.Parameter, ...]: ...
    def __hash__(self) -> int: ...


def check_arguments(method: Helper, args: tuple[Any, ...], kwargs: Mapping[str, Any], is_strict: bool) -> None:
    """Raise `RequestValidationError` for arguments that the method does not take, and those that it misses."""
    own = [item for item in method.own_parameters if item.kind is not inspect.Parameter.VAR_KEYWORD]
    names, hands_on = [item.name for item in own], len(own) < len(method.own_parameters)
    places = [item.name for item in own if item.kind in _BY_PLACE]
    if len(args) > len(places):
        hint = "parameters are passed by name" if len(names) > len(places) or hands_on else "it takes no others"
        raise TypeError(f"{method.title}() takes {len(places)} positional arguments, got {len(args)}: {hint}")
    given = places[: len(args)]
    faults = [Fault(name, "once", "by position and by name") for name in given if name in kwargs]
    unknown = [name for name in kwargs if name not in names]
    if hands_on and unknown:
        handed, options = _fields(method), _options(method)
        names += options
        others = [name for name in unknown if is_strict and name not in handed and name not in options]
        unknown = [name for name in others if closest(name, [*names, *handed]) in names]
    faults += [_unknown(name, names) for name in unknown]
    for item in own:
        if item.default is item.empty and item.name not in given and item.name not in kwargs:
            hint = meant(item.name, unknown, asks="did you mean it by")
            faults.append(Fault(item.name, "required", "nothing", hint))
    if faults:
        raise RequestValidationError(method.title, faults)


def _unknown(name: str, names: list[str]) -> Fault:
    every = f"there are {', '.join(names)}" if names else "it takes no others"
    return Fault(name, "no such parameter", "", meant(name, names, every))


@functools.cache
def _fields(method: Helper) -> frozenset[str]:
    """The parameters of the operation that the method hands names on to."""
    fields = {} if method.params is None else method.params.__pydantic_fields__
    return frozenset([*fields, *(info.alias for info in fields.values() if info.alias is not None)])


@functools.cache
def _options(method: Helper) -> tuple[str, ...]:
    """The options that it and the method take."""
    return tuple(name for kind in (CheckedOptions, *map(named, method.options)) for name in get_type_hints(kind))
