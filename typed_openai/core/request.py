"""From a call to a request: arguments → checked parameters → path, query and body bytes. Pure, and the only place.

Rules
* Path parameters come first, by position or name, are quoted, and may not be empty (an empty id would address another
  endpoint). The rest is keyword-only, or one params object.
* At the top level `None` is left out; nested objects go out exactly as given. What the caller passed is not changed.
* `validation="warn"` logs the faults and sends what was given, `"off"` does not look.
* `extra_body` is merged on top of the body untouched; `extra_headers` and `extra_query` likewise.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError, to_json, to_jsonable_python

from typed_openai.config import TimeoutLike, check_header, logger
from typed_openai.core.faults import faults, shown
from typed_openai.core.multipart import Form, form, is_file
from typed_openai.core.query import query_string
from typed_openai.errors import Fault, RequestValidationError
from typed_openai.models.base import Null, Params, Result

if TYPE_CHECKING:
    from typed_openai.config import Config

OPTIONS = ("extra_headers", "extra_query", "extra_body", "timeout", "deadline", "idempotency_key")
"""Keyword arguments that every call takes besides its parameters."""
OPTION_SET = frozenset(OPTIONS)

HeaderItems = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Request:
    """One request, ready for any number of attempts. `streams`: the body of the answer is read bit by bit."""

    operation: str
    method: str
    url: str
    base_headers: HeaderItems
    headers: dict[str, str | None]
    content: bytes | None = None
    form: Form | None = None
    streams: bool = False
    timeout: float | TimeoutLike | None = None
    idle_timeout: float | None = None
    deadline_at: float | None = None
    api_key: Callable[[], Any] | None = None
    secrets: list[str] = field(default_factory=list)

    def authorize(self, key: str) -> None:
        """Use a key that a function of the user's returned for this attempt."""
        check_header("the key returned by api_key()", key)
        self.headers["authorization"] = f"Bearer {key}"
        if key not in self.secrets:
            self.secrets = [*self.secrets, key]


