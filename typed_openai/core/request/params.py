"""From a call to a request: arguments → checked parameters → path, query and body bytes. Pure, and the only place.

Rules
* Path parameters come first, by position or name, are quoted, and may be neither empty nor dots (which would address
  another endpoint). The rest is keyword-only, or one params object.
* At the top level `None` is left out; nested objects go out exactly as given. What the caller passed is not changed.
* `validation="warn"` logs the faults and sends what was given, `"off"` does not look.
* Members and kinds of parts that `vendor_fields` (of the client, of its preset) names are not faults: a request that
  has no others is sent as it was given.
* Objects of pydantic and dataclasses, at any depth, count as their dumps (`foreign.py`).
* The official package's marks for what was not given count as not given, at any depth.
* `extra_body` is merged on top of the body untouched; `extra_headers` and `extra_query` likewise.

Weak spot: pydantic makes a fault of whatever an iterator raises that the caller passed, an interrupt included.
"""

from __future__ import annotations

import copy
import itertools
import os
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json, to_json, to_jsonable_python

from typed_openai.core.redact import logger
from typed_openai.core.request.deprecation import MADE, deprecated_in, warn_of_fields
from typed_openai.core.request.faults import meant, shown
from typed_openai.core.request.headers import check_header, check_header_name, check_headers, check_seconds
from typed_openai.core.request.official_marks import not_given
from typed_openai.core.request.query import query_string
from typed_openai.errors import ConfigurationError, Fault, RequestValidationError
from typed_openai.models.base import Null, Params, Result

if TYPE_CHECKING:
    from typed_openai.core.caller import Policies
    from typed_openai.core.request.multipart import Form

OPTIONS = ("extra_headers", "extra_query", "extra_body", "timeout", "deadline", "idempotency_key")
"""Keyword arguments that every call takes besides its parameters."""
OPTION_SET = frozenset(OPTIONS)
_OPTION_CHECKS = {"timeout": check_seconds, "deadline": check_seconds, "idempotency_key": check_header}

READ_TWICE = frozenset({str, int, float, bool, list, dict})
"""What may be looked at again when a check has failed; a generator may not."""


def given(kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments without those marked as not given in the way of the official package."""
    marks = not_given()
    return {name: value for name, value in kwargs.items() if not isinstance(value, marks)} if marks else kwargs


def take_options(operation: str, kwargs: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The per-call options that were given, checked, and the other arguments."""
    options = {name: value for name in OPTIONS if (value := kwargs.get(name)) is not None}
    for name, check in _OPTION_CHECKS.items():
        try:
            if name in options and options[name] is not False:
                check(name, options[name])
        except ConfigurationError as error:
            fault = Fault(name, str(error).removeprefix(f"{name} "), "")
            raise RequestValidationError(operation, [fault]) from None
    return options, {name: value for name, value in kwargs.items() if name not in OPTION_SET}


def switch(operation: str, name: str, value: object) -> bool | None:
    """An option that is True, False or None."""
    if value is None or isinstance(value, bool):
        return value
    raise RequestValidationError(operation, [Fault(name, "True or False", shown(value))])


def betas(operation: str, names: object) -> str | None:
    """The value of the header that names betas; None where none is named."""
    if names is None:
        return None
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) and name for name in names):
        raise RequestValidationError(operation, [Fault("betas", "a list of names", shown(names))])
    value = ",".join(names)
    try:
        check_header("betas", value)
    except ConfigurationError as error:
        raise RequestValidationError(operation, [Fault("betas", str(error).removeprefix("betas "), "")]) from None
    return value or None


def fill_path(
    operation: str, path: str, names: Sequence[str], args: list[Any], kwargs: dict[str, Any], slashes: bool = True
) -> str:
    """Put the path parameters into the path; they are taken out of the arguments. `slashes`: they may have some.

    Those that are named are not looked for among the others, so that `retrieve("file-1", vector_store_id="vs-1")`
    means what it says, although the store comes first in the path.
    """
    values: dict[str, str] = {}
    wrong: list[Fault] = []
    for name in names:
        value = kwargs.pop(name) if name in kwargs else args.pop(0) if args else None
        if not isinstance(value, str) or not value.strip():
            hint = meant(name, list(kwargs), asks="did you mean it by") if value is None else ""
            given = "nothing" if value is None else shown(value)
            wrong.append(Fault(name, "a non-empty string in the path", given, hint))
        elif is_dots(value):
            wrong.append(Fault(name, "an id or a name", shown(value), "dots climb up the path to another operation"))
        elif not slashes and ("/" in value or "\\" in value):
            wrong.append(Fault(name, "an id", shown(value), "a slash leads to another operation"))
        else:
            try:
                values[name] = quote(value, safe="")
            except UnicodeEncodeError:
                wrong.append(Fault(name, "text that UTF-8 can carry", shown(value)))
    if wrong:
        raise RequestValidationError(operation, wrong)
    return path.format_map(values)


