"""The forms that an answer may be asked in, and the item that changes them within a conversation.

API reference: "Responses" (`text` of a request and of the response object; `configuration_update` among the items).

Weak spot: the item is known from the official library only."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Field

from typed_openai.models.base import Tagged
from typed_openai.models.responses.calls import KeptItem
from typed_openai.models.shape import SAID, Said, Shape
from typed_openai.models.shared import (
    Name,
    ReasoningEffort,
    ResponseFormat,
    ResponseFormatJSONObject,
    ResponseFormatText,
    Verbosity,
)
from typed_openai.models.unknown_kinds import UnknownKind


class ResponseFormatTextJSONSchemaConfig(ResponseFormat, Shape):
    """JSON that keeps to a schema of yours (structured output)."""

    type: Literal["json_schema"] = "json_schema"
    name: Name
    """Name of the format; the service takes letters, digits, `_` and `-`, up to 64."""
    schema_: dict[str, Any] = Field(alias="schema")
    """The JSON schema itself. Written `schema=...`; the attribute has a `_` because pydantic owns `schema`."""
    description: str | None = None
    """What the format is for: the model reads it."""
    strict: bool | None = None
    """Whether the answer keeps to the schema exactly (only a subset of JSON schema then); False by default."""

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            name: str,
            schema: dict[str, Any],
            description: str | None = None,
            strict: bool | None = None,
            type: Literal["json_schema"] = "json_schema",
        ) -> None: ...


class UnknownFormat(UnknownKind):
    """A format of a kind that is newer than this package; its data is in `model_extra`."""


AnswerFormat: TypeAlias = Annotated[
    ResponseFormatText | ResponseFormatTextJSONSchemaConfig | ResponseFormatJSONObject | UnknownFormat, Tagged("type")
]
"""Text, JSON of a schema, or some JSON."""

UpdatedFormat: TypeAlias = Annotated[
    ResponseFormatText | ResponseFormatTextJSONSchemaConfig | UnknownFormat, Tagged("type")
]
"""Text, or JSON of a schema."""


class ResponseTextConfig(Shape):
    """The form of the answer."""

    format: AnswerFormat | None = None
    """Text (default), JSON of a schema, or some JSON."""
    verbosity: Verbosity | None = None
    """How wordy the answer should be; `medium` by default."""


class ConfigurationUpdateReasoning(Shape):
    """How the model shall think from here on."""

    effort: ReasoningEffort | None = None
    """How long it may think."""


class ConfigurationUpdateText(Shape):
    """The form of the answers from here on."""

    format: UpdatedFormat
    """Text, or JSON of a schema."""


class ResponseConfigurationUpdateItem(KeptItem):
    """Settings that hold from here on, until a later item changes them: thinking, the form of the answers, or both."""

    type: Literal["configuration_update"] = "configuration_update"
    id: Said[str] = SAID
    """Its id."""
    reasoning: ConfigurationUpdateReasoning | None = None
    """How the model shall think."""
    text: ConfigurationUpdateText | None = None
    """The form of the answers."""
