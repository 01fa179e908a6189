"""What other servers write where the API has a plain text: lists of parts, thoughts among them, objects as arguments.

The values themselves stay as they came; here is what they mean. It is asked for only where a value is not a text.

Known forms
* a list of parts, or one part: `{"type": "text", "text": "An"}` (Mistral, Databricks); strings among them are not parts
* thoughts as parts: `{"type": "thinking", "thinking": [...]}` (Mistral), `{"type": "reasoning", "summary": [...]}`
  (Databricks), and as texts beside the content: `reasoning_content`, `reasoning`, `thinking`
* a number or a boolean where a text belongs: its JSON text
* arguments of a function as an object: its JSON text
* usage in a choice (Kimi) or in `x_groq` (Groq)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json

_TEXTS = (None, "text", "output_text", "input_text", "summary_text", "reasoning_text")
"""The types of parts that say `text`."""
_THOUGHTS = {"thinking": ("thinking", "text"), "reasoning": ("summary", "reasoning", "text", "content")}
"""The types of parts that are thoughts, and where those stand in them."""
_THOUGHT_FIELDS = ("reasoning_content", "reasoning", "thinking")


def text_in(value: object) -> str:
    """The text that a value means where an answer has its words; `""` when it means none."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join([text_in(part) for part in value if isinstance(part, Mapping)])
    if isinstance(value, Mapping):
        return _said(value, "text") if _kind(value) in _TEXTS else ""
    return scalar_text(value)


def thoughts_in(value: object) -> str:
    """The thoughts among the parts of a content."""
    if isinstance(value, list):
        return "".join(map(thoughts_in, value))
    if not isinstance(value, Mapping):
        return ""
    names = _THOUGHTS.get(str(_kind(value)), ())
    return next((said for name in names if (said := _said(value, name))), "")


def thoughts_of(message: Mapping[str, Any]) -> str:
    """The thoughts in a message or a delta, wherever they stand."""
    for name in _THOUGHT_FIELDS:
        value = message.get(name)
        if value and (said := text_in(value)):
            return said
    content = message.get("content")
    return "" if content is None or isinstance(content, str) else thoughts_in(content)


def arguments_text(value: object) -> str:
    """Arguments as the JSON text that they are meant to be; `""` for none."""
    if value is None or isinstance(value, str):
        return value or ""
    return to_json(value, inf_nan_mode="constants").decode()


def written(value: object) -> str:
    """What was written, where a text should stand: the text that a value means, else its JSON text; `""` for none."""
    return text_in(value) or arguments_text(value)


def beside_words(value: object) -> list[Any]:
    """What a value that is not text holds beside the words that `written` makes of it."""
    if not (isinstance(value, list | Mapping) and text_in(value)):
        return []
    return [part for part in (value if isinstance(value, list) else [value]) if not _is_words(part)]


def _is_words(part: object) -> bool:
    return isinstance(part, Mapping) and part.keys() <= {"type", "text"} and isinstance(part.get("text"), str)


def scalar_text(value: object) -> str:
    """A number or a boolean as a text; `""` for anything else."""
    return to_json(value, inf_nan_mode="constants").decode() if isinstance(value, bool | int | float) else ""


def usage_of(answer: Any) -> Any:
    """What an answer or chunk (an object of ours, or JSON data) says that was consumed, wherever it says so."""
    choices = _field(answer, "choices")
    places = (answer, *(choices if isinstance(choices, list) else ()), _field(answer, "x_groq"))
    found = (_field(place, "usage") for place in places)
    return next((usage for usage in found if usage is not None and not isinstance(usage, str | int | list)), None)


def _field(owner: Any, name: str) -> Any:
    return owner.get(name) if isinstance(owner, Mapping) else getattr(owner, name, None)


def _kind(part: Mapping[str, Any]) -> object:
    kind = part.get("type")
    return kind if isinstance(kind, str) else None


def _said(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    if name == "text" and isinstance(value, Mapping):
        value = value.get("value")  # as messages of threads have it
    return text_in(value)
