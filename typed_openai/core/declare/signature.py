"""What a call takes and gives, as types: the signature that `inspect`, `help` and IPython show.

The stub generator (`tools/stubgen`) prints what this file says, so that the static types and the run-time signatures
come from one place. Nothing here runs during a call.

Rules
* Path parameters come first, then one params object or the parameters by name, then the options of every call.
* Python has no way to say *one object or these names* in one signature: what is shown are the names, those that must be
  given without a default, and the object beside them; `CallSignature.bind` knows that it stands in for them. The stubs
  say it in overloads.
* A parameter takes more than its model field holds (`accepted`): mappings for models, anything that can be gone over
  once for lists. Of texts and files it is a sequence: a dict, a text and an open file can be gone over too.
* A required parameter does not take `None`, since `None` leaves a parameter out.

Weak spot: where a path parameter stands before it, the params object is shown as `*params`, because Python allows no
positional-only parameter after one that may be named; only one object is taken.
"""

from __future__ import annotations

import functools
import inspect
import operator
import types
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ForwardRef,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import BaseModel

from typed_openai.core.answer.managers import AsyncStreamedResponseManager, StreamedResponseManager
from typed_openai.core.answer.pages import AsyncPaginator
from typed_openai.core.answer.raw import APIResponse, Binary
from typed_openai.core.call_options import BetaOptions, BetaPostOptions, CallOptions, CheckedOptions, PostOptions
from typed_openai.core.declare.event_kinds import HANDLER
from typed_openai.models.base import AnyDict, Model, Null, Params, Result, Suggested, T, Tagged, TypeLike

if TYPE_CHECKING:
    from typed_openai.core.declare.endpoint import Endpoint
    from typed_openai.core.declare.resource import Mode


_MAPPING = Mapping[str, object]


@dataclass(eq=False, repr=False)
class StandIns:
    """What is written for a model: the model itself, its dict form (`dict_forms/making.py` makes them), any mapping."""

    models: bool = True
    mapping: bool = True
    form: Callable[[type[BaseModel]], Any] | None = None
    """Gives the form of a model, or None where it has none."""
    union: Callable[[list[type[BaseModel]], list[Any]], list[Any]] | None = None
    """May write the stand-ins of several models by one name."""

    def of(self, model: type[BaseModel]) -> list[Any]:
        """What stands in for a model, beside itself."""
        form = None if self.form is None else self.form(model)
        known = [] if form is None else [form]
        mapping: Any = AnyDict if self.models and self.form is not None else _MAPPING
        return [*known, mapping] if self.mapping or not (known or self.models) else known


_ONE_VALUE = frozenset((str, bytes, object))
"""What can be gone over and is one value all the same; what stands where lists of such may stand is a sequence."""
_JSON = (str, int, float, bool)
"""The classes of which values stand in JSON, where no objects of ours do."""
AT_RUN_TIME = StandIns()
"""What signatures show at run time: models and mappings."""


class CallSignature(inspect.Signature):
    """The signature of an operation. A params object stands in for the parameters that are required by name."""

    __slots__ = ()

    def bind(self, *args: Any, **kwargs: Any) -> inspect.BoundArguments:
        if not any(isinstance(arg, Params) for arg in args):
            return super().bind(*args, **kwargs)
        given = [
            parameter.replace(default=None) if parameter.kind is parameter.KEYWORD_ONLY else parameter
            for parameter in self.parameters.values()
        ]
        bound = inspect.Signature(given).bind(*args, **kwargs)
        bound._signature = self  # type: ignore[attr-defined]  # `apply_defaults` and `signature` are to be about this one
        return bound


