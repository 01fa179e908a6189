"""`openai.lib._tools`: tools from pydantic models, as the dicts that requests take; `typed_openai.tool` does more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel

from typed_openai.tools.call_values import PydanticFunctionTool
from typed_openai.tools.definition import tool


def pydantic_function_tool(
    model: type[BaseModel], *, name: str | None = None, description: str | None = None
) -> dict[str, Any]:
    """A strict function tool whose arguments are a pydantic model, for `chat.completions`.

    name: that of the class by default. description: its docstring by default. After `parse` the arguments of its calls
    are objects of the model (`parsed_arguments`). Raises `ConfigurationError` for a model that strict schemas cannot
    say.
    """
    made = tool(model, name=name, description=description, strict=True)
    function = made.function.model_dump(exclude_unset=True)
    return {"type": "function", "function": PydanticFunctionTool(function, made)}


def pydantic_responses_function_tool(
    model: type[BaseModel],
    *,
    name: str | None = None,
    description: str | None = None,
    defer_loading: bool | None = None,
) -> dict[str, Any]:
    """The same for `responses`; with `defer_loading` the model finds it by a tool search."""
    made = tool(model, name=name, description=description, strict=True)
    deferred = {} if defer_loading is None else {"defer_loading": defer_loading}
    return PydanticFunctionTool({**made.for_responses(), **deferred}, made)


def file_from_path(path: str | Path) -> tuple[str, bytes]:
    """A file read whole, with its name; a plain `Path` as a file parameter is read bit by bit."""
    found = Path(path)
    return found.name, found.read_bytes()
