"""The dump of a result that pydantic cannot write: it looks a union's member up by a tag that may not be a text.

A server that says `"type": {}` of an item gets an `Unknown...` whose dump pydantic refuses (a dict has no hash). What
came is in the dump all the same: written here value by value, each object in it by pydantic again as far as that goes.

Weak spot: of pydantic's options those are known that leave out fields of the object itself (`exclude`, `include`,
`exclude_unset`, `exclude_none`) and those that say how names and values are written (`by_alias`, `mode`).
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python


def dumped(result: BaseModel, options: dict[str, Any]) -> dict[str, Any]:
    """What lies in a result, as `model_dump` with these options would give it."""
    inner = {name: value for name, value in options.items() if name not in ("include", "exclude", "indent")}
    include, exclude = options.get("include"), options.get("exclude") or ()
    found: dict[str, Any] = {}
    for name, value in {**vars(result), **(result.__pydantic_extra__ or {})}.items():
        is_unset = options.get("exclude_unset") and name not in result.__pydantic_fields_set__
        if is_unset or name in exclude or (include is not None and name not in include):
            continue
        if value is None and options.get("exclude_none"):
            continue
        info = type(result).__pydantic_fields__.get(name)
        key = info.alias if info is not None and info.alias and options.get("by_alias") is not False else name
        found[key] = _written(value, inner)
    return found


def _written(value: Any, options: dict[str, Any]) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(**options)
    if isinstance(value, list):
        return [_written(item, options) for item in value]
    if isinstance(value, dict):
        return {key: _written(item, options) for key, item in value.items()}
    return to_jsonable_python(value) if options.get("mode") == "json" else value
