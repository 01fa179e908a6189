"""Rows become requests: a template with the names of columns in it, or a function.

    client.bulk("texts.csv", "out.jsonl", template={"model": "gpt-4o-mini", "messages": [
        {"role": "user", "content": "Translate into Welsh: {text}"}]})

Rules
* `{name}` in any text of the template is replaced by that column of the row, as text (None by nothing). `{{` and `}}`
  are braces. Braces around anything but a name stay as they are: `{"a": 1}` is no placeholder.
* A placeholder that no column fills is refused, with the name that was probably meant.
* A function gets the row (a dict) and gives a params object, or the parameters as a mapping.

Weak spot: texts only; numbers and lists out of columns need a function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias

from pydantic_core import from_json

from typed_openai.bulk.endpoints import ENDPOINTS, endpoint_of
from typed_openai.core.request.faults import meant, shown
from typed_openai.core.request.params import json_body
from typed_openai.errors import Fault, RequestValidationError
from typed_openai.models.base import Params

Row: TypeAlias = Mapping[str, Any]
Template: TypeAlias = Mapping[str, object] | Params | Callable[[dict[str, Any]], Params | Mapping[str, object]]
"""What makes a request of a row."""
_PLACE = re.compile(r"\{\{|\}\}|\{([^\W\d]\w*)\}")
_BY_PARAMETER = {"messages": "/v1/chat/completions"}
"""The endpoint that a template is for when nobody says so, by a parameter that no other has."""


def asked_by(params: object, url: str | None) -> tuple[str, dict[str, Any]]:
    """The endpoint and the body of a params object, or of parameters as a mapping."""
    if isinstance(params, Params):
        found = endpoint_of(params)
        if found is None or url not in (None, found):
            allowed = "a params object of an endpoint that a batch may ask" if found is None else f"parameters of {url}"
            raise RequestValidationError("client.bulk", [Fault("params", allowed, type(params).__name__)])
        body: dict[str, Any] = from_json(json_body("client.bulk", params, None))
        return found, body
    if not isinstance(params, Mapping):
        allowed = "a params object, parameters as a mapping, or a line with custom_id, url and body"
        raise RequestValidationError("client.bulk", [Fault("items", allowed, type(params).__name__)])
    if url is None:
        url = next((_BY_PARAMETER[name] for name in _BY_PARAMETER if name in params), None)
    if url not in ENDPOINTS:
        hint = f"one of {', '.join(ENDPOINTS)}"
        raise RequestValidationError("client.bulk", [Fault("url", "what is asked", shown(url), hint)])
    return url, dict(params)


class Filler:
    """Makes requests of rows. Raises `RequestValidationError` for a template that cannot be one."""

    def __init__(self, template: Template, url: str | None) -> None:
        self._url = url
        self._function = template if callable(template) else None
        self.names: list[str] = []
        """The columns that the template needs."""
        if self._function is None:
            self._url, self._body = asked_by(template, url)
            self.names = list(dict.fromkeys(_names(self._body)))

    def __call__(self, row: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The endpoint and the body of a row."""
        if self._function is not None:
            return asked_by(self._function(row), self._url)
        self.require(row.keys(), "the row")
        body: dict[str, Any] = _filled(self._body, row)
        return self._url or "", body

    def require(self, columns: Collection[str], where: str) -> None:
        """Raise for a placeholder that none of these columns fills."""
        missing = [name for name in self.names if name not in columns]
        if missing:
            faults = [Fault(f"template: {{{name}}}", *_no_column(name, columns, where)) for name in missing]
            raise RequestValidationError("client.bulk", faults)


def column_of(name: str, columns: Collection[str], where: str) -> str:
    """A column that has to be there."""
    if name not in columns:
        raise RequestValidationError("client.bulk", [Fault(f"column {name!r}", *_no_column(name, columns, where))])
    return name


def _no_column(name: str, columns: Collection[str], where: str) -> tuple[str, str, str]:
    return f"a column of {where}", ", ".join(map(str, columns)) or "none", meant(name, [*columns])


def _names(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from (found[1] for found in _PLACE.finditer(value) if found[1])
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _names(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _names(each)


def _filled(value: Any, row: Row) -> Any:
    if isinstance(value, str):
        return _PLACE.sub(partial(_text, row), value)
    if isinstance(value, Mapping):
        return {name: _filled(each, row) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(each, row) for each in value]
    return value


def _text(row: Row, found: re.Match[str]) -> str:
    if found[1] is None:
        return found[0][0]
    value = row[found[1]]
    return "" if value is None else str(value)
