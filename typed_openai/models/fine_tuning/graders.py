"""Graders: how the answers of a model are scored, in fine-tuning and in evaluations, given and shown.

API reference: "Graders" (string check, text similarity, score model, label model, Python, multi).

Rules
* Texts may hold templates in double braces: `{{item.answer}}` of the dataset, `{{sample.output_text}}` of the model.
* `MultiGrader.graders` takes one grader (what the API description says) or graders by the names that
  `calculate_output` uses (what the guide says and the service takes).

Weak spots
* A grader or content of a kind that is newer than this package becomes `UnknownGrader` or `UnknownGraderContent`. Where
  it is given it is refused, and `validation="warn"` sends it all the same.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, Discriminator, Field, Tag

from typed_openai.models.base import Model, Tagged
from typed_openai.models.shape import Shape
from typed_openai.models.shared import PromptCacheBreakpoint, ReasoningEffort
from typed_openai.models.unknown_kinds import UnknownKind

Operation: TypeAlias = Literal["eq", "ne", "like", "ilike"]
Metric: TypeAlias = Literal[
    "cosine", "fuzzy_match", "bleu", "gleu", "meteor", "rouge_1", "rouge_2", "rouge_3", "rouge_4", "rouge_5", "rouge_l"
]
Role: TypeAlias = Literal["user", "assistant", "system", "developer"]


class Grader(Model):
    """A way to score an answer."""


class GraderContent(Model):
    """One piece of what a grading model reads."""


class GraderInputText(GraderContent, Shape):
    """A text to read."""

    type: Literal["input_text"] = "input_text"
    text: str
    """The text; templates are filled in."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """Ends a prefix of the prompt that shall be cached."""


class GraderOutputText(GraderContent, Shape):
    """A text that a model said."""

    type: Literal["output_text"] = "output_text"
    text: str
    """The text."""


class GraderInputImage(GraderContent, Shape):
    """A picture to look at."""

    type: Literal["input_image"] = "input_image"
    image_url: str
    """Its address, or a `data:` URL."""
    detail: str | None = None
    """How closely to look: `high`, `low` or `auto` (default)."""


class GraderAudio(Shape):
    """A recording."""

    data: str
    """The recording in base64."""
    format: Literal["mp3", "wav"]
    """How it is encoded."""


class GraderInputAudio(GraderContent, Shape):
    """A recording to listen to."""

    type: Literal["input_audio"] = "input_audio"
    input_audio: GraderAudio
    """The recording."""


class UnknownGraderContent(GraderContent, UnknownKind):
    """Content of a kind that is newer than this package; its data is in `model_extra`."""


GraderContentPart: TypeAlias = Annotated[
    GraderInputText | GraderOutputText | GraderInputImage | GraderInputAudio | UnknownGraderContent, Tagged("type")
]
"""A text, what a model said, a picture or a recording."""


def text_or_object_or_list(value: Any) -> str | None:
    """Which of the three a value is meant to be; None when it is none of them."""
    if isinstance(value, str):
        return "a string"
    if isinstance(value, Mapping | BaseModel):
        return "an object"
    return "a list" if isinstance(value, Iterable) and not isinstance(value, bytes | bytearray) else None


_Item: TypeAlias = Annotated[
    Annotated[str, Tag("a string")] | Annotated[GraderContentPart, Tag("an object")],
    Discriminator(
        text_or_object_or_list,
        custom_error_type="string_or_object",
        custom_error_message="Input should be a string or an object",
    ),
]
_Listed = TypeVar("_Listed")
SaidToGrader: TypeAlias = Annotated[
    Annotated[str, Tag("a string")]
    | Annotated[GraderContentPart, Tag("an object")]
    | Annotated[list[_Listed], Tag("a list")],
    Discriminator(
        text_or_object_or_list,
        custom_error_type="text_or_content",
        custom_error_message="Input should be a string, a piece of content or a list of those",
    ),
]
"""A text with templates, a piece of content, or a list of what may be listed there."""


class GraderMessage(Shape):
    """A message to the model that grades."""

    role: Role
    """Who speaks; `developer` and `system` rank above `user`."""
    content: SaidToGrader[_Item]
    """What is said: a text with templates, a piece of content, or a list of them."""
    type: Literal["message"] | None = None


# --- graders ---------------------------------------------------------------------------------------------------------


class NamedGrader(Grader, Shape):
    """What all graders have."""

    type: Any
    name: str
    """Your name for it."""


class StringCheckGrader(NamedGrader):
    """Compares two texts: 1 when the comparison holds, else 0."""

    type: Literal["string_check"] = "string_check"
    input: str
    """The text that is judged; templates are filled in."""
    reference: str
    """What it is compared with; templates are filled in."""
    operation: Operation
    """`eq` (same), `ne` (different), `like` (contains), `ilike` (contains, whatever the case)."""


class TextSimilarityGrader(NamedGrader):
    """How alike two texts are, from 0 to 1."""

    type: Literal["text_similarity"] = "text_similarity"
    input: str
    """The text that is judged; templates are filled in."""
    reference: str
    """What it is compared with; templates are filled in."""
    evaluation_metric: Metric
    """How likeness is measured."""


class PythonGrader(NamedGrader):
    """A Python function `grade(sample, item)` that returns the score; the service runs it."""

    type: Literal["python"] = "python"
    source: str
    """The source code."""
    image_tag: str | None = None
    """Which image the service runs it in."""


class SamplingParams(Shape):
    """How the model that grades writes."""

    max_completions_tokens: Annotated[int, Field(ge=1)] | None = None
    """How many tokens it may write, at least 1."""
    reasoning_effort: ReasoningEffort | None = None
    """How long it may think."""
    seed: int | None = None
    """Makes its choices repeatable, as far as possible."""
    temperature: float | None = None
    """How freely it chooses its words."""
    top_p: float | None = None
    """Out of which share of the likely words it chooses."""


class ScoreModelGrader(NamedGrader):
    """A model that gives a score."""

    type: Literal["score_model"] = "score_model"
    model: str
    """Name of the model that grades."""
    input: list[GraderMessage]
    """What it is asked."""
    range: list[float] | None = None
    """Lowest and highest score; from 0 to 1 by default."""
    sampling_params: SamplingParams | None = None
    """How it writes."""


class LabelModelGrader(NamedGrader):
    """A model that gives a label; some labels pass."""

    type: Literal["label_model"] = "label_model"
    model: str
    """Name of the model that grades; it must know structured outputs."""
    input: list[GraderMessage]
    """What it is asked."""
    labels: list[str]
    """The labels it may give."""
    passing_labels: list[str]
    """Those that pass."""


class UnknownGrader(Grader, UnknownKind):
    """A grader of a kind that is newer than this package; its data is in `model_extra`."""


_SingleGrader: TypeAlias = Annotated[
    StringCheckGrader | TextSimilarityGrader | PythonGrader | ScoreModelGrader | LabelModelGrader | UnknownGrader,
    Tagged("type"),
]


def _one_or_several(value: Any) -> str | None:
    if isinstance(value, BaseModel):
        return "one"
    if not isinstance(value, Mapping):
        return None
    return "several" if value and all(isinstance(item, Mapping | BaseModel) for item in value.values()) else "one"


class MultiGrader(NamedGrader):
    """Several graders and a formula over their scores."""

    type: Literal["multi"] = "multi"
    graders: Annotated[
        Annotated[_SingleGrader, Tag("one")] | Annotated[dict[str, _SingleGrader], Tag("several")],
        Discriminator(
            _one_or_several,
            custom_error_type="one_or_several",
            custom_error_message="Input should be a grader, or graders by name",
        ),
    ]
    """One grader, or graders by name."""
    calculate_output: str
    """The formula, over the names of the graders: `0.7 * exact + 0.3 * close`."""


AnyGrader: TypeAlias = Annotated[
    StringCheckGrader | TextSimilarityGrader | PythonGrader | ScoreModelGrader | MultiGrader | UnknownGrader,
    Tagged("type"),
]
"""The graders of fine-tuning."""
