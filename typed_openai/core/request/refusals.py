"""What is wrong with a request, said so that it can be mended: path, what is allowed, what was given, a hint. Pure.

pydantic reports a fault with a location that also names union members (`messages.0.user.content.str`); here it becomes
the path that the caller wrote (`messages[0].content`; `places.py`). Faults of several members of one union are joined.
A name that does not exist is compared with those that do in that very place, at any depth, and one level deeper.

Loaded when something is refused, not before. Weak spot: for a union of objects without a discriminator the caller sees
what each member would have taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias

from pydantic import BaseModel, ValidationError

from typed_openai.core.request.faults import closest, in_words, path_of
from typed_openai.core.request.places import Place, element_of, fields_of, models_in, place_of, tags_in
from typed_openai.core.request.unshown import shown_at
from typed_openai.errors import Fault

_SEND_ANYWAY = 'a value newer than this package goes through {extra}={{{name!r}: ...}} or validation="warn"'

_VENDORS = "other servers take it: with_options(vendor_fields=[{name!r}]) lets it through"

_SIZE = re.compile(r"should have (at (?:least|most) \d+ \w+)")

_NO_LIST = ("list_type", "string_or_list")
_NO_ITEM = ("input_item", "decision_item")
_NO_OBJECT = ("model_attributes_type", "model_type", "dict_type", "union_tag_not_found", *_NO_ITEM)
"""Faults that say only that it is none."""

_OTHER_OPERATION = {
    ("CompletionCreateParams", "messages"): "chat: client.chat.completions.create(messages=...)",
    ("CompletionCreateParams", "input"): "another operation: client.responses.create(input=...)",
    ("ChatCompletionCreateParams", "prompt"): "messages=[{'role': 'user', 'content': ...}] here; "
    "client.completions.create(prompt=...) takes one",
    ("ImageGenerateParams", "messages"): "prompt='...' here; client.chat.completions.create(messages=...) takes them",
}
"""Parameters of another operation of a similar name: (model, parameter) → where it belongs."""

_ELSEWHERE = {
    "messages": "input",
    "input": "messages",
    "text": "response_format",
    "response_format": "text",
    "image_url": "input_image",
    "input_image": "image_url",
    "max_completion_tokens": "max_output_tokens",
    "max_output_tokens": "max_completion_tokens",
    "reasoning_effort": "reasoning",
    "reasoning": "reasoning_effort",
}
"""What is called otherwise in the other of the two APIs by which models are asked (chat, Responses)."""


def faults(
    error: ValidationError,
    value: object,
    model: type[BaseModel],
    lets_through: Collection[str] = (),
    settings: Collection[str] = (),
    in_query: Collection[str] | None = (),
) -> list[Fault]:
    """Every fault of `error`, which came from checking `value` against `model`; members and kinds of parts whose names
    are in `lets_through` are none. `settings` are names that a client takes and a call does not; `in_query` those of
    parameters that do not travel in the body, None where none does."""
    found: dict[str, list[dict[str, Any]]] = {}
    for item in error.errors(include_url=False):
        if lets_through and _is_let_through(item, lets_through):
            continue
        location = item["loc"][:-2] if item["loc"][-1:] == _KEY else item["loc"]  # a wrong key is of what has it
        place = place_of(model, location) or Place(path_of(location, value), None, None)
        picture = shown_at(item.get("input"), model, item["loc"])
        found.setdefault(place.path or "(all)", []).append({**item, "place": place, "shown": picture})
    told = {
        path: items for path, items in found.items() if not all(map(_wants_null, items)) or not _goes_on(path, found)
    }
    extras = {path: "extra_query" if in_query is None or _top(path) in in_query else "extra_body" for path in told}
    return [_fault(path, items, told, settings, extras[path]) for path, items in told.items()]


_KEY = ("[key]",)
"""Where a location ends that is of a key itself, and not of what stands under it."""


def _is_let_through(item: Mapping[str, Any], names: Collection[str]) -> bool:
    """Whether a fault only says that the API has no such member, or no part of such a kind."""
    if item["type"] == "extra_forbidden":
        return item["loc"][-1] in names
    return item["type"] in _KIND_UNKNOWN and isinstance(item["input"], Mapping) and item["input"].get("type") in names


_KIND_UNKNOWN = ("union_tag_invalid", "input_item", "said_part")
ELSEWHERE_TAKEN = ("cache_control", "prefix", "partial", "video_url")
"""What several other servers take, though OpenAI does not."""


def _wants_null(item: Mapping[str, Any]) -> bool:
    """Whether an item only says that `NULL` would have been taken too."""
    return bool(item.get("ctx", {}).get("class") == "Null")


def _goes_on(path: str, found: Mapping[str, object]) -> bool:
    """Whether something more precise is known below a path."""
    return any(other != path and other.startswith((f"{path}.", f"{path}[")) for other in found)


def _meant(name: str, names: Sequence[str]) -> str | None:
    """What somebody meant by a name: what the other API calls it, one that is like it, or has a word more or less."""
    if _ELSEWHERE.get(name) in names:
        return _ELSEWHERE[name]
    longer = [each for each in names if each.startswith(f"{name}_") or each.endswith(f"_{name}")]
    parts = longer or [each for each in names if name.endswith(f"_{each}")]
    return closest(name, names) or (parts[0] if len(parts) == 1 else None)


_Told: TypeAlias = Mapping[str, list[dict[str, Any]]]
"""What is wrong, by its place."""


def _fault(path: str, items: list[dict[str, Any]], told: _Told, settings: Collection[str], extra: str) -> Fault:
    items = [item for item in items if not _wants_null(item)] or items
    first = items[0]
    kind = first["type"]
    if kind == "extra_forbidden":
        return Fault(path, "no such parameter", "", _hint_of_name(path, first["place"], told, settings, extra))
    if kind == "missing":
        return Fault(path, "required", "nothing", _hint_of_missing(path, first, told))
    allowed = " or ".join(dict.fromkeys(map(_allowed, items)))
    hint = _hint_of_shape(first)
    named = _named(first)
    if not hint and named is not None and kind in ("literal_error", "enum", "union_tag_invalid", *_NO_ITEM):
        if named in ELSEWHERE_TAKEN and isinstance(first["input"], Mapping):
            return Fault(path, allowed, first["shown"], _VENDORS.format(name=named))
        nearest = _close_value(named, first)
        hint = f"did you mean {nearest!r}? " if nearest else ""
        hint += _SEND_ANYWAY.format(name=_top(path), extra=extra)
    return Fault(path, allowed, first["shown"], hint)


def _hint_of_shape(item: dict[str, Any]) -> str:
    """What to write in place of a value that is of the wrong kind altogether, or in the way of the other API."""
    given, kind, place = item.get("input"), item["type"], item["place"]
    if given == "tool" and kind == "literal_error" and place.path.endswith(".role"):
        return "what a tool gave is {'type': 'function_call_output', 'call_id': ..., 'output': ...} here"
    if kind == "string_or_list" and isinstance(given, Mapping) and place.path.endswith(".output"):
        return "as a text: json.dumps(...)"
    if kind in _NO_LIST and isinstance(given, str | Mapping | BaseModel):
        inner = "{'role': 'user', 'content': ...}" if isinstance(given, str) and _speaks(place) else "..."
        return f"in a list: [{inner}]"
    if kind not in _NO_OBJECT:
        return ""
    if isinstance(given, str) and _speaks(place):
        return "as {'role': 'user', 'content': ...}"
    if callable(given) and place.path.startswith("tools["):
        return "a function becomes a tool by @tool"
    return _hint_of_tag(item) if isinstance(given, Mapping) else ""


def _hint_of_tag(item: dict[str, Any]) -> str:
    """How to say which of several objects is meant, where nothing says it."""
    models = list(models_in(item["place"].form))
    said = str(item.get("ctx", {}).get("discriminator", "")).strip("'")
    tags = (said,) if said else ("type", "role")
    if not any(tag in item["input"] for tag in tags):
        for tag in tags:
            if found := _written_for(tag, item, *models):
                return found
        values = [repr(value) for value in tags_in(item["place"].form, tags[0])]
        return f"{tags[0]!r} is one of {', '.join(values)}" if said and 0 < len(values) <= _FEW else ""
    return ""


_FEW = 16
"""Values that are listed."""


def _written_for(name: str, item: dict[str, Any], *owners: type[BaseModel] | None) -> str:
    """Whether an object that lacks a member has one under a name like its own, which nothing declares."""
    given = item["input"]
    if not isinstance(given, Mapping):
        return ""
    known = {each for owner in owners if owner is not None for each in fields_of(owner)}
    written = closest(name, [each for each in given if isinstance(each, str) and each not in known])
    return f"did you mean {name!r} by {written!r}?" if written else ""


def _speaks(place: Place) -> bool:
    """Whether what is meant are messages."""
    return any({"role", "content"} <= fields_of(model).keys() for model in models_in(element_of(place.form)))


def _top(path: str) -> str:
    return path.split(".")[0].split("[")[0]


def _hint_of_missing(path: str, item: dict[str, Any], told: _Told) -> str:
    """What may have been written in place of a name that is not there, where that is not told of itself."""
    name = path.rpartition(".")[2]
    said = any(
        items[0]["type"] == "extra_forbidden" and items[0]["loc"][:-1] == item["loc"][:-1] for items in told.values()
    )
    return "" if said else _written_for(name, item, item["place"].owner)


def _hint_of_name(path: str, place: Place, told: _Told, settings: Collection[str], extra: str) -> str:
    """What somebody may have meant who gave a name that does not exist."""
    name, owner = path.rpartition(".")[2], place.owner
    if path == name and owner is not None and (owner.__name__, name) in _OTHER_OPERATION:
        return f"a parameter of {_OTHER_OPERATION[owner.__name__, name]}"
    if name in ELSEWHERE_TAKEN:
        return _VENDORS.format(name=name)
    if path in settings:
        return f"a setting of clients: client.with_options({path}=...)"
    known = {} if owner is None else fields_of(owner)
    deeper = [field for field, form in known.items() if any(name in fields_of(inner) for inner in models_in(form))]
    if len(deeper) == 1:
        return f"did you mean {deeper[0] + '.' + name!r}?"
    near = _meant(name, list(known))
    if near is not None:
        return f"did you mean {near!r}?"
    if place.tag == name:
        return "what is in it stands beside 'type' here"  # as chat has tools, and Responses does not
    parent = path.removesuffix(name)
    missing = [each for each, items in told.items() if items[0]["type"] == "missing"]
    instead = [each.removeprefix(parent) for each in missing if each.startswith(parent)] if parent else []
    if len(instead) == 1 and instead[0] in known:
        return f"did you mean {instead[0]!r}?"
    return f"to send it all the same: {extra}={{{_top(path)!r}: ...}}"


def _named(item: dict[str, Any]) -> str | None:
    """The value that was written, or the kind of the object; None where that is no text, and so none at all."""
    given, context = item.get("input"), item.get("ctx", {})
    if isinstance(given, Mapping):
        by = (str(context.get("discriminator", "")).strip("'"), "type", "role")
        kind = next((given[name] for name in by if name in given), None)
        given = context.get("tag", kind) if isinstance(kind, str) else None
    return given if isinstance(given, str) else None


def _close_value(named: str, item: dict[str, Any]) -> str | None:
    given, context = item["input"], item.get("ctx", {})
    expected = str(context.get("expected") or context.get("expected_tags") or "")
    values = expected.replace("' or '", "', '").strip("'").split("', '")
    if isinstance(given, Mapping) and not expected:
        values = tags_in(item["place"].form, "type" if "type" in given else "role")
    return _meant(named, values)


def _allowed(item: dict[str, Any]) -> str:
    allowed = _allowed_value(item)
    if item["loc"][-1:] != _KEY:
        return allowed
    return f"keys of {allowed}" if allowed.startswith("at ") else f"keys that are {allowed}"


def _allowed_value(item: dict[str, Any]) -> str:
    if item["type"] == "string_unicode":
        return "text without lone surrogates, which are halves of characters"
    if item["type"] == "literal_error":
        return f"one of {item['ctx']['expected']}"
    if item["type"] == "union_tag_invalid":
        return f"{item['ctx']['discriminator']} must be one of {item['ctx']['expected_tags']}"
    if item["type"] == "union_tag_not_found":
        return f"an object with {item['ctx']['discriminator']}"
    if item["type"] in ("model_attributes_type", "model_type"):
        return "an object"
    message = str(item["msg"])
    size = _SIZE.search(message)
    if size is not None:
        return size[1]
    return in_words(message)
