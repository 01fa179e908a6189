"""The docstring of an operation: its purpose, and what the sources say of its parameters. Made when somebody asks."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from typed_openai.core.attribute_docs import attribute_docs

if TYPE_CHECKING:
    from typed_openai.models.base import Params

WIDTH = 120 - 8
"""Columns that are left inside a method of a class."""

_INDENT: dict[str, Any] = {
    "initial_indent": "    ",
    "subsequent_indent": "        ",
    "break_long_words": False,
    "break_on_hyphens": False,
}


def docstring(
    purpose: str, model: type[Params] | None, parameters: Iterable[inspect.Parameter], shared: Iterable[type] = ()
) -> str:
    """The docstring of an operation: its purpose, then one entry for each parameter of which something is known.

    `shared`: classes beside the params model whose attributes are parameters.
    """
    from typed_openai.core.call_options import Betas, CallOptions, CheckedOptions, PostOptions

    texts: dict[str, str] = {}
    for options in (CallOptions, PostOptions, CheckedOptions, Betas):
        texts |= attribute_docs(options)
    texts |= field_texts(model)
    for kind in shared:
        texts |= {name: " ".join(text.split()) for name, text in attribute_docs(kind).items()}
    entries = [f"{item.name}: {texts[item.name]}" for item in parameters if texts.get(item.name)]
    lines = [textwrap.fill(entry, WIDTH, **_INDENT) for entry in entries]
    return "\n".join([purpose, "", "Args:", *lines] if lines else [purpose]).strip()


def field_texts(model: type[Params] | None) -> dict[str, str]:
    """The first paragraph under each field, by the name of the parameter."""
    if model is None:
        return {}
    docs = attribute_docs(model)
    names = {name: info.alias or name for name, info in model.__pydantic_fields__.items()}
    return {names[name]: " ".join(text.split("\n\n")[0].split()) for name, text in docs.items() if name in names}