@functools.cache
def signature_of(endpoint: Endpoint, is_async: bool = False, mode: Mode = "plain") -> inspect.Signature:
    """The signature of a bound operation."""
    path = path_parameters(endpoint)
    given: list[inspect.Parameter] = []
    if endpoint.params is not None:
        kind = endpoint.params | None
        one = inspect.Parameter("params", inspect.Parameter.POSITIONAL_ONLY, default=None, annotation=kind)
        many = inspect.Parameter("params", inspect.Parameter.VAR_POSITIONAL, annotation=endpoint.params)
        given = [many if path else one]
    named = with_typed(endpoint, named_parameters(endpoint))
    kinds = [endpoint.result, *(endpoint.results or {}).values()]
    returns = union_of(result_type(endpoint, is_async, mode, chosen=kind) for kind in kinds)
    if streams(endpoint):
        returns |= result_type(endpoint, is_async, mode, streamed=True)
    if endpoint.typed is not None:
        returns |= typed_result(endpoint, is_async)
    if endpoint.handled_events is not None:
        named.append(handler_parameter(endpoint, is_async))
        returns |= handled_result(endpoint, is_async)
    parameters = [*path[:1], *given, *path[1:], *named, *options(endpoint)]
    return CallSignature(parameters, return_annotation=returns)


def streams(endpoint: Endpoint) -> bool:
    """Whether a parameter (`stream`) decides between a result and a stream."""
    return endpoint.streams is not None and endpoint.events_at is None


def is_coroutine(endpoint: Endpoint, mode: Mode) -> bool:
    """Whether an async client's call is a plain coroutine; lists, events and context managers are more than that."""
    return endpoint.events_at is None and mode != "streaming" and (endpoint.page is None or mode == "raw")


def result_type(endpoint: Endpoint, is_async: bool, mode: Mode, streamed: bool = False, chosen: Any = None) -> Any:
    """What a call gives, or the coroutine that it returns; `chosen` is one of several results (`Endpoint.results`)."""
    if endpoint.events is not None:
        return endpoint.events.awaited if is_async else endpoint.events.sync
    result: Any = endpoint.result if chosen is None else chosen
    item: Any = None
    if endpoint.page is not None:
        item = get_args(endpoint.result)[0]
        page: Any = endpoint.page.kinds[is_async]
        result = page[item]
    if streamed and endpoint.stream is not None:
        from typed_openai.streaming.stream import AsyncStream, Stream

        result = (AsyncStream if is_async else Stream)[bare(endpoint.stream.event)]
    if mode == "raw":
        return APIResponse[result]
    if mode == "streaming":
        kind: Any = AsyncStreamedResponseManager if is_async else StreamedResponseManager
        return kind[bytes if result is Binary else result]
    return AsyncPaginator[result, item] if is_async and item is not None else result


def typed_result(endpoint: Endpoint, is_async: bool) -> Any:
    """What a call for values of a type gives (`Endpoint.typed`)."""
    events: Any = endpoint.typed_events
    return (events.awaited if is_async else events.sync)[T]


def typed_parameter(name: str) -> inspect.Parameter:
    """The parameter that names a type; as `parse` has it."""
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=TypeLike)


def handler_parameter(endpoint: Endpoint, is_async: bool) -> inspect.Parameter:
    """The parameter that is an object to be called for each event."""
    kinds: Any = endpoint.handled_events
    bound = kinds.handlers[is_async].__bound__
    return inspect.Parameter(HANDLER, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=bound | None)


def handled_result(endpoint: Endpoint, is_async: bool) -> Any:
    """What a call with a handler gives: what is entered to get the handler back."""
    kinds: Any = endpoint.handled_events
    return (kinds.awaited if is_async else kinds.sync)[kinds.handlers[is_async]]


def with_typed(endpoint: Endpoint, named: list[inspect.Parameter]) -> list[inspect.Parameter]:
    """Named parameters of which one may also name a type, or with one more that may."""
    if endpoint.typed is None:
        return named
    name = endpoint.typed[0]
    known = {parameter.name: parameter for parameter in named}
    before = members_of(known[name].annotation) if name in known else [None]
    kinds = union_of([*before, *members_of(typed_parameter(name).annotation)])
    known[name] = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kinds)
    return [*known.values()]


