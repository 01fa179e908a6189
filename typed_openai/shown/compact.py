"""A result in a line or two: text first, then usage and ids, then the rest; what is long is cut and tells its length.

Nothing is computed for it: it reads what lies in the object, whatever that is, so that data which a server got wrong is
shown as it came. Objects of other people are shown by `reprlib`, which survives a repr that raises.

Weak spot: of an object inside an object inside an object only the name is shown.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from typed_openai.core.known_secrets import without
from typed_openai.shown.bare_text import OneLine

_SECRET = re.compile(
    r"secret(?!.*hint)|passw|authorization|api.?key|credential|cookie|(^|[-_])(access|auth|bearer|ad)?[-_]?token$",
    re.IGNORECASE,
)
_HIDDEN = "'[REDACTED]'"
_MOST = 1500
_LONGEST = 120
_LONGEST_WORD = 40
_ITEMS = 3
_NUMBERS = 8
_KEYS = 8
_DEEPEST = 7
_FIRST = ("text", "output_text", "content", "parsed", "delta", "refusal", "error", "usage", "id", "model", "status")
_NAMED_BY_CLASS = ("object",)
"""Fields that say once more what the name of the class says."""


def is_secret_name(name: object) -> bool:
    """Whether a field or key of that name may hold a secret; `prompt_tokens` does not."""
    return _SECRET.search(str(name)) is not None


def held(model: object) -> dict[str, Any]:
    """What lies in a result or params object: what came or was given, by its name; made-up nulls are left out."""
    fields = getattr(type(model), "__pydantic_fields__", {})
    given = getattr(model, "__pydantic_fields_set__", None) or set()
    found = {
        name: value
        for name, value in vars(model).items()
        if (value is not None and (name in given or not fields or name in fields))
        and getattr(fields.get(name), "repr", True)
    }
    extra = getattr(model, "__pydantic_extra__", None) or {}
    return {**found, **{name: value for name, value in extra.items() if value is not None}}


def args_of(model: BaseModel, text_first: bool) -> list[tuple[str | None, OneLine]]:
    """The parts of the repr of a model: names and texts, no longer than a few lines together."""
    left = _MOST
    found: list[tuple[str | None, OneLine]] = []
    for name, text in _parts(model, 0, text_first):
        if left <= 0:
            found.append((None, OneLine("…")))
            break
        found.append((name, OneLine(text if len(text) <= left else f"{text[:left]}…")))
        left -= len(name) + len(text)
    return found


def _parts(model: object, depth: int, text_first: bool) -> Iterator[tuple[str, str]]:
    fields = held(model)
    if not text_first:
        yield from ((name, _named(name, value, depth)) for name, value in fields.items())
        return
    text = "" if depth else text_of(model)
    if text:
        fields = {"text": text, **{name: value for name, value in fields.items() if name != "text"}}
    order = sorted(fields, key=lambda name: _FIRST.index(name) if name in _FIRST else _later(name, fields[name]))
    for name in order:
        value = fields[name]
        if name in _NAMED_BY_CLASS or (depth and value in (0, [], {})):
            continue
        is_told = bool(text) and name in ("choices", "output") and isinstance(value, list)
        yield without(name), f"[{_count(len(value), 'item')}]" if is_told else _named(name, value, depth)


def _later(name: str, value: object) -> int:
    if name.endswith("_id"):
        return len(_FIRST)
    return len(_FIRST) + (2 if isinstance(value, list | dict | BaseModel) else 1)


def text_of(result: object) -> str:
    """The text of an answer of a model, read from where it lies; empty where there is none or it is not text."""
    found: list[object] = []
    for choice in listed(result, "choices")[:1]:
        message = value_of(choice, "message")
        found.append(value_of(choice, "text") if message is None else value_of(message, "content"))
    for item in listed(result, "output"):
        if value_of(item, "type") == "message":
            found += [value_of(part, "text") for part in listed(item, "content")]
    return "".join(text for text in found if isinstance(text, str))


def value_of(owner: object, name: str) -> Any:
    """A value that lies in an object or in a dict of data; None where it does not."""
    if isinstance(owner, Mapping):
        return owner.get(name)
    if isinstance(owner, BaseModel):
        return vars(owner).get(name, (getattr(owner, "__pydantic_extra__", None) or {}).get(name))
    if hasattr(owner, "__dict__"):
        return vars(owner).get(name)
    return getattr(owner, name, None)


def listed(owner: object, name: str) -> list[Any]:
    """A list that lies in an object; empty where something else does."""
    value = value_of(owner, name)
    return value if isinstance(value, list) else []


def _named(name: object, value: object, depth: int) -> str:
    return _HIDDEN if isinstance(value, str | bytes) and is_secret_name(name) else short(value, depth + 1)


def short(value: object, depth: int = 0) -> str:
    """Any value in short."""
    if isinstance(value, str | bytes):
        return _text(value)
    if isinstance(value, bool | float | None):
        return repr(value)
    if isinstance(value, int):
        bits = int.bit_length(value)
        return (
            int.__repr__(value) if bits < 400 else f"<a number of {bits} bits>"
        )  # Python refuses to write very long ones
    if isinstance(value, BaseModel):
        name = type(value).__name__
        if depth >= _DEEPEST:
            return f"{name}(…)"
        return f"{name}({', '.join(f'{key}={text}' for key, text in _parts(value, depth, True))})"
    if isinstance(value, list | tuple | set | frozenset):
        return _sequence(list(value), depth)
    if isinstance(value, Mapping):
        return _mapping(value, depth)
    return _FOREIGN.repr_instance(value, 1)


def _text(value: str | bytes) -> str:
    value = without(value) if isinstance(value, str) else value
    spaced = (" " in value if isinstance(value, str) else False) or len(value) <= _LONGEST
    longest = _LONGEST if spaced else _LONGEST_WORD
    if len(value) <= longest:
        return repr(value)
    what = "character" if isinstance(value, str) else "byte"
    return f"{value[:longest]!r}… ({_count(len(value), what)})"


def _sequence(items: list[Any], depth: int) -> str:
    if len(items) > _NUMBERS and all(type(item) in (int, float) for item in items):
        return f"[{', '.join(short(item) for item in items[:_ITEMS])}, … {_count(len(items), 'number')}]"
    if items and depth > _DEEPEST:
        return f"[{_count(len(items), 'item')}]"
    most = _NUMBERS if all(isinstance(item, int | float | None) for item in items) else _ITEMS
    more = [f"… {_count(len(items), 'item')}"] if len(items) > most else []
    return f"[{', '.join([short(item, depth + 1) for item in items[:most]] + more)}]"


def _mapping(value: Mapping[Any, Any], depth: int) -> str:
    if value and depth > _DEEPEST:
        return f"{{{_count(len(value), 'key')}}}"
    names = list(value)
    parts = [
        f"{_text(name) if isinstance(name, str) else short(name)}: {_named(name, value[name], depth)}"
        for name in names[:_KEYS]
    ]
    more = [f"… {_count(len(names), 'key')}"] if len(names) > _KEYS else []
    return f"{{{', '.join(parts + more)}}}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


_FOREIGN = reprlib.Repr()
_FOREIGN.maxother = _LONGEST
