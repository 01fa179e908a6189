"""What messages and thoughts are made of, as the service sends them.

API reference: "Responses" (the response object, stream events). What you send: `responses/content_params.py`.

Weak spot: a part of an unknown kind keeps its data, but a strict request refuses it when it is handed back."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, StringConstraints

from typed_openai.models.base import Model, Open, Result, Tagged
from typed_openai.models.input_content import InputContent
from typed_openai.models.logprob_rows import WithLogprobs
from typed_openai.models.returned import ReturnedShape
from typed_openai.models.shape import SAID, FilledIn, Said, Shape
from typed_openai.models.shared import PromptCacheBreakpoint
from typed_openai.models.unknown_kinds import UnknownKind
from typed_openai.models.value_texts import ValueText


class AnnotationParam(Model):
    """A note on a text that the model wrote."""


class OutputContent(Model):
    """A piece of what the model said."""


class ResponseInputText(InputContent, Shape):
    """A text that goes in."""

    type: Literal["input_text"] = "input_text"
    text: str
    """The text."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """Ends a prefix of the prompt that shall be cached."""


class ResponseInputImage(InputContent, Shape):
    """A picture that goes in: an address, a `data:` URL or an uploaded file."""

    type: Literal["input_image"] = "input_image"
    detail: Annotated[Literal["low", "high", "auto", "original"], FilledIn("auto")] = SAID
    """How closely the model looks, and so how many tokens it costs."""
    image_url: str | None = None
    """Its address, or a `data:` URL that holds the picture in base64."""
    file_id: str | None = None
    """Id of an uploaded file."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """Ends a prefix of the prompt that shall be cached."""


class _Document(Shape):
    """A document: an uploaded file, an address, or the thing itself."""

    type: Literal["input_file"] = "input_file"
    file_id: str | None = None
    """Id of an uploaded file."""
    filename: str | None = None
    """What the file is called."""
    file_url: str | None = None
    """Address of the document."""
    detail: Literal["auto", "low", "high"] | None = None
    """How closely the model looks, and so how many tokens it costs."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """Ends a prefix of the prompt that shall be cached."""


class ResponseInputFile(InputContent, _Document):
    """A document that goes in: an uploaded file, an address, or the thing itself."""

    file_data: str | None = None
    """The document as a `data:` URL in base64."""


class UnknownInputContent(InputContent, UnknownKind):
    """Content of a kind that is newer than this package; its data is in `model_extra`."""


ResponseInputContent: TypeAlias = Annotated[
    ResponseInputText | ResponseInputImage | ResponseInputFile | UnknownInputContent, Tagged("type")
]
"""A text, a picture or a document."""


class ResponseInputTextContent(InputContent, Shape):
    """A text that a tool gave back."""

    type: Literal["input_text"] = "input_text"
    text: Annotated[str, StringConstraints(max_length=10485760)]
    """The text."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """Ends a prefix of the prompt that shall be cached."""


class ResponseInputImageContent(InputContent, Shape):
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


class ResponseInputFileContent(InputContent, _Document):
    """A document that a tool gave back."""

    file_data: Annotated[str, StringConstraints(max_length=73400320)] | None = None
    """The document as a `data:` URL in base64."""


class UnknownToolContent(InputContent, UnknownKind):
    """Content of a kind that is newer than this package; its data is in `model_extra`."""


ResponseFunctionCallOutputItem: TypeAlias = Annotated[
    ResponseInputTextContent | ResponseInputImageContent | ResponseInputFileContent | UnknownToolContent, Tagged("type")
]
"""A text, a picture or a document that a tool gave back."""


# --- what the model said ---------------------------------------------------------------------------------------------


class AnnotationFileCitation(AnnotationParam, Shape):
    """A file that stands behind the text."""

    type: Literal["file_citation"] = "file_citation"
    file_id: str
    """Id of an uploaded file."""
    index: int
    """Where in the list of files, from 0."""
    filename: str
    """What the file is called."""


class AnnotationURLCitation(AnnotationParam, Shape):
    """A web page that stands behind a stretch of the text."""

    type: Literal["url_citation"] = "url_citation"
    url: str
    """Address of the page."""
    start_index: int
    """Where the stretch begins, in characters."""
    end_index: int
    """Where it ends."""
    title: str
    """Title of the page."""


class AnnotationContainerFileCitation(AnnotationParam, Shape):
    """A file in a container that a stretch of the text speaks of."""

    type: Literal["container_file_citation"] = "container_file_citation"
    container_id: str
    """Id of the container."""
    file_id: str
    """Id of an uploaded file."""
    start_index: int
    """Where the stretch begins, in characters."""
    end_index: int
    """Where it ends."""
    filename: str
    """What the file is called."""


class AnnotationFilePath(AnnotationParam, Shape):
    """A file that the model made."""

    type: Literal["file_path"] = "file_path"
    file_id: str
    """Id of an uploaded file."""
    index: int
    """Where in the list of files, from 0."""


class UnknownAnnotation(UnknownKind):
    """A note of a kind that is newer than this package; its data is in `model_extra`."""


Annotation: TypeAlias = Annotated[
    AnnotationFileCitation
    | AnnotationURLCitation
    | AnnotationContainerFileCitation
    | AnnotationFilePath
    | UnknownAnnotation,
    Tagged("type", first=("url_citation",)),
]
"""A note on a text, told apart by `type`."""


class LogprobTopLogprob(Shape):
    """One token that could have stood in a place."""

    token: str
    """The token."""
    logprob: Annotated[float, Field(allow_inf_nan=False)]
    """Natural logarithm of its probability."""
    bytes: list[int]
    """Its UTF-8 bytes."""


class Logprob(LogprobTopLogprob):
    """One token, and what else could have stood there."""

    top_logprobs: list[LogprobTopLogprob]
    """The likeliest tokens for this place."""


class ResponseOutputText(WithLogprobs, OutputContent, ReturnedShape, ValueText):
    """A text that the model wrote. `records()` are its `logprobs`, a row for each token and each that could have stood
    in its place: `position`, `rank` (0: written), `token`, `logprob`, `bytes`."""

    output_only = frozenset({"parsed"})

    not_null = frozenset({"annotations", "logprobs"})

    type: Literal["output_text"] = "output_text"
    text: str
    """The text."""
    annotations: Said[list[Annotation]] = SAID
    """Notes on the text, such as the sources that it rests on."""
    logprobs: list[Logprob] | None = None
    """How likely its tokens were, when the request asked for it."""

    @property
    def parsed(self) -> Any:
        """The value that `parse` read of this text; None where it read none."""
        return self.value_under("parsed")


class ResponseOutputRefusal(OutputContent, ReturnedShape):
    """What the model said when it would not answer."""

    type: Literal["refusal"] = "refusal"
    refusal: str
    """Its words."""


class UnknownOutputContent(OutputContent, UnknownKind):
    """Content of a kind that is newer than this package; its data is in `model_extra`."""


ResponseOutputContent: TypeAlias = Annotated[
    ResponseOutputText | ResponseOutputRefusal | UnknownOutputContent, Tagged("type")
]
"""A text or a refusal."""


class ResponseSummaryText(Shape):
    """A piece of the summary of the thoughts."""

    type: Literal["summary_text"] = "summary_text"
    text: str
    """The text."""


class ResponseReasoningText(Shape):
    """A piece of the thoughts themselves."""

    type: Literal["reasoning_text"] = "reasoning_text"
    text: str
    """The text."""


class UnknownContentPart(UnknownKind):
    """Content of a kind that is newer than this package; its data is in `model_extra`."""


ResponseContentPart: TypeAlias = Annotated[
    ResponseOutputText | ResponseOutputRefusal | ResponseReasoningText | UnknownContentPart, Tagged("type")
]
"""A text, a refusal or thoughts."""


class TextContent(Result):
    """A text of no particular direction."""

    type: Literal["text"]
    text: str
    """The text."""


class ComputerScreenshotContent(Result):
    """A picture of a screen."""

    type: Literal["computer_screenshot"]
    image_url: str | None = None
    """Its address, or a `data:` URL that holds the picture in base64."""
    file_id: str | None = None
    """Id of an uploaded file."""
    detail: Open[Literal["low", "high", "auto", "original"]]
    """How closely the model looks, and so how many tokens it costs."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """Ends a prefix of the prompt that shall be cached."""


class EncryptedContent(InputContent, Shape):
    """What one agent says to another and only the service can read."""

    type: Literal["encrypted_content"] = "encrypted_content"
    encrypted_content: Annotated[str, StringConstraints(max_length=10485760)]
    """The content, sealed."""


class UnknownMessageContent(UnknownKind):
    """Content of a kind that is newer than this package; its data is in `model_extra`."""


MessageContent: TypeAlias = Annotated[
    ResponseInputText
    | ResponseOutputText
    | TextContent
    | ResponseSummaryText
    | ResponseReasoningText
    | ResponseOutputRefusal
    | ResponseInputImage
    | ComputerScreenshotContent
    | ResponseInputFile
    | EncryptedContent
    | UnknownMessageContent,
    Tagged("type"),
]
"""A piece of a message of either direction."""

AgentMessageContent: TypeAlias = Annotated[
    ResponseInputTextContent | ResponseInputImageContent | EncryptedContent | UnknownMessageContent, Tagged("type")
]
"""A piece of a message from one agent to another, handed back."""
