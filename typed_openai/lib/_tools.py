"""`openai.lib._tools`: tools from pydantic models, as the dicts that requests take; `typed_openai.tool` does more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel

from typed_openai.tools.definition import tool


def pydantic_function_tool(
    model: type[BaseModel], *, name: str | None = None, description: str | None = None
) -> dict[str, Any]:
    """A strict function tool whose arguments are a pydantic model, for `chat.completions`.

    name: that of the class by default. description: its docstring by default. Raises `ConfigurationError` for a model
    that strict schemas cannot say.
    """
    return tool(model, name=name, description=description, strict=True).as_input()


def file_from_path(path: str | Path) -> tuple[str, bytes]:
    """A file read whole, with its name; a plain `Path` as a file parameter is read bit by bit."""
    found = Path(path)
    return found.name, found.read_bytes()