def is_dots(segment: str) -> bool:
    """Whether a segment of a path is nothing but dots: to servers it is the same place, or the one above."""
    return segment != "" and not segment.strip(".")


def check_params(
    operation: str,
    model: type[Params],
    params: object,
    kwargs: dict[str, Any],
    config: Policies,
    in_query: Collection[str] | None = (),
) -> Params | dict[str, Any]:
    """The checked parameters; with `validation` other than strict, the plain arguments where they are not valid.
    `in_query` are the parameters that do not travel in the body, None where none does."""
    if params is not None:
        if not isinstance(params, model):
            kind = type(params).__name__
            hint = "parameters are passed by name" if not isinstance(params, Params) else ""
            raise RequestValidationError(operation, [Fault("(first argument)", f"a {model.__name__}", kind, hint)])
        if not kwargs:
            return _watched(operation, params, [], config)
        given = {name: getattr(params, name) for name in params.model_fields_set}
        kwargs = {**given, **{name: value for name, value in kwargs.items() if value is not None}}
    else:
        kwargs = {name: value for name, value in kwargs.items() if value is not None}
    if config.validation == "off":
        return model.unchecked(kwargs)
    lets_through = config.lets_through
    if config.validation == "warn" or lets_through or not READ_TWICE.issuperset(map(type, kwargs.values())):
        kwargs = materialised(kwargs)
    noticed: list[str] = []
    try:
        checked: Params = model.__pydantic_validator__.validate_python(kwargs, context=noticed)
    except ValidationError as error:
        from typed_openai.core.request.array_numbers import plain_numbers
        from typed_openai.core.request.foreign import as_data

        data = as_data(kwargs)
        if data is not kwargs:
            return check_params(operation, model, None, data, config, in_query)
        from typed_openai.core.request.refusals import faults

        numbers = plain_numbers(kwargs)
        if numbers is not kwargs:
            return check_params(operation, model, None, numbers, config, in_query)
        found = faults(error, kwargs, model, lets_through, config.setting_names, in_query)
        if not found:  # nothing but what the server has of its own
            return model.unchecked(kwargs)
        if config.validation == "warn":
            logger.warning("%s: sent as given although %s", operation, "; ".join(map(str, found)))
            return model.unchecked(kwargs)
        raise RequestValidationError(operation, found) from None
    return _watched(operation, checked, noticed, config) if noticed or MADE else checked


def _watched(operation: str, params: Params, noticed: list[str], config: Policies) -> Params:
    """The parameters, after a warning of those among them that the service gives up."""
    if noticed or MADE:
        found = deprecated_in(params)
        warn_of_fields(operation, found if MADE else itertools.islice(found, len(noticed)), config, type(params))
    return params


def materialised(value: Any) -> Any:
    """One-shot iterators as lists, at any depth, so that checking does not use up what is to be sent."""
    if isinstance(value, dict):
        made = {key: materialised(inner) for key, inner in value.items()}
        if not getattr(value, "__dict__", None):
            return made
        known = copy.copy(value)  # it knows more than its entries say: the model that a tool was made of
        known.update(made)
        return known
    if isinstance(value, list | tuple):
        return type(value)(map(materialised, value)) if type(value) in (list, tuple) else value
    return list(map(materialised, value)) if hasattr(value, "__next__") and not hasattr(value, "read") else value


def left_out(params: Params) -> set[str]:
    """The parameters that were given as None: at the top level that means *leave it out*."""
    values = params.__dict__
    return {name for name in params.__pydantic_fields_set__ if values[name] is None}


