"""What goes into messages: texts, pictures, documents; and what the model said before.

API reference: "Responses", the `content` of input items.

Rules
* Each kind of content has a nominal base (`InputContent`, `OutputContent`), which the results derive from too, so that
  lists of either type-check and what came in can go out again. The parts of chat messages that have a form here are
  `InputContent` too (`models/chat_in_responses.py`); the API takes no sound.
* What a tool gave back has classes of its own: the service bounds their size.

Weak spots
* An output text may go out without `annotations` and `logprobs`, which the API description requires and the service
  does not; a picture without `detail` gets `auto`."""

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, get_args

from pydantic import Field, StrictFloat, StrictInt, StringConstraints, Tag

from typed_openai.models.base import Model, Params, Tagged, accepts_results, literal_values
from typed_openai.models.chat_in_responses import InputContent
from typed_openai.models.shared import STRING_OR_LIST, PromptCacheBreakpoint, Returned, is_object

_SAID = frozenset({"created_by"})
"""What only the server says, of whatever stands inside an item."""


@functools.cache
def _models_in(model: type[Params], name: str) -> tuple[type[Params], ...]:
    """The models that a field may hold, at whatever depth of unions and lists."""
    found: list[type[Params]] = []
    waiting: list[Any] = [model.__pydantic_fields__[name].annotation]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, type) and issubclass(each, Params):
            found.append(each)
        waiting += get_args(each)
    return tuple(found)


def fitted(model: type[Params], item: Mapping[str, Any]) -> dict[str, Any]:
    """A dumped result as a request takes it, at every level; None is left out where it says nothing.

    What only the server says is left out; members that nobody here knows stay, the server may want them back.
    """
    dropped = model.output_only if issubclass(model, Returned) else _SAID
    names = names_of(model)
    sent: dict[str, Any] = {}
    for key, value in item.items():
        name = names.get(key)
        if name is None:
            if key not in dropped:
                sent[key] = value
        elif value is not None or model.__pydantic_fields__[name].is_required():
            sent[key] = _fitting(_models_in(model, name), value)
    return sent


@functools.cache
def names_of(model: type[Params]) -> dict[str, str]:
    """The fields of a model by the names that the API has for them."""
    return {info.alias or name: name for name, info in model.__pydantic_fields__.items()}


def _fitting(models: tuple[type[Params], ...], value: Any) -> Any:
    if isinstance(value, list):
        return [_fitting(models, each) for each in value]
    if not is_object(value):
        return value
    tagged = [model for model in models if value.get("type") in _tags(model)]
    found = tagged or [model for model in models if not _tags(model)]
    return fitted(found[0], value) if found else value


def _tags(model: type[Params]) -> tuple[Any, ...]:
    kind = model.__pydantic_fields__.get("type")
    return () if kind is None else literal_values(kind.annotation)


class InputItems:
    """What stands for several items of an input: a response, a compacted conversation (the items of its output)."""