def take_options(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Remove the per-call options from the arguments and return those that were given."""
    return {name: value for name in OPTIONS if name in kwargs and (value := kwargs.pop(name)) is not None}


def fill_path(operation: str, path: str, names: Sequence[str], args: list[Any], kwargs: dict[str, Any]) -> str:
    """Put the path parameters into the path; they are taken out of the arguments."""
    values: dict[str, str] = {}
    wrong: list[Fault] = []
    for name in names:
        value = args.pop(0) if args else kwargs.pop(name, None)
        if not isinstance(value, str) or not value.strip():
            wrong.append(Fault(name, "a non-empty string in the path", "nothing" if value is None else shown(value)))
        else:
            values[name] = _segment(value)
    if wrong:
        raise RequestValidationError(operation, wrong)
    return path.format_map(values)


def _segment(value: str) -> str:
    """Quoted for one path segment; a segment of dots would climb up the path."""
    return quote(value, safe="") if value.strip(".") else value.replace(".", "%2E")


def check_params(
    operation: str, model: type[Params], params: object, kwargs: dict[str, Any], config: Config
) -> Params | dict[str, Any]:
    """The checked parameters; with `validation` other than strict, the plain arguments where they are not valid."""
    if params is not None:
        if not isinstance(params, model):
            kind = type(params).__name__
            hint = "parameters are passed by name" if not isinstance(params, Params) else ""
            raise RequestValidationError(operation, [Fault("(first argument)", f"a {model.__name__}", kind, hint)])
        if not kwargs:
            return params
        given = {name: getattr(params, name) for name in params.model_fields_set}
        kwargs = {**given, **{name: value for name, value in kwargs.items() if value is not None}}
    else:
        kwargs = {name: value for name, value in kwargs.items() if value is not None}
    if config.validation == "off":
        return kwargs
    if config.validation == "warn":
        kwargs = {name: materialised(value) for name, value in kwargs.items()}
    try:
        checked: Params = model.__pydantic_validator__.validate_python(kwargs)
    except ValidationError as error:
        found = faults(error, kwargs, list(model.__pydantic_fields__))
        if config.validation == "warn":
            logger.warning("%s: sent as given although %s", operation, "; ".join(map(str, found)))
            return kwargs
        raise RequestValidationError(operation, found) from None
    return checked


def materialised(value: Any) -> Any:
    """A one-shot iterator as a list, so that checking does not use up what is to be sent."""
    return list(value) if hasattr(value, "__next__") else value


def json_body(operation: str, params: Params | dict[str, Any], extra: object) -> bytes:
    """The bytes to send."""
    if extra is None and isinstance(params, Params):
        unset = {name for name, value in params.__dict__.items() if value is None}
        return params.__pydantic_serializer__.to_json(params, exclude_unset=True, by_alias=True, exclude=unset or None)
    values = plain(operation, params)
    if extra is not None:
        values = {**values, **_mapping(operation, "extra_body", extra)}
    return to_json(values, fallback=_refuse)


def plain(operation: str, params: Params | dict[str, Any]) -> dict[str, Any]:
    """The parameters as JSON data, `None` at the top left out."""
    if isinstance(params, Params):
        unset = {name for name, value in params.__dict__.items() if value is None}
        return params.model_dump(mode="json", exclude_unset=True, by_alias=True, exclude=unset or None)
    try:
        return {name: to_jsonable_python(_as_given(value), fallback=_refuse) for name, value in params.items()}
    except (PydanticSerializationError, TypeError, ValueError) as error:
        fault = Fault("(body)", "values that JSON can carry", str(error))
        raise RequestValidationError(operation, [fault]) from None


def _as_given(value: Any) -> Any:
    """Models inside unchecked arguments as what their caller set."""
    if isinstance(value, Result):
        return value.as_input()
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_unset=True, by_alias=True)
    if isinstance(value, Mapping):
        return {key: _as_given(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset) or hasattr(value, "__next__"):
        return [_as_given(inner) for inner in value]
    return None if isinstance(value, Null) else value


def _refuse(value: object) -> object:
    raise ValueError(f"{shown(value)} cannot be sent as JSON")


def form_body(operation: str, params: Params | dict[str, Any], extra: object) -> Form:
    """The parameters as multipart form; files stay as they are and are read when they are sent."""
    given = dict(params) if isinstance(params, Params) else params
    files = {
        name: value
        for name, value in given.items()
        if is_file(value) or (isinstance(value, list) and value and all(map(is_file, value)))
    }
    if isinstance(params, Params):
        unset = {name for name, value in given.items() if value is None}
        rest = params.model_dump(mode="json", exclude_unset=True, by_alias=True, exclude=unset | set(files))
    else:
        rest = plain(operation, {name: value for name, value in given.items() if name not in files})
    return form(operation, {**rest, **files, **_mapping(operation, "extra_body", extra)})


def query(operation: str, *sources: object) -> str:
    """One query string from checked parameters and mappings; later ones win."""
    values: dict[str, Any] = {}
    for source in sources:
        if isinstance(source, Params):
            values.update(plain(operation, source))
        else:
            values.update(_as_given(_mapping(operation, "extra_query", source)))
    return query_string(values)


def header_overrides(operation: str, extra: object) -> dict[str, str | None]:
    """`extra_headers`, checked; a value of None removes the header."""
    given = _mapping(operation, "extra_headers", extra)
    for name, value in given.items():
        if value is not None:
            check_header(f"extra_headers[{name!r}]", value)
    return {name.lower(): value for name, value in given.items()}


def idempotency_key() -> str:
    """A new key for one call; all its attempts carry the same."""
    return f"typed-openai-retry-{os.urandom(16).hex()}"


def _mapping(operation: str, name: str, value: object) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise RequestValidationError(operation, [Fault(name, "a mapping", shown(value))])
    return value
