"""Fields that hold a number, and servers that say it as text so that nothing of it is lost: `"12.50"` of a bill.

    @number_texts("value")
    class CostAmount(Result):
        value: ToldNumber | None = None

Rules
* Such a field reads as a number, whichever came; `model_dump()` gives back what came. Neither is an issue; text that is
  not a number is, and is read as it came.
* Reading it costs as `json_text.py` says; where a number came, validation costs nothing more.

Source: the costs of OpenAI's organizations are numbers by the description, and have come as text since May 2026
(steipete/CodexBar#999, mozilla/bigquery-etl#9739).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import StringConstraints

from typed_openai.models.json_text import K, ReadAs, fields

_FORM = r"^-?\d+(\.\d+)?([eE][+-]?\d+)?$"

if TYPE_CHECKING:
    ToldNumber: TypeAlias = float
else:
    ToldNumber = float | Annotated[str, StringConstraints(pattern=_FORM)]
    """A number, or what it is as text."""


def number_in(value: object) -> Any:
    """What a text says where it says a finite number, whole or not; anything else as it is."""
    if not isinstance(value, str):
        return value
    for kind in (int, float):
        try:
            found = kind(value)
        except (ValueError, OverflowError):
            continue
        return found if abs(found) < float("inf") else value
    return value


class NumberText(ReadAs):
    """Reads a number as it is, a text as the number that it says."""

    __slots__ = ()

    def read(self, value: Any) -> Any:
        """What came, as a number, where it is one."""
        number = number_in(value)
        return float(number) if isinstance(number, int) and not isinstance(number, bool) else number


def number_texts(*names: str) -> Callable[[K], K]:
    """Marks the fields of a result that hold a number, also where it came as text."""
    return fields(NumberText, *names)
