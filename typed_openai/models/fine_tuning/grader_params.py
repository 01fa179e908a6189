"""Graders on their way out: how an answer of a model is scored, in fine-tuning and in evaluations.

API reference: "Graders" (string check, text similarity, score model, label model, Python, multi).

Rules
* Every kind has two classes: `<Kind>Param` here is checked, `<Kind>` in `models/fine_tuning/graders.py` comes back and
  forgives. A grader that came back may be sent again as it is.
* Texts may hold templates in double braces: `{{item.answer}}` of the dataset, `{{sample.output_text}}` of the model.
* `MultiGraderParam.graders` takes one grader (what the API description says) or graders by the names that
  `calculate_output` uses (what the guide says and the service takes).

Weak spots
* A grader of a kind that is newer than this package is refused; `validation="warn"` sends it all the same.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, Discriminator, Field, StrictFloat, StrictInt, Tag

from typed_openai.models.base import Model, Params, accepts_results
from typed_openai.models.shared import PromptCacheBreakpoint, ReasoningEffort


class Grader(Model):
    """A way to score an answer."""


class GraderContent(Model):
    """One piece of what a grading model reads."""


Operation: TypeAlias = Literal["eq", "ne", "like", "ilike"]
Metric: TypeAlias = Literal[
    "cosine",
    "fuzzy_match",
    "bleu",
    "gleu",
    "meteor",
    "rouge_1",
    "rouge_2",
    "rouge_3",
    "rouge_4",
    "rouge_5",
    "rouge_l",
]
Role: TypeAlias = Literal["user", "assistant", "system", "developer"]


# --- what a grading model reads --------------------------------------------------------------------------------------


class GraderInputTextParam(GraderContent, Params):
    """A text to read."""

    type: Literal["input_text"] = "input_text"
    text: str
    """The text; templates are filled in."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """Ends a prefix of the prompt that shall be cached."""


class GraderOutputTextParam(GraderContent, Params):
    """A text that a model said."""

    type: Literal["output_text"] = "output_text"
    text: str
    """The text."""


class GraderInputImageParam(GraderContent, Params):
    """A picture to look at."""

    type: Literal["input_image"] = "input_image"
    image_url: str
    """Its address, or a `data:` URL."""
    detail: str | None = None
    """How closely to look: `high`, `low` or `auto` (default)."""


class GraderAudioParam(Params):
    """A recording."""

    data: str
    """The recording in base64."""
    format: Literal["mp3", "wav"]
    """How it is encoded."""


class GraderInputAudioParam(GraderContent, Params):
    """A recording to listen to."""

    type: Literal["input_audio"] = "input_audio"
    input_audio: GraderAudioParam
    """The recording."""


def _text_or_object_or_list(value: Any) -> str | None:
    if isinstance(value, str):
        return "a string"
    if isinstance(value, Mapping | BaseModel):
        return "an object"
    return "a list" if isinstance(value, Iterable) and not isinstance(value, bytes | bytearray) else None


_ObjectParam: TypeAlias = Annotated[
    GraderInputTextParam | GraderOutputTextParam | GraderInputImageParam | GraderInputAudioParam,
    Field(discriminator="type"),
]
_ItemParam: TypeAlias = Annotated[
    Annotated[str, Tag("a string")] | Annotated[_ObjectParam, Tag("an object")],
    Discriminator(
        _text_or_object_or_list,
        custom_error_type="string_or_object",
        custom_error_message="Input should be a string or an object",
    ),
]


class GraderMessageParam(Params):
    """A message to the model that grades."""

    role: Role
    """Who speaks; `developer` and `system` rank above `user`."""
    content: Annotated[
        Annotated[str, Tag("a string")]
        | Annotated[_ObjectParam, Tag("an object")]
        | Annotated[list[_ItemParam], Tag("a list")],
        Discriminator(
            _text_or_object_or_list,
            custom_error_type="text_or_content",
            custom_error_message="Input should be a string, a piece of content or a list of those",
        ),
    ]
    """What is said: a text with templates, a piece of content, or a list of them."""
    type: Literal["message"] | None = None
    """The kind of item: `message`."""


# --- graders ---------------------------------------------------------------------------------------------------------


class StringCheckGraderParam(Grader, Params):
    """Compares two texts: 1 when the comparison holds, else 0."""

    type: Literal["string_check"] = "string_check"
    name: str
    """Your name for it."""
    input: str
    """The text that is judged; templates are filled in."""
    reference: str
    """What it is compared with; templates are filled in."""
    operation: Operation
    """`eq` (same), `ne` (different), `like` (contains), `ilike` (contains, whatever the case)."""


class TextSimilarityGraderParam(Grader, Params):
    """How alike two texts are, from 0 to 1."""

    type: Literal["text_similarity"] = "text_similarity"
    name: str
    """Your name for it."""
    input: str
    """The text that is judged; templates are filled in."""
    reference: str
    """What it is compared with; templates are filled in."""
    evaluation_metric: Metric
    """How likeness is measured."""


class PythonGraderParam(Grader, Params):
    """A Python function `grade(sample, item)` that returns the score; the service runs it."""

    type: Literal["python"] = "python"
    name: str
    """Your name for it."""
    source: str
    """The source code."""
    image_tag: str | None = None
    """Which image the service runs it in."""


class SamplingParamsParam(Params):
    """How the model that grades writes."""

    max_completions_tokens: Annotated[StrictInt, Field(ge=1)] | None = None
    """How many tokens it may write, at least 1."""
    reasoning_effort: ReasoningEffort | None = None
    """How long it may think."""
    seed: StrictInt | None = None
    """Makes its choices repeatable, as far as possible."""
    temperature: StrictFloat | None = None
    """How freely it chooses its words."""
    top_p: StrictFloat | None = None
    """Out of which share of the likely words it chooses."""


class ScoreModelGraderParam(Grader, Params):
    """A model that gives a score."""

    type: Literal["score_model"] = "score_model"
    name: str
    """Your name for it."""
    model: str
    """Name of the model that grades."""
    input: list[GraderMessageParam]
    """What it is asked."""
    range: list[StrictFloat] | None = None
    """Lowest and highest score; from 0 to 1 by default."""
    sampling_params: SamplingParamsParam | None = None
    """How it writes."""


class LabelModelGraderParam(Grader, Params):
    """A model that gives a label; some labels pass."""

    type: Literal["label_model"] = "label_model"
    name: str
    """Your name for it."""
    model: str
    """Name of the model that grades; it must know structured outputs."""
    input: list[GraderMessageParam]
    """What it is asked."""
    labels: list[str]
    """The labels it may give."""
    passing_labels: list[str]
    """Those that pass."""


_SingleGraderParam: TypeAlias = Annotated[
    StringCheckGraderParam
    | TextSimilarityGraderParam
    | PythonGraderParam
    | ScoreModelGraderParam
    | LabelModelGraderParam,
    Field(discriminator="type"),
    accepts_results(),
]


def _one_or_several(value: Any) -> str | None:
    if isinstance(value, BaseModel):
        return "one"
    if not isinstance(value, Mapping):
        return None
    return "several" if value and all(isinstance(item, Mapping | BaseModel) for item in value.values()) else "one"


class MultiGraderParam(Grader, Params):
    """Several graders and a formula over their scores."""

    type: Literal["multi"] = "multi"
    name: str
    """Your name for it."""
    graders: Annotated[
        Annotated[_SingleGraderParam, Tag("one")] | Annotated[dict[str, _SingleGraderParam], Tag("several")],
        Discriminator(
            _one_or_several,
            custom_error_type="one_or_several",
            custom_error_message="Input should be a grader, or graders by name",
        ),
    ]
    """One grader, or graders by name."""
    calculate_output: str
    """The formula, over the names of the graders: `0.7 * exact + 0.3 * close`."""


AnyGraderParam: TypeAlias = Annotated[
    StringCheckGraderParam | TextSimilarityGraderParam | PythonGraderParam | ScoreModelGraderParam | MultiGraderParam,
    Field(discriminator="type"),
    accepts_results(),
]
"""The graders that fine-tuning takes."""
