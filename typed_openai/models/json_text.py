"""Fields that hold JSON text, and what servers put there in its place: the value itself, not written as text.

    @json_texts("arguments")
    class Function(Result):
        arguments: str

Rules
* Such a field reads as JSON text whatever came; `model_dump()` gives back what came, and `issues` says that it was not
  a text.
* What conforms costs nothing: the descriptor stands beside the field and validation knows nothing of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator

from typed_openai.models.dialects import arguments_text

K = TypeVar("K", bound=type[BaseModel])


class ReadAs(ABC):
    """Stands over one field of a model: what came is read as something else, and dumps as it came."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    @abstractmethod
    def read(self, value: Any) -> Any:
        """What came, as it is read."""

    def __get__(self, result: Any, kind: object = None) -> Any:
        if result is None:
            raise AttributeError(self.name)  # the class has no such attribute: pydantic takes it for a default
        try:
            return self.read(result.__dict__[self.name])
        except KeyError:
            raise AttributeError(self.name) from None

    def __set__(self, result: Any, value: object) -> None:
        result.__dict__[self.name] = value


class JSONText(ReadAs):
    """Reads a text as it is, any other value as its JSON text, None as None."""

    __slots__ = ()

    def read(self, value: Any) -> Any:
        """What came, as text."""
        return value if value is None or isinstance(value, str) else arguments_text(value)


def fields(reading: Callable[[str], ReadAs], *names: str) -> Callable[[K], K]:
    """Marks fields of a result that are read as something else."""

    def mark(kind: K) -> K:
        for name in names:
            setattr(kind, name, reading(name))
        return kind

    return mark


def json_texts(*names: str) -> Callable[[K], K]:
    """Marks the fields of a result that hold JSON text."""
    return fields(JSONText, *names)


def _as_text(value: Any) -> Any:
    """Objects and lists as text; what the caller mistook for a text (a number, say) is refused as before."""
    return arguments_text(value) if isinstance(value, dict | list) else value


GivenJSONText: TypeAlias = Annotated[str, BeforeValidator(_as_text)]
"""JSON text in a request: what a server sent as the value itself goes back as the text that it should have been."""
