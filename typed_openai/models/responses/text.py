"""The forms of an answer, and the item that changes them within a conversation (`configuration_update`).

API reference: "Responses" (`text` of the response object, items of conversations).

Weak spot: the item is known from the official library only."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from typed_openai.models.base import Open, Result, Tagged, UnknownTag
from typed_openai.models.responses.calls import ResponseItemBase
from typed_openai.models.shared import ReasoningEffort


class FormatText(Result):
    """Plain text."""

    type: Literal["text"]


class FormatJSONObject(Result):
    """Some JSON object."""

    type: Literal["json_object"]


class FormatJSONSchema(Result):
    """JSON of a schema."""

    type: Literal["json_schema"]
    name: str
    """Name of the format."""
    schema_: dict[str, Any] = Field(alias="schema")
    """The JSON schema; the attribute has a `_` because pydantic owns `schema`."""
    description: str | None = None
    """What the format is for."""
    strict: bool | None = None
    """Whether the answer keeps to the schema exactly."""


class UnknownFormat(Result):
    """A format of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of format."""


AnswerFormat: TypeAlias = Annotated[FormatText | FormatJSONSchema | FormatJSONObject | UnknownFormat, Tagged("type")]
"""Text, JSON of a schema, or some JSON."""


class ConfigurationUpdateReasoning(Result):
    """How the model thinks from here on."""

    effort: Open[ReasoningEffort] | None = None
    """How long it may think."""


class ConfigurationUpdateText(Result):
    """The form of the answers from here on."""

    format: AnswerFormat
    """Text, or JSON of a schema."""


class ResponseConfigurationUpdateItem(ResponseItemBase, Result):
    """Settings that hold from here on, until a later item changes them."""

    type: Open[Literal["configuration_update"]]
    """The kind of object: `configuration_update`."""
    id: str
    """Its id."""
    reasoning: ConfigurationUpdateReasoning | None = None
    """How the model thinks."""
    text: ConfigurationUpdateText | None = None
    """The form of the answers."""