class ResponseInputTextParam(InputContent, Params):
    """A text that goes in."""

    type: Literal["input_text"] = "input_text"
    text: str
    """The text."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """Ends a prefix of the prompt that shall be cached."""


class ResponseInputImageParam(InputContent, Params):
    """A picture that goes in: an address, a `data:` URL or an uploaded file."""

    type: Literal["input_image"] = "input_image"
    detail: Literal["low", "high", "auto", "original"] = "auto"
    """How closely the model looks, and so how many tokens it costs."""
    image_url: str | None = None
    """Its address, or a `data:` URL that holds the picture in base64."""
    file_id: str | None = None
    """Id of an uploaded file."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """Ends a prefix of the prompt that shall be cached."""


class ResponseInputFileParam(InputContent, Params):
    """A document that goes in: an uploaded file, an address, or the thing itself."""

    type: Literal["input_file"] = "input_file"
    file_id: str | None = None
    """Id of an uploaded file."""
    filename: str | None = None
    """What the file is called."""
    file_data: str | None = None
    """The document as a `data:` URL in base64."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """Ends a prefix of the prompt that shall be cached."""
    file_url: str | None = None
    """Address of the document."""
    detail: Literal["auto", "low", "high"] | None = None
    """How closely the model looks, and so how many tokens it costs."""


if TYPE_CHECKING:
    AnyInputContent: TypeAlias = InputContent
else:
    AnyInputContent = Annotated[
        ResponseInputTextParam | ResponseInputImageParam | ResponseInputFileParam,
        Tagged("type"),
        accepts_results("for_responses"),
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
    InputMessageContent = Annotated[
        Annotated[str, Tag("a string")] | Annotated[list[AnyInputContent], Tag("a list")], STRING_OR_LIST
    ]
    CustomToolOutput = InputMessageContent
    """A text, or texts, pictures and documents."""


class ResponseInputTextContentParam(InputContent, Params):
    """A text that a tool gave back."""

    type: Literal["input_text"] = "input_text"
    text: Annotated[str, StringConstraints(max_length=10485760)]
    """The text."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """Ends a prefix of the prompt that shall be cached."""


class ResponseInputImageContentParam(InputContent, Params):
    """A picture that a tool gave back."""

    type: Literal["input_image"] = "input_image"
    image_url: Annotated[str, StringConstraints(max_length=20971520)] | None = None
    """Its address, or a `data:` URL that holds the picture in base64."""
    file_id: str | None = None
    """Id of an uploaded file."""
    detail: Literal["low", "high", "auto", "original"] | None = None
    """How closely the model looks, and so how many tokens it costs."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """Ends a prefix of the prompt that shall be cached."""


class ResponseInputFileContentParam(InputContent, Params):
    """A document that a tool gave back."""

    type: Literal["input_file"] = "input_file"
    file_id: str | None = None
    """Id of an uploaded file."""
    filename: str | None = None
    """What the file is called."""
    file_data: Annotated[str, StringConstraints(max_length=73400320)] | None = None
    """The document as a `data:` URL in base64."""
    file_url: str | None = None
    """Address of the document."""
    detail: Literal["auto", "low", "high"] | None = None
    """How closely the model looks, and so how many tokens it costs."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """Ends a prefix of the prompt that shall be cached."""


if TYPE_CHECKING:
    AnyToolContent: TypeAlias = InputContent
else:
    AnyToolContent = Annotated[
        ResponseInputTextContentParam | ResponseInputImageContentParam | ResponseInputFileContentParam,
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


class AnnotationParam(Model):
    """A note on a text that the model wrote."""


class AnnotationFileCitationParam(AnnotationParam, Params):
    """A file that stands behind the text."""

    type: Literal["file_citation"] = "file_citation"
    file_id: str
    """Id of an uploaded file."""
    index: StrictInt
    """Where in the list of files, from 0."""
    filename: str
    """What the file is called."""


class AnnotationURLCitationParam(AnnotationParam, Params):
    """A web page that stands behind a stretch of the text."""

    type: Literal["url_citation"] = "url_citation"
    url: str
    """Address of the page."""
    start_index: StrictInt
    """Where the stretch begins, in characters."""
    end_index: StrictInt
    """Where it ends."""
    title: str
    """Title of the page."""


class AnnotationContainerFileCitationParam(AnnotationParam, Params):
    """A file in a container that a stretch of the text speaks of."""

    type: Literal["container_file_citation"] = "container_file_citation"
    container_id: str
    """Id of the container."""
    file_id: str
    """Id of an uploaded file."""
    start_index: StrictInt
    """Where the stretch begins, in characters."""
    end_index: StrictInt
    """Where it ends."""
    filename: str
    """What the file is called."""


class AnnotationFilePathParam(AnnotationParam, Params):
    """A file that the model made."""

    type: Literal["file_path"] = "file_path"
    file_id: str
    """Id of an uploaded file."""
    index: StrictInt
    """Where in the list of files, from 0."""


if TYPE_CHECKING:
    AnyAnnotation: TypeAlias = AnnotationParam
else:
    AnyAnnotation = Annotated[
        AnnotationFileCitationParam
        | AnnotationURLCitationParam
        | AnnotationContainerFileCitationParam
        | AnnotationFilePathParam,
        Tagged("type"),
        accepts_results(),
    ]
    """A note on a text, told apart by `type`."""


if TYPE_CHECKING:
    Annotations: TypeAlias = Sequence[AnnotationParam]
else:
    Annotations = list[AnyAnnotation]
    """Notes on a text."""


class LogprobTopLogprobParam(Params):
    """One token that could have stood in a place."""

    token: str
    """The token."""
    logprob: Annotated[StrictFloat, Field(allow_inf_nan=False)]
    """Natural logarithm of its probability."""
    bytes: list[StrictInt]
    """Its UTF-8 bytes."""


class LogprobParam(Params):
    """One token, and what else could have stood there."""

    token: str
    """The token."""
    logprob: Annotated[StrictFloat, Field(allow_inf_nan=False)]
    """Natural logarithm of its probability."""
    bytes: list[StrictInt]
    """Its UTF-8 bytes."""
    top_logprobs: list[LogprobTopLogprobParam]
    """The likeliest tokens for this place."""


class OutputContent(Model):
    """A piece of what the model said."""


class ResponseOutputTextParam(OutputContent, Returned):
    """A text that the model wrote."""

    output_only = frozenset({"parsed"})
    not_null = frozenset({"annotations", "logprobs"})

    type: Literal["output_text"] = "output_text"
    text: str
    """The text."""
    annotations: Annotations | None = None
    """Notes on the text, such as the sources that it rests on."""
    logprobs: list[LogprobParam] | None = None
    """How likely its tokens were, when the request asked for it."""


class ResponseOutputRefusalParam(OutputContent, Returned):
    """What the model said when it would not answer."""

    type: Literal["refusal"] = "refusal"
    refusal: str
    """Its words."""


if TYPE_CHECKING:
    AnyOutputContent: TypeAlias = OutputContent
else:
    AnyOutputContent = Annotated[
        ResponseOutputTextParam | ResponseOutputRefusalParam, Tagged("type"), accepts_results()
    ]
    """A text or a refusal."""


if TYPE_CHECKING:
    OutputContents: TypeAlias = Sequence[OutputContent]
else:
    OutputContents = list[AnyOutputContent]
    """Texts and refusals."""