def json_body(operation: str, params: Params | dict[str, Any], extra: object) -> bytes:
    """The bytes to send."""
    if extra is not None:
        params = {**plain(operation, params), **_mapping(operation, "extra_body", extra)}
    try:
        if isinstance(params, dict):
            content = to_json(_as_given(params), fallback=_refuse)
        else:
            unset = left_out(params) or None
            content = params.__pydantic_serializer__.to_json(
                params, exclude_unset=True, by_alias=True, exclude=unset, fallback=_refuse
            )
        if b"NaN" in content or b"Infinity" in content:
            from_json(content, allow_inf_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise _unsendable(operation, params, error) from None
    return content


def plain(operation: str, params: Params | dict[str, Any], without: Collection[str] = ()) -> dict[str, Any]:
    """The parameters as JSON data, `None` at the top (and the names in `without`) left out."""
    try:
        if isinstance(params, Params):
            unset = {*left_out(params), *without}
            return params.model_dump(mode="json", exclude_unset=True, by_alias=True, exclude=unset, fallback=_refuse)
        given = {name: _as_given(value) for name, value in params.items() if name not in without}
        found: dict[str, Any] = to_jsonable_python(given, fallback=_refuse)
        return found
    except (TypeError, ValueError, RecursionError) as error:
        sent = {name: value for name, value in dict(params).items() if name not in without}
        raise _unsendable(operation, sent, error) from None


def _unsendable(operation: str, params: Params | dict[str, Any], error: Exception) -> RequestValidationError:
    """The refusal of what no JSON can carry, by place."""
    from typed_openai.core.request.unsendable import CARRIED, unsendable

    found = list(unsendable(dict(params), _refuse))
    return RequestValidationError(operation, found or [Fault("(body)", CARRIED, str(error))])


def _as_given(value: Any) -> Any:
    """Models inside unchecked arguments as what their caller set."""
    if isinstance(value, Result):
        return value.as_input()
    if isinstance(value, BaseModel):
        from typed_openai.core.request.foreign import dump

        return dump(value)
    if isinstance(value, Mapping):
        return {key: _as_given(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset) or hasattr(value, "__next__"):
        listed: list[Any] = []
        for inner in value:
            given = _as_given(inner)  # one result may stand for several objects: a response for its items
            listed += given if isinstance(inner, Result) and isinstance(given, list) else [given]
        return listed
    if isinstance(value, Null):
        return None
    method = getattr(type(value), "as_input", None)
    return value if method is None else _as_given(method(value))


def _refuse(value: object) -> object:
    """What JSON does not know by itself as plain data; raises where it is none."""
    from typed_openai.core.request.array_numbers import plain_numbers

    for plainer in (plain_numbers, _as_given):
        data: object = plainer(value)
        if data is not value:
            return data
    raise ValueError(f"{shown(value)} cannot be sent as JSON")


def form_body(
    operation: str,
    model: type[Params] | None,
    params: Params | dict[str, Any],
    extra: object,
    parts: Mapping[str, str] | None = None,
) -> Form:
    """The parameters as multipart form; files stay as they are and are read when they are sent. `parts` are fields that
    are not flattened, with their content types."""
    from typed_openai.core.request.multipart import are_files, form, is_file

    if isinstance(params, dict) and model is not None:
        from typed_openai.models.file_input import with_paths

        params = with_paths(model, params)
    given = dict(params) if isinstance(params, Params) else params
    files = {name: value for name, value in given.items() if is_file(value) or are_files(value)}
    rest = plain(operation, params, without=files)
    fields = {**rest, **files, **_mapping(operation, "extra_body", extra)}
    whole = [(name, _part(operation, fields.pop(name)), kind) for name, kind in (parts or {}).items() if name in fields]
    made = form(operation, fields)
    made.whole += whole
    return made


def _part(operation: str, value: Any) -> bytes:
    """A field that is not flattened: bytes and text as they are, all else as JSON."""
    if isinstance(value, bytes):
        return value
    return value.encode() if isinstance(value, str) else json_body(operation, value, None)


def query(operation: str, *sources: object) -> str:
    """One query string from checked parameters and mappings; later ones win, and None takes one away again."""
    values: dict[str, Any] = {}
    for source in sources:
        if isinstance(source, Params):
            values.update(plain(operation, source))
            continue
        for name, value in _mapping(operation, "extra_query", source).items():
            if value is None:
                values.pop(name, None)
            else:
                values[name] = _as_given(value)
    try:
        return query_string(values)
    except UnicodeEncodeError as error:
        raise RequestValidationError(operation, [Fault("(query)", "text that UTF-8 can carry", str(error))]) from None


def header_overrides(operation: str, extra: object) -> dict[str, str | None]:
    """`extra_headers`, checked; a value of None removes the header."""
    given = _mapping(operation, "extra_headers", extra)
    try:
        sent = check_headers("", {name: value for name, value in given.items() if value is not None})
        for name in given:
            check_header_name(name)
    except ConfigurationError as error:
        raise RequestValidationError(operation, [Fault("extra_headers", str(error), "")]) from None
    return {name.lower(): None for name in given} | sent


def idempotency_key() -> str:
    """A new key for one call; all its attempts carry the same."""
    return f"typed-openai-retry-{os.urandom(16).hex()}"


def _mapping(operation: str, name: str, value: object) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise RequestValidationError(operation, [Fault(name, "a mapping", shown(value))])
    return value
