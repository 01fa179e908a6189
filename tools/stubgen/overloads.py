"""The signatures of one operation as type checkers need them: one, or overloads.

Rules
* With a params model there are two ways to call: parameters by name, or one params object (and options).
* What `create(stream=...)` gives depends on `stream`. Left out, None or False: the result. True: a stream. A `bool`
  that is not known: either. With a params object it has to stand beside it, which is also what the run time asks for.
* The same for a parameter whose values have results of their own (`Endpoint.results`): an overload for each result,
  and one that gives any of them when the value is not known. Streams come after the plain results.
* A helper that gives values of a type (`Endpoint.typed`) has an overload for the parameter that names the type; one
  that may be given a handler (`Endpoint.handled_events`) an overload for the handler.
* `create(**options)`, with a dict of anything, could be any of these, so that type checkers would call its result
  unknown. A last overload that nothing but such a call fits takes everything and gives the plain result. (mypy goes by
  other rules; there the plugin of `typed_openai.mypy` says the same.)
* Beside a params object options are not spelled out again: they are those of one TypedDict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from inspect import Parameter, Signature
from typing import Any, Literal

from tools.stubgen.model import Reference
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.resource import Mode
from typed_openai.core.declare.signature import (
    handled_result,
    handler_parameter,
    members_of,
    named_parameters,
    options,
    options_of,
    path_parameters,
    result_type,
    streams,
    typed_parameter,
    typed_result,
    union_of,
)
from typed_openai.dict_forms.making import IN_CALLS
from typed_openai.models.base import literal_values

OPEN_SET = Parameter("_open_set", Parameter.KEYWORD_ONLY, annotation=object)
"""A parameter that nobody writes, which only `**options` of unknown keys can bring."""
Way = tuple[list[Parameter], Any]
"""Parameters that decide, as they stand in one overload, and what that gives."""


def signatures(endpoint: Endpoint, is_async: bool, mode: Mode) -> list[Signature]:
    """All ways to call the operation on a resource of that colour and mode, the commonest first; without `self`."""
    path, named = path_parameters(endpoint), named_parameters(endpoint, IN_CALLS)
    deciding = [parameter for parameter in named if parameter.name in _deciding(endpoint)]
    common = options_of(endpoint)
    rest = [_keywords("options", Reference(common.__module__, common.__name__))]
    by_name = [*named, *options(endpoint)]
    calls: list[list[Parameter]] = [[*path, *by_name]]
    if endpoint.params is not None:
        only = Parameter("params", Parameter.POSITIONAL_ONLY, annotation=endpoint.params)
        before = [parameter.replace(kind=Parameter.POSITIONAL_ONLY) for parameter in path[:1]]
        calls.append([*before, only, *path[1:], *deciding, *rest])
    ways = list(_ways(endpoint, named, is_async, mode))
    found = [Signature(_with(call, changed), return_annotation=result) for call in calls for changed, result in ways]
    if len({result for _, result in ways}) > 1:
        off, plain = ways[0]
        typed = [each for each in named if endpoint.typed is not None and each.name == endpoint.typed[0]]
        deciding = [each.replace(default=None) for each in (*off, *typed)]
        open_set = [*path, OPEN_SET, *deciding, _keywords("options", Any)]
        found.append(Signature(open_set, return_annotation=plain))
    return found


def _deciding(endpoint: Endpoint) -> set[str]:
    return {name for name, _ in endpoint.result_switches}


def _keywords(name: str, arguments: Any) -> Parameter:
    return Parameter(name, Parameter.VAR_KEYWORD, annotation=arguments)


def _ways(endpoint: Endpoint, named: list[Parameter], is_async: bool, mode: Mode) -> Iterator[Way]:
    """What may be given for the parameters that decide, and what that gives."""
    plain = list(_plain_ways(endpoint, named, is_async, mode))
    if endpoint.typed is not None:
        names_type = typed_parameter(endpoint.typed[0])
        new = all(parameter.name != names_type.name for parameter in named)
        left_out = [names_type.replace(annotation=None, default=None)] if new else []
        for changed, result in plain:
            yield [*changed, *left_out], result
        yield [names_type], typed_result(endpoint, is_async)
        return
    if endpoint.handled_events is not None:
        handler = handler_parameter(endpoint, is_async)
        for changed, result in plain:
            yield [*changed, handler.replace(annotation=None)], result
        given = handler.replace(annotation=endpoint.handled_events.handlers[is_async], default=Parameter.empty)
        yield [given], handled_result(endpoint, is_async)
        return
    if not streams(endpoint):
        yield from plain
        return
    name, on = endpoint.stream_on
    stream = next(parameter for parameter in named if parameter.name == name)
    off = _without(stream, [on])
    for changed, result in plain:
        yield [off, *changed], result
    streamed = result_type(endpoint, is_async, mode, streamed=True)
    yield [_asking(stream, on)], streamed
    yield [_unknown(stream)], plain[-1][1] | streamed


def _plain_ways(endpoint: Endpoint, named: list[Parameter], is_async: bool, mode: Mode) -> Iterator[Way]:
    """The same for results that are no streams; the last gives any of them."""
    results = endpoint.results or {}
    common = result_type(endpoint, is_async, mode)
    if not results:
        yield [], common
        return
    (name,) = {name for name, _ in results}  # two that decide would have to be multiplied
    wanted = next(parameter for parameter in named if parameter.name == name)
    yield [_without(wanted, [value for _, value in results])], common
    found = [common]
    for kind in dict.fromkeys(results.values()):
        values = [value for (_, value), other in results.items() if other == kind]
        found.append(result_type(endpoint, is_async, mode, chosen=kind))
        yield [_asking(wanted, *values)], found[-1]
    yield [_unknown(wanted)], union_of(found)


def _asking(parameter: Parameter, *values: object) -> Parameter:
    """With exactly these values."""
    return parameter.replace(annotation=Literal[values], default=Parameter.empty)


def _unknown(parameter: Parameter) -> Parameter:
    """Given, but with a value that is not known, as in a dict form (`**params`)."""
    return parameter.replace(default=Parameter.empty)


def _without(parameter: Parameter, values: Sequence[object]) -> Parameter:
    """Left out, or with any other value."""
    kinds: list[Any] = []
    for kind in members_of(parameter.annotation):
        every = (True, False) if kind is bool else literal_values(kind)
        left = tuple(value for value in every if value not in values)
        if left or not every:
            kinds.append(Literal[left] if left else kind)
    return parameter.replace(annotation=union_of(kinds), default=None)


def _with(parameters: Sequence[Parameter], changed: Sequence[Parameter]) -> Sequence[Parameter]:
    """The parameters, those that decide in the place of what they were, or after the others when they are further."""
    new = {parameter.name: parameter for parameter in changed}
    known = [new.pop(parameter.name, parameter) for parameter in parameters]
    return sorted([*known, *new.values()], key=lambda parameter: parameter.kind)
