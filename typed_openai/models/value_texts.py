"""Results with a text of which `parse` reads a value of yours: it goes along with them, and into no dump or request.

The value is kept beside the fields. Copies and pickles have it, equality and dumps do not know it.
"""

import copy
from typing import Any, Self

from typed_openai.models.base import Result

_set = object.__setattr__


class ValueText(Result):
    """A result with a text of which `parse` may have read a value; that goes with it, and into no dump or request."""

    __slots__ = ("_value",)

    def keep_value(self, value: object) -> None:
        """Remember what the text was read as, or the error of ours that says why it could not be."""
        _set(self, "_value", value)

    def value_under(self, name: str) -> object:
        """The value, else what a server sent under this name, else None. Raises the error that was kept."""
        value = getattr(self, "_value", None)
        if isinstance(value, Exception):
            raise value.with_traceback(None)
        return (self.model_extra or {}).get(name) if value is None else value

    def __getstate__(self) -> dict[Any, Any]:
        return {**super().__getstate__(), "_value": getattr(self, "_value", None)}

    def __setstate__(self, state: dict[Any, Any]) -> None:
        super().__setstate__(state)
        self.keep_value(state.get("_value"))

    def __copy__(self) -> Self:
        copied = super().__copy__()
        copied.keep_value(getattr(self, "_value", None))
        return copied

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        copied = super().__deepcopy__(memo)
        copied.keep_value(copy.deepcopy(getattr(self, "_value", None), memo))
        return copied


class CallText(ValueText):
    """A function call, or the part of one that has its arguments."""

    @property
    def parsed_arguments(self) -> object:
        """After `parse`, the arguments as the tool of that name reads them.

        That is an object of its model, a dict of the values of a function, or plain data for a tool with a strict
        schema; None where no such tool was on offer. Raises `ToolArgumentsError` when they do not fit the tool.
        """
        return self.value_under("parsed_arguments")