def path_parameters(endpoint: Endpoint) -> list[inspect.Parameter]:
    """The parameters in the path: the last one (what the call is about) by position or name, those before it by name.

    A call takes them all by position as well, in the order of the path; only `retrieve(run_id, thread_id=...)` can be
    said in one signature together with `retrieve(run_id=..., thread_id=...)`.
    """
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [
        inspect.Parameter(name, kinds[place > 0], annotation=str)
        for place, name in enumerate([*endpoint.path_names[-1:], *endpoint.path_names[:-1]])
    ]


def named_parameters(endpoint: Endpoint, stand_ins: StandIns = AT_RUN_TIME) -> list[inspect.Parameter]:
    """The parameters of the params model, keyword-only, and those by which a helper goes on with an earlier stream."""
    found = fields_of(endpoint.params, (endpoint.stream_on[0],) if endpoint.events_at is not None else (), stand_ins)
    if endpoint.resumes is None or endpoint.owner is None:
        return found
    other: Endpoint = vars(endpoint.owner)[endpoint.resumes]
    known = {parameter.name for parameter in found}
    path = [
        parameter.replace(kind=parameter.KEYWORD_ONLY, default=None, annotation=parameter.annotation | None)
        for parameter in path_parameters(other)
    ]
    return [*found, *path, *fields_of(other.params, {*known, other.stream_on[0]}, stand_ins)]


def fields_of(
    model: type[Params] | None, leave_out: Collection[str] = (), stand_ins: StandIns = AT_RUN_TIME
) -> list[inspect.Parameter]:
    """The fields of a params model as keyword-only parameters; those without a default are required, and come first."""
    if model is None:
        return []
    if not model.__pydantic_fields_complete__:
        model.model_rebuild()
    found: list[inspect.Parameter] = []
    for name, info in model.__pydantic_fields__.items():
        if name in leave_out:
            continue
        annotation = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
        taken = accepted(annotation, stand_ins)
        members = [member for member in members_of(taken) if member is not None]
        default = inspect.Parameter.empty if info.is_required() else None
        annotation = union_of(members if info.is_required() else [*members, None])
        shown = info.alias if info.alias is not None and info.alias.isidentifier() else name
        found.append(inspect.Parameter(shown, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation))
    return sorted(found, key=lambda parameter: parameter.default is None)


def options_of(endpoint: Endpoint) -> type[Any]:
    """The options that a call takes, as a TypedDict: those that not all take only where they mean something."""
    if endpoint.check is not None:
        return CheckedOptions
    if endpoint.betas:
        return BetaPostOptions if endpoint.method == "POST" else BetaOptions
    return PostOptions if endpoint.method == "POST" else CallOptions


def options(endpoint: Endpoint) -> list[inspect.Parameter]:
    """The options that a call takes, keyword-only."""
    return [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for name, annotation in get_type_hints(options_of(endpoint)).items()
    ]


# -- what a parameter takes ------------------------------------------------------------------------------------------


def accepted(annotation: Any, stand_ins: StandIns = AT_RUN_TIME) -> Any:
    """What may be given for a field of that type: `list[M]` takes `Iterable[M | Mapping[str, object]]`.

    `stand_ins` says what may be given in place of a model.
    """
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        known = (
            ()
            if stand_ins.form is None
            else [_suggestion(mark, stand_ins) for mark in args[1:] if isinstance(mark, Suggested)]
        )
        taken = _accepted_union(_marked_members(annotation), stand_ins) if _unknown_of(annotation) else None
        return union_of([*members_of(accepted(args[0], stand_ins) if taken is None else taken), *known])
    if annotation is Any:
        return object
    if origin in (Union, types.UnionType):
        return _accepted_union([member for arg in args for member in _marked_members(arg)], stand_ins)
    if origin is tuple and ... not in args:
        return tuple[tuple(accepted(arg, stand_ins) for arg in args)]  # type: ignore[misc]  # a type made at run time
    if origin in (list, set, frozenset, tuple, Sequence, Iterable, Collection):
        return _listed([accepted(arg, stand_ins) for arg in args if arg is not ...], stand_ins)
    if origin in (dict, Mapping):
        key, value = (accepted(arg, stand_ins) for arg in args)
        return Mapping[key, value]  # type: ignore[valid-type]  # as above
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return union_of([*([annotation] if stand_ins.models else []), *stand_ins.of(annotation)])
    return annotation


