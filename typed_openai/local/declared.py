"""What the package itself declares of a request: its operation, and whether its parameters are right.

A route has the verb and the path of one declaration (`typed_openai.resources`). `checked(request, declaration)` gives
the request with what it says (`given`: query, body and fields of a form together; `known`: what of that the model
has), once that is what the params model of the declaration takes; so no area of this server checks again what a model
knows, and the client's checks and the server's answers agree.

Rules
* A member that is null counts as absent, unless the model takes null there; in `given` it stays null.
* Query and fields of a form are text: where a model wants a number, a truth or a list, they are read as that.
* Whole numbers may be written as floats (`1.0`), as in JSON.
* Files of a form are checked as files, and are found in `request.form`.
* A refusal is 400 with the first place that is wrong, in the words in which the client would say it.

Weak spots: members of the body itself that nobody knows pass, so that `extra_body` can be tried out here, and so do
those that other servers are known to take (`cache_control`); the service refuses them. Declarations and models are
loaded by the first request that needs them.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from typed_openai.local.errors import ApiError, missing, wrong_type
from typed_openai.local.exchange import Request
from typed_openai.local.forms import Form, nested, read_form
from typed_openai.local.json_text import parse_json

if TYPE_CHECKING:
    from pydantic import ValidationError

    from typed_openai.core.declare.endpoint import Endpoint
    from typed_openai.models.base import Params

_CODES = {"missing": "missing_required_parameter", "extra_forbidden": "unknown_parameter"}
_STEP = re.compile(r"[^.\[\]]+")
_NO_FILES: Mapping[str, Any] = {}
_TRIES = 3
"""How often text is read once more: a list of numbers takes two goes."""


@functools.cache
def declaration(method: str, pattern: str) -> Endpoint | None:
    """The declaration with this verb and path, None when there is none; one that is deprecated comes last."""
    found = (each for each in _declarations(pattern) if (each.method, each.path) == (method, pattern))
    every = list(found)
    return min(every, key=lambda each: bool(each.deprecated), default=None)


@functools.cache
def object_of(method: str, pattern: str) -> str | None:
    """What the model of the answer to this operation says that its `object` is; None where it does not say so."""
    declared = declaration(method, pattern)
    field = None if declared is None else getattr(declared.result, "model_fields", {}).get("object")
    return None if field is None else next(_literals(field.annotation), None)


def _literals(annotation: object) -> Iterator[str]:
    for each in get_args(annotation):
        yield from [each] if isinstance(each, str) else _literals(each)


def _declarations(pattern: str) -> Iterator[Endpoint]:
    """All declarations of the first file of resources, of those that the path names first, that has the path."""
    from typed_openai import resources
    from typed_openai.core.declare.endpoint import Endpoint
    from typed_openai.core.declare.resource import Resource

    names = [module.name for module in pkgutil.iter_modules(resources.__path__)]
    for name in sorted(names, key=lambda name: name.rstrip("s") not in pattern):
        declared = vars(importlib.import_module(f"{resources.__name__}.{name}")).values()
        owners = [each for each in declared if isinstance(each, type) and issubclass(each, Resource)]
        found = [each for owner in owners for each in vars(owner).values() if isinstance(each, Endpoint)]
        if any(each.path == pattern for each in found):
            yield from found
            return


def checked(request: Request, declared: Endpoint) -> Request:
    """The request with what it says. Raises `ApiError` 400 with the first place that is wrong."""
    if declared.params is None:
        return request
    kind = request.headers.get("content-type", "")
    alone = next((name for name, of in [*(declared.parts or {}).items()][:1] if kind.lower().startswith(of)), None)
    form = read_form(kind, request.body) if alone is None and _is_form(request, declared) else None
    texts = {**nested(_pairs(request.query)), **({} if form is None else form.members())}
    given = {**texts, **(_members(request, alone) if form is None else {})}
    request = replace(request, given=given, form=form)
    try:
        given = valid(declared.params, given, files_of(request, declared), texts)
    except ApiError as refusal:
        if declared.method == "POST" and form is None and not request.body:
            message = f"{request.method} {request.path} needs a JSON object as its body: {refusal.message}"
            raise ApiError(400, message, param=refusal.param, code="missing_body") from refusal
        raise
    fields = declared.params.__pydantic_fields__.items()
    names = {each for name, info in fields for each in (name, info.alias or name)}
    return replace(request, given=given, known={name: value for name, value in given.items() if name in names})


def files_of(request: Request, declared: Endpoint) -> dict[str, Any]:
    """The files of a request as the model of its parameters takes them."""
    if not declared.multipart or declared.params is None:
        return {}
    return _files(request.form or Form((), ()), declared.params, request.given)


def _is_form(request: Request, declared: Endpoint) -> bool:
    """Whether a form is to be read: where no file is needed, JSON will do as well."""
    from typed_openai.models.file_input import needs_file

    if not declared.multipart or declared.params is None:
        return False
    return needs_file(declared.params) or request.headers.get("content-type", "").startswith("multipart/")


def _pairs(query: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [
        (f"{name}[]" if len(values) > 1 and not name.endswith("]") else name, value)
        for name, values in query.items()
        for value in values
    ]


def _members(request: Request, alone: str | None) -> dict[str, Any]:
    """The members of a body; the whole of it where it is one of them alone."""
    if alone is not None:
        return {alone: request.body.decode(errors="replace")}
    body: Any = parse_json(request.body) if request.body else {}
    if not isinstance(body, dict):
        raise wrong_type("body", "an object", body)
    return body


def _files(form: Form, model: type[Params], given: Mapping[str, Any]) -> dict[str, Any]:
    """The files of a form as a model takes them. 400 for text in the place of one, which is never read as a path."""
    from typed_openai.models.file_input import with_paths

    for name, value in with_paths(model, dict(given)).items():
        if isinstance(value, Path):
            raise ApiError(400, f"{name!r} is plain text; a file is expected.", param=name, code="invalid_type")
    found: dict[str, Any] = {}
    for name in dict.fromkeys(form.file_names()):
        files = [(each.name or "file", each.content) for each in form.files(name)]
        found[name] = files if len(files) > 1 else files[0]
    return found


def valid(
    model: type[Params], given: dict[str, Any], files: Mapping[str, Any] = _NO_FILES, texts: Collection[str] = ()
) -> dict[str, Any]:
    """What was given, in the types of the model; `texts` are the members that came as text. Raises `ApiError` 400 with
    the first place that is wrong."""
    from pydantic import ValidationError

    from typed_openai.core.request.foreign import as_data
    from typed_openai.models.base import NULL

    given = {name: as_data(value) for name, value in given.items()}
    validate: Callable[[object], object] = model.__pydantic_validator__.validate_python
    for attempt in range(_TRIES + 1):
        members = {name: NULL if value is None else value for name, value in given.items()} | dict(files)
        try:
            validate(members)
        except ValidationError as error:
            if attempt == _TRIES or not _read_text(error, model, given, texts):
                _refuse(error, model, given, members)
                break
        else:
            break
    return given


def _refuse(error: ValidationError, model: type[Params], given: dict[str, Any], members: Mapping[str, Any]) -> None:
    """Raise for the first fault that counts; a null where the model takes none is taken out of what was given."""
    from typed_openai.core.request.refusals import ELSEWHERE_TAKEN, faults
    from typed_openai.errors import Fault
    from typed_openai.models.base import NULL

    kinds = {_path(item, model): item for item in reversed(error.errors(include_url=False))}
    required = {info.alias or name for name, info in model.__pydantic_fields__.items() if info.is_required()}
    for fault in faults(error, members, model, ELSEWHERE_TAKEN):
        item, value = kinds.get(fault.path), members.get(fault.path)
        kind = str(item["type"]) if item else ""
        if value is NULL or value == "":
            if fault.path in required:
                raise missing(fault.path)
            if value is NULL:
                given.pop(fault.path)
                continue
        if kind == "extra_forbidden" and fault.path in members:
            continue
        place = _param(fault.path, item)
        told = Fault(place, fault.allowed, fault.given, "" if "extra_body" in fault.hint else fault.hint)
        raise ApiError(400, f"{told}.", param=place, code=_code(kind))


def _path(item: Mapping[str, Any], model: type[Params]) -> str:
    from typed_openai.core.request.faults import path_of
    from typed_openai.core.request.places import place_of

    place = place_of(model, item["loc"])
    return path_of(item["loc"], {}) if place is None else place.path or "(all)"


def _param(path: str, item: Mapping[str, Any] | None) -> str:
    """The place as the service says it: a wrong kind of object is a fault of the member that says the kind."""
    if item is not None and item["type"].startswith("union_tag_") and isinstance(item["input"], Mapping):
        return f"{path}.{item['ctx']['discriminator'].strip(chr(39))}"
    if path == "(all)" and item is not None:  # what members have to be together: the first that is named
        named = re.search(r"missing: (\w+)", item["msg"]) or re.search(r"(\w+)=", item["msg"])
        return named[1] if named else path
    return path


def _code(kind: str) -> str:
    return _CODES.get(kind, "invalid_type" if "_type" in kind or kind == "int_from_float" else "invalid_value")


def _read_text(error: ValidationError, model: type[Params], given: dict[str, Any], texts: Collection[str]) -> bool:
    """Read text as what the model wants in its place; whether anything was."""
    changed = False
    for item in error.errors(include_url=False):
        steps = _STEP.findall(_path(item, model))
        if isinstance(item["input"], str) and steps and steps[0] in texts:
            changed = _put(given, steps, item["type"].partition("_")[0], item["input"]) or changed
    return changed


def _put(given: Any, steps: list[str], kind: str, text: str) -> bool:
    """Put the value that a text stands for where it stood; whether there is one."""
    *way, last = steps
    for step in way:
        given = given[int(step) if isinstance(given, list) else step]
    place: Any = int(last) if isinstance(given, list) else last
    read = _READERS.get(kind)
    if read is None or given[place] != text:
        return False
    given[place] = read(text)
    return given[place] is not text


def _number(text: str, kind: Callable[[str], float] = float) -> object:
    try:
        return kind(text)
    except ValueError:
        return text


_READERS: dict[str, Callable[[str], object]] = {
    "bool": lambda text: {"true": True, "false": False}.get(text.lower(), text),
    "int": lambda text: int(text) if re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII) else text,
    "float": _number,
    "list": lambda text: [text],
    "is": lambda text: None if text == "null" else text,  # where a model takes null
}
