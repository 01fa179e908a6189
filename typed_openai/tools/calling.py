"""One call of a tool: its output as a model is told it, or the error it ended with, whatever that is.

Rules
* What a tool raises is kept for the loop to judge (`tools/loop.py`); an interrupt or a cancellation passes.
* What is told is a text as it is, JSON of anything else (bytes that are no text in base64), and of what has none what
  `str` says; what no request can carry becomes U+FFFD.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic_core import to_json, to_jsonable_python

if TYPE_CHECKING:
    from types import TracebackType

    from typed_openai.tools.definition import ToolFunction

Output: TypeAlias = str | list[dict[str, Any]]
"""What a model is told of a call: a text, or parts in the form of the API."""


class Calling:
    """One call of a function: its output, or the error it ended with, whatever that is."""

    def __init__(self, function: ToolFunction[..., Any], arguments: str, as_output: Callable[[object], Output]) -> None:
        self.function = function
        self.arguments = arguments
        self.as_output = as_output
        self.error: Exception | None = None

    def __repr__(self) -> str:
        return f"<the tool {self.function.name!r}>"

    @property
    def arguments_are_wrong(self) -> bool:
        """Whether the arguments did not fit, so that nothing was called."""
        from typed_openai.tools.definition import ToolArgumentsError

        error = self.error
        own = isinstance(error, ToolArgumentsError) and error.arguments is self.arguments
        return own and error.tool == self.function.name  # type: ignore[union-attr]  # `own` says which error it is

    def call(self) -> Any:
        with self:
            outcome = self.function.invoke(self.arguments)
            return outcome if inspect.isawaitable(outcome) else self.as_output(outcome)
        return ""

    async def wait(self) -> Output:
        with self:
            return self.as_output(await self.function.invoke(self.arguments))
        return ""

    async def wait_for(self, outcome: Awaitable[Any]) -> Output:
        with self:
            return self.as_output(await outcome)
        return ""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Keep an error; an interrupt or a cancellation passes."""
        if isinstance(error, StopIteration | StopAsyncIteration):  # these would end the loop itself, and silently
            from typed_openai.tools.definition import ToolOutputError

            self.error = ToolOutputError(f"the tool {self.function.name!r} raised {type(error).__name__}")
            self.error.__cause__ = error
        elif isinstance(error, Exception):
            self.error = error
        return self.error is not None


def as_text(outcome: object) -> str:
    """What a model is told: a text as it is, JSON of anything else (of what has none, what `str` says).

    What no request can carry (half of a surrogate pair) becomes U+FFFD.
    """
    text = outcome if isinstance(outcome, str) else _json_of(outcome)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _json_of(outcome: object) -> str:
    if isinstance(outcome, Iterator):  # which can be read once
        outcome = [*outcome]
    try:
        return to_json(outcome, fallback=str).decode()
    except ValueError:  # a text in it that UTF-8 cannot carry, or bytes that are no text
        with suppress(ValueError, TypeError):
            return json.dumps(to_jsonable_python(outcome, fallback=str, bytes_mode="base64"), ensure_ascii=False)
        return str(outcome)  # half a surrogate in a name, what contains itself
    except TypeError:  # names that JSON does not have
        return str(outcome)
