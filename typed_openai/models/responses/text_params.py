"""The forms that an answer may be asked in, and the item that changes them within a conversation.

API reference: "Responses" (`text.format`; `configuration_update` among the input items).

Weak spot: the item is known from the official library only."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Field, StrictBool

from typed_openai.models.base import Params, Tagged
from typed_openai.models.responses.call_params import InputItem, ReturnedItem
from typed_openai.models.shared import (
    Name,
    ReasoningEffort,
    ResponseFormat,
    ResponseFormatJSONObject,
    ResponseFormatText,
)


class ResponseFormatTextJSONSchemaConfig(ResponseFormat, Params):
    """JSON that keeps to a schema of yours (structured output)."""

    type: Literal["json_schema"] = "json_schema"
    name: Name
    """Name of the format; the service takes letters, digits, `_` and `-`, up to 64."""
    schema_: dict[str, Any] = Field(alias="schema")
    """The JSON schema itself. Written `schema=...`; the attribute has a `_` because pydantic owns `schema`."""
    description: str | None = None
    """What the format is for: the model reads it."""
    strict: StrictBool | None = None
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


if TYPE_CHECKING:
    TextFormatConfig: TypeAlias = ResponseFormat
    UpdatedFormat: TypeAlias = ResponseFormat
else:
    TextFormatConfig = Annotated[
        ResponseFormatText | ResponseFormatTextJSONSchemaConfig | ResponseFormatJSONObject,
        Tagged("type"),
    ]
    """Text, JSON of a schema, or some JSON."""

    UpdatedFormat = Annotated[ResponseFormatText | ResponseFormatTextJSONSchemaConfig, Tagged("type")]
    """Text, or JSON of a schema."""


class ConfigurationUpdateReasoningParam(Params):
    """How the model shall think from here on."""

    effort: ReasoningEffort | None = None
    """How long it may think."""


class ConfigurationUpdateTextParam(Params):
    """The form of the answers from here on."""

    format: UpdatedFormat
    """Text, or JSON of a schema."""


class ResponseConfigurationUpdateItemParam(InputItem, ReturnedItem):
    """Settings that hold from here on, until a later item changes them: thinking, the form of the answers, or both."""

    type: Literal["configuration_update"] = "configuration_update"
    id: str | None = None
    """Its id."""
    reasoning: ConfigurationUpdateReasoningParam | None = None
    """How the model shall think."""
    text: ConfigurationUpdateTextParam | None = None
    """The form of the answers."""