def _suggestion(mark: Suggested, stand_ins: StandIns) -> Any:
    """The known values: by the name of their alias where a stub is written, else themselves."""
    return ForwardRef(mark.name, module="typed_openai.models.known_values") if stand_ins.models else mark.values


def _unknown_of(annotation: Any) -> type[BaseModel] | None:
    """The member of a tagged union that stands for kinds which are newer: it comes back, and is not given."""
    tagged = next((mark for mark in getattr(annotation, "__metadata__", ()) if isinstance(mark, Tagged)), None)
    return None if tagged is None else tagged.members(get_args(annotation)[0])[1]


def _marked_members(annotation: Any) -> list[Any]:
    """The members of a union with what is annotated to each, where that says what it may be given as."""
    if get_origin(annotation) is Annotated and any(isinstance(mark, Suggested) for mark in get_args(annotation)):
        return [annotation]
    inner, unknown = bare(annotation), _unknown_of(annotation)
    if get_origin(inner) in (Union, types.UnionType):
        return [member for arg in get_args(inner) if arg is not unknown for member in _marked_members(arg)]
    return members_of(inner)


def _accepted_union(members: list[Any], stand_ins: StandIns) -> Any:
    """Models with a common nominal base are written as that base."""
    models = [member for member in members if isinstance(member, type) and issubclass(member, BaseModel)]
    found: list[Any] = []
    for member in members:
        if member not in models and (stand_ins.models or not isinstance(member, type) or member in _JSON):
            found += members_of(accepted(member, stand_ins))
        if member not in models or not stand_ins.models:
            continue
        bases = [base for base in nominal_bases(member) if sum(issubclass(model, base) for model in models) > 1]
        found.append(bases[0] if bases else member)
    others = [other for model in models for other in stand_ins.of(model)]
    if stand_ins.union is not None:
        others = stand_ins.union(models, others)
    found += sorted(others, key=lambda other: other in (_MAPPING, AnyDict))
    return union_of(_one_list(found, stand_ins))


def _listed(items: list[Any], stand_ins: StandIns) -> Any:
    """What may be given for a list. A form, which is read as well, and by pydantic, has a sequence."""
    one_at_a_time = stand_ins.mapping and _ONE_VALUE.isdisjoint(member for item in items for member in members_of(item))
    return (Iterable if one_at_a_time else Sequence)[union_of(items)]


def _one_list(members: list[Any], stand_ins: StandIns) -> list[Any]:
    """Lists of this and lists of objects as lists of either: of several, mypy does not tell which one is written."""
    lists = [member for member in members if get_origin(member) in (Sequence, Iterable)]
    items = [item for each in lists for item in members_of(get_args(each)[0])]
    if len(lists) < 2 or not any(isinstance(item, type) and issubclass(item, BaseModel) for item in items):
        return members
    together = _listed(items, stand_ins)
    return list(dict.fromkeys(together if member in lists else member for member in members))


def nominal_bases(model: type[BaseModel]) -> list[type[BaseModel]]:
    """The bases that only say what a model is (`ChatMessage`), the nearest first."""
    directions = (Params, Result)
    return [
        base
        for base in model.__mro__[1:]
        if issubclass(base, Model) and base is not Model and not issubclass(base, directions)
    ]


def bare(annotation: Any) -> Any:
    """The type without what is annotated to it."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def members_of(annotation: Any) -> list[Any]:
    """The members of a union, or the type itself; `None` for the type of None."""
    if get_origin(annotation) in (Union, types.UnionType):
        return [member for arg in get_args(annotation) for member in members_of(bare(arg))]
    return [None if annotation is types.NoneType else annotation]


def union_of(members: Iterable[Any]) -> Any:
    """A union in reading order: `NULL` and `None` go last, nothing twice."""
    unique = list(dict.fromkeys(members))
    ordered = sorted(unique, key=lambda member: (member is None, member is Null))
    return functools.reduce(operator.or_, ordered)
