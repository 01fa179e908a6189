"""Functions of the user's that the model of an assistant asks to be called: found by name, outcome put into text.

Rules
* They are tools (`tools/definition.py`), made with `tool` or here: arguments are checked by the function's own types.
* What the model did wrong (no JSON, arguments that do not fit, a function that is not there) becomes the outcome, as
  a text that says what would be right: models correct themselves.
* What the function raises passes through untouched.
* Sync functions in both colours (an async client gives them a thread), async ones with an async client; one call after
  the other, in the order asked for.

Weak spot: what the model was told of a function stands in the assistant; whether it is true, nobody checks.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from typed_openai.core.run.effects import Call, Work
from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow
    from typed_openai.tools.definition import ToolFunction

Functions: TypeAlias = Mapping[str, Callable[..., Any]] | Iterable[Callable[..., Any]]
"""Functions by name, or functions that are called by the name they were defined with."""


class Callables:
    """The functions that a model may ask for. Raises `ConfigurationError` for what no tool can be made of."""

    def __init__(self, functions: Functions) -> None:
        if isinstance(functions, Mapping):
            self._functions = {str(name): _made(function, str(name)) for name, function in functions.items()}
        else:
            self._functions = {made.name: made for made in map(_made, functions)}
        if not self._functions:
            raise ConfigurationError("functions: at least one function is needed")

    def answer(self, name: str, arguments: str) -> Flow[str]:
        """Call a function with arguments in JSON; gives the outcome as text (JSON unless the function gives a text)."""
        from typed_openai.tools.definition import ToolArgumentsError
        from typed_openai.tools.loop import as_text

        function = self._functions.get(name)
        if function is None:
            return f"There is no function {name!r}; there are: {', '.join(sorted(self._functions))}."
        try:
            outcome = yield (Call if function.is_async else Work)(function.invoke, arguments)
        except ToolArgumentsError as error:
            if error.arguments is not arguments:  # of a tool that the function called
                raise
            return str(error)
        if inspect.isawaitable(outcome):  # a plain function that gave something to await
            outcome = yield Call(lambda: outcome)
        return as_text(outcome)


def _made(function: Any, name: str | None = None) -> ToolFunction[..., Any]:
    from typed_openai.tools.definition import DefinedTool, ToolFunction, tool

    made: DefinedTool = function if isinstance(function, DefinedTool) else tool(function, name=name, strict=False)
    if not isinstance(made, ToolFunction):
        raise ConfigurationError(f"functions: {function!r} is a model, which has no code to run")
    return made
