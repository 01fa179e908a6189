"""What goes into messages: texts, pictures, documents; and what the model said before.

API reference: "Responses", the `content` of input items.

Rules
* Each kind of content has a nominal base (`InputContent`, `OutputContent`), which the results derive from too, so that
  lists of either type-check and what came in can go out again. The parts of chat messages that have a form here are
  `InputContent` too (`models/input_content.py`); the API takes no sound.
* What a tool gave back has classes of its own: the service bounds their size.

Weak spots
* An output text may go out without `annotations` and `logprobs`, which the API description requires and the service
  does not; a picture without `detail` gets `auto`."""

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, get_args

from pydantic import StringConstraints, Tag

from typed_openai.models.base import Params, Tagged, literal_values
from typed_openai.models.given_results import accepts_results
from typed_openai.models.input_content import InputContent
from typed_openai.models.responses.content import (
    ResponseInputFile,
    ResponseInputFileContent,
    ResponseInputImage,
    ResponseInputImageContent,
    ResponseInputText,
    ResponseInputTextContent,
)
from typed_openai.models.returned import is_object
from typed_openai.models.shape import Shape
from typed_openai.models.shared import STRING_OR_LIST, StringOrList

Given: TypeAlias = Params | Shape
_SAID = frozenset({"created_by"})
"""What only the server says, of whatever stands inside an item."""


@functools.cache
def _models_in(model: type[Given], name: str) -> tuple[type[Given], ...]:
    """The models that a field may hold, at whatever depth of unions and lists."""
    found: list[type[Given]] = []
    waiting: list[Any] = [model.__pydantic_fields__[name].annotation]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, type) and issubclass(each, Params | Shape):
            found.append(each)
        waiting += get_args(each)
    return tuple(found)


def fitted(model: type[Given], item: Mapping[str, Any]) -> dict[str, Any]:
    """A dumped result as a request takes it, at every level; None is left out where it says nothing.

    What only the server says is left out; members that nobody here knows stay, the server may want them back.
    """
    dropped = getattr(model, "output_only", _SAID)
    names = names_of(model)
    sent: dict[str, Any] = {}
    for key, value in item.items():
        name = names.get(key)
        if key in dropped:
            continue
        if name is None:
            sent[key] = value
        elif value is not None or model.__pydantic_fields__[name].is_required():
            sent[key] = _fitting(_models_in(model, name), value)
    return sent


@functools.cache
def names_of(model: type[Given]) -> dict[str, str]:
    """The fields of a model by the names that the API has for them."""
    return {info.alias or name: name for name, info in model.__pydantic_fields__.items()}


def _fitting(models: tuple[type[Given], ...], value: Any) -> Any:
    if isinstance(value, list):
        return [_fitting(models, each) for each in value]
    if not is_object(value):
        return value
    tagged = [model for model in models if value.get("type") in _tags(model)]
    found = tagged or [model for model in models if not _tags(model)]
    return fitted(found[0], value) if found else value


def _tags(model: type[Given]) -> tuple[Any, ...]:
    kind = model.__pydantic_fields__.get("type")
    return () if kind is None else literal_values(kind.annotation)


class InputItems:
    """What stands for several items of an input: a response, a compacted conversation (the items of its output)."""


if TYPE_CHECKING:
    AnyInputContent: TypeAlias = InputContent
else:
    AnyInputContent = Annotated[
        ResponseInputText | ResponseInputImage | ResponseInputFile, Tagged("type"), accepts_results("for_responses")
    ]
    """A text, a picture or a document."""


if TYPE_CHECKING:
    InputContents: TypeAlias = Sequence[InputContent]
else:
    InputContents = list[AnyInputContent]
    """Texts, pictures and documents."""


if TYPE_CHECKING:
    InputMessageContent: TypeAlias = str | Sequence[InputContent]
    CustomToolOutput: TypeAlias = str | Sequence[InputContent]
else:
    InputMessageContent = StringOrList[str, list[AnyInputContent]]
    CustomToolOutput = InputMessageContent
    """A text, or texts, pictures and documents."""


if TYPE_CHECKING:
    AnyToolContent: TypeAlias = InputContent
else:
    AnyToolContent = Annotated[
        ResponseInputTextContent | ResponseInputImageContent | ResponseInputFileContent,
        Tagged("type"),
        accepts_results("for_responses"),
    ]
    """A text, a picture or a document that a tool gave back."""


if TYPE_CHECKING:
    ToolOutput: TypeAlias = str | Sequence[InputContent]
else:
    ToolOutput = Annotated[
        Annotated[str, StringConstraints(max_length=10485760), Tag("a string")]
        | Annotated[list[AnyToolContent], Tag("a list")],
        STRING_OR_LIST,
    ]
    """A text, or texts, pictures and documents."""


# --- what the model said ---------------------------------------------------------------------------------------------
