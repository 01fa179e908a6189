"""Moderations: does a text or a picture hold harmful content, and of which kind (`/moderations`).

API reference: "Moderations" (create).

Rules
* `input` is one text, many texts, or a list of parts (texts and pictures) that is judged as one. The first element of
  a list decides which of the two lists it is meant to be, so that a fault is reported once. Parts of chat messages
  (`parts.image(...)`) are such parts too.
* The API names categories with slashes and dashes (`harassment/threatening`, `self-harm/intent`). The attributes carry
  the Python spelling (`harassment_threatening`, `self_harm_intent`), the API's name is the alias. Both are read; a dump
  uses the API's names, since a dump is what came in, and `model_dump(by_alias=False)` those of the attributes.

Weak spots
* The old text-only models know neither `illicit` nor `category_applied_input_types`, although the API description
  calls them required: they read as None.
* Scores of different model versions are not comparable; thresholds of your own age with the model.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, Discriminator, Field, Tag

from typed_openai.core.answer.meta import Issue
from typed_openai.models.asked import fewer
from typed_openai.models.base import AnsweredBy, Asked, Model, Open, Params, Result, Tagged
from typed_openai.models.known_values import KnownModerationModel
from typed_openai.models.text_inputs import gathers_items, is_many

Text: TypeAlias = list[Open[Literal["text"]]]
TextOrImage: TypeAlias = list[Open[Literal["text", "image"]]]


class ModerationMultiModalInput(Model):
    """One part of a mixed input: `ModerationTextInput` or `ModerationImageURLInput`."""


class ModerationTextInput(ModerationMultiModalInput, Params):
    """A text to judge."""

    type: Literal["text"] = "text"
    text: str
    """The text."""


class ModerationImageURL(Params):
    """Where a picture is."""

    url: str
    """Its address, or a `data:` URL that holds the picture itself in base64."""


class ModerationImageURLInput(ModerationMultiModalInput, Params):
    """A picture to judge."""

    type: Literal["image_url"] = "image_url"
    image_url: ModerationImageURL
    """Where the picture is."""


def _text_or_parts(value: object) -> str | None:
    if isinstance(value, str):
        return "text"
    if not is_many(value):
        return None
    return "parts" if isinstance(next(iter(value), ""), Mapping | BaseModel) else "texts"


def _as_part(value: object) -> object:
    """A part of a chat message (`parts.image(...)`) as what it says."""
    if isinstance(value, BaseModel) and not isinstance(value, ModerationMultiModalInput):
        return value.model_dump(mode="json", exclude_unset=True)
    return value


if TYPE_CHECKING:
    from typed_openai.models.chat.messages import SharedPart

    Parts: TypeAlias = Sequence[ModerationMultiModalInput | SharedPart]
else:
    _Part = Annotated[ModerationTextInput | ModerationImageURLInput, Tagged("type")]
    Parts = list[Annotated[_Part, BeforeValidator(_as_part)]]
    """Texts and pictures that are judged as one."""

ModerationInput: TypeAlias = Annotated[
    Annotated[str, Tag("text")] | Annotated[list[str], Tag("texts")] | Annotated[Parts, Tag("parts")],
    Discriminator(
        _text_or_parts,
        custom_error_type="text_or_parts",
        custom_error_message="Input should be a string, a list of strings or a list of text and image_url parts",
    ),
    gathers_items(),
]
"""One text, many texts, or parts that are judged together."""


class ModerationCreateParams(Params, AnsweredBy["ModerationCreateResponse"]):
    """What to judge, and by which model."""

    input: ModerationInput
    """One text, many texts (one result each), or a list of text and picture parts."""
    model: KnownModerationModel | None = None
    """Name of the moderation model; the server takes `omni-moderation-latest` by default."""


class Categories(Result):
    """Per category, whether the input was found to belong to it."""

    harassment: bool
    """Language that harasses somebody, or calls for it."""
    harassment_threatening: bool = Field(alias="harassment/threatening")
    """Harassment that also threatens violence or serious harm."""
    hate: bool
    """Hate against people for what they are: origin, religion, sex, orientation, disability, caste."""
    hate_threatening: bool = Field(alias="hate/threatening")
    """Hate that also threatens the group with violence or serious harm."""
    illicit: bool | None = None
    """Advice or instructions for wrongdoing; None from models that do not know the category."""
    illicit_violent: bool | None = Field(alias="illicit/violent", default=None)
    """Advice or instructions for violent wrongdoing, or for getting a weapon; None as above."""
    self_harm: bool = Field(alias="self-harm")
    """Content that shows or encourages harming oneself."""
    self_harm_instructions: bool = Field(alias="self-harm/instructions")
    """Instructions or advice for harming oneself."""
    self_harm_intent: bool = Field(alias="self-harm/intent")
    """The speaker harms, or means to harm, themselves."""
    sexual: bool
    """Content meant to arouse, or that advertises sexual services."""
    sexual_minors: bool = Field(alias="sexual/minors")
    """Sexual content that involves somebody under 18."""
    violence: bool
    """Death, violence or injury."""
    violence_graphic: bool = Field(alias="violence/graphic")
    """Death, violence or injury in graphic detail."""


class CategoryScores(Result):
    """Per category, how sure the model is, from 0 to 1."""

    harassment: float
    """Score of `harassment`."""
    harassment_threatening: float = Field(alias="harassment/threatening")
    """Score of `harassment/threatening`."""
    hate: float
    """Score of `hate`."""
    hate_threatening: float = Field(alias="hate/threatening")
    """Score of `hate/threatening`."""
    illicit: float | None = None
    """Score of `illicit`."""
    illicit_violent: float | None = Field(alias="illicit/violent", default=None)
    """Score of `illicit/violent`."""
    self_harm: float = Field(alias="self-harm")
    """Score of `self-harm`."""
    self_harm_instructions: float = Field(alias="self-harm/instructions")
    """Score of `self-harm/instructions`."""
    self_harm_intent: float = Field(alias="self-harm/intent")
    """Score of `self-harm/intent`."""
    sexual: float
    """Score of `sexual`."""
    sexual_minors: float = Field(alias="sexual/minors")
    """Score of `sexual/minors`."""
    violence: float
    """Score of `violence`."""
    violence_graphic: float = Field(alias="violence/graphic")
    """Score of `violence/graphic`."""


class CategoryAppliedInputTypes(Result):
    """Per category, which kinds of input its score speaks of; an empty list when none was judged for it."""

    harassment: Text
    """Kinds of input judged for `harassment`."""
    harassment_threatening: Text = Field(alias="harassment/threatening")
    """Kinds of input judged for `harassment/threatening`."""
    hate: Text
    """Kinds of input judged for `hate`."""
    hate_threatening: Text = Field(alias="hate/threatening")
    """Kinds of input judged for `hate/threatening`."""
    illicit: Text
    """Kinds of input judged for `illicit`."""
    illicit_violent: Text = Field(alias="illicit/violent")
    """Kinds of input judged for `illicit/violent`."""
    self_harm: TextOrImage = Field(alias="self-harm")
    """Kinds of input judged for `self-harm`."""
    self_harm_instructions: TextOrImage = Field(alias="self-harm/instructions")
    """Kinds of input judged for `self-harm/instructions`."""
    self_harm_intent: TextOrImage = Field(alias="self-harm/intent")
    """Kinds of input judged for `self-harm/intent`."""
    sexual: TextOrImage
    """Kinds of input judged for `sexual`."""
    sexual_minors: Text = Field(alias="sexual/minors")
    """Kinds of input judged for `sexual/minors`."""
    violence: TextOrImage
    """Kinds of input judged for `violence`."""
    violence_graphic: TextOrImage = Field(alias="violence/graphic")
    """Kinds of input judged for `violence/graphic`."""


class Moderation(Result):
    """The verdict on one input."""

    flagged: bool
    """Whether any category applies."""
    categories: Categories
    """Per category, whether it applies."""
    category_scores: CategoryScores
    """Per category, how sure the model is."""
    category_applied_input_types: CategoryAppliedInputTypes | None = None
    """Per category, whether text or pictures were judged for it."""


class ModerationCreateResponse(Result):
    """The verdicts on the inputs of one request."""

    id: str
    """The server's id of this request."""
    model: str
    """Name of the model that judged."""
    results: list[Moderation]
    """One verdict for each text, or one for all parts together."""

    def check_asked(self, asked: Asked) -> Iterable[Issue]:
        """Whether there is a verdict for each text."""
        given = asked("input")
        if isinstance(given, list) and all(isinstance(text, str) for text in given):
            yield from fewer("/results", "verdicts, one for each text", len(given), self.results)
