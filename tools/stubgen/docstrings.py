"""The docstring of an operation: what stands under its declaration, and under the fields of its params model."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterable
from typing import Any

from typed_openai.core.docs import attribute_docs
from typed_openai.models.base import Params
from typed_openai.settings import CallOptions, CheckedOptions, PostOptions

WIDTH = 120 - 8
"""Columns that are left inside a method of a class."""

_INDENT: dict[str, Any] = {
    "initial_indent": "    ",
    "subsequent_indent": "        ",
    "break_long_words": False,
    "break_on_hyphens": False,
}


def docstring(purpose: str, model: type[Params] | None, parameters: Iterable[inspect.Parameter]) -> str:
    """Purpose, then one entry for each parameter of which something is known."""
    texts = attribute_docs(CallOptions) | attribute_docs(PostOptions) | attribute_docs(CheckedOptions)
    texts |= _field_texts(model)
    entries = [f"{item.name}: {texts[item.name]}" for item in parameters if texts.get(item.name)]
    lines = [textwrap.fill(entry, WIDTH, **_INDENT) for entry in entries]
    return "\n".join([purpose, "", "Args:", *lines] if lines else [purpose]).strip()


def _field_texts(model: type[Params] | None) -> dict[str, str]:
    """The first paragraph under each field, by the name of the parameter."""
    if model is None:
        return {}
    docs = attribute_docs(model)
    names = {name: info.alias or name for name, info in model.__pydantic_fields__.items()}
    return {names[name]: " ".join(text.split("\n\n")[0].split()) for name, text in docs.items() if name in names}
