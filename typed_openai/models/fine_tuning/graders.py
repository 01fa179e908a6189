"""Graders on their way back: how the answers of a model are scored, as a fine-tuning job or an evaluation shows it.

API reference: "Graders" (string check, text similarity, score model, label model, Python, multi).

Rules
* Each kind stands here as `<Kind>`; `<Kind>Param` in `models/fine_tuning/grader_params.py` is the one that goes out.
  What came back may be sent again as it is.

Weak spots
* A grader or content of a kind that is newer than this package becomes `UnknownGrader` or `UnknownGraderContent`.
"""

from typing import Annotated, Literal, TypeAlias

from typed_openai.models.base import Open, Result, Tagged, UnknownTag
from typed_openai.models.fine_tuning.grader_params import Grader, GraderContent, Metric, Operation, Role
from typed_openai.models.shared import ReasoningEffort

# --- what a grading model reads --------------------------------------------------------------------------------------


class GraderCacheBreakpoint(Result):
    """Marks the end of a prefix of the prompt that is cached."""

    mode: Open[Literal["explicit"]] | None = None
    """The kind of breakpoint: `explicit`."""
    ttl: Open[Literal["30m", "12h"]] | None = None
    """How long what is cached lives at least."""


class GraderInputText(GraderContent, Result):
    """A text to read."""

    type: Literal["input_text"]
    text: str
    """The text."""
    prompt_cache_breakpoint: GraderCacheBreakpoint | None = None
    """Ends a prefix of the prompt that is cached."""


class GraderOutputText(GraderContent, Result):
    """A text that a model said."""

    type: Literal["output_text"]
    text: str
    """The text."""


class GraderInputImage(GraderContent, Result):
    """A picture to look at."""

    type: Literal["input_image"]
    image_url: str
    """Its address, or a `data:` URL."""
    detail: str | None = None
    """How closely to look."""


class GraderAudio(Result):
    """A recording."""

    data: str
    """The recording in base64."""
    format: Open[Literal["mp3", "wav"]]
    """How it is encoded."""


class GraderInputAudio(GraderContent, Result):
    """A recording to listen to."""

    type: Literal["input_audio"]
    input_audio: GraderAudio
    """The recording."""


class UnknownGraderContent(GraderContent, Result):
    """Content of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of content."""


_Object: TypeAlias = Annotated[
    GraderInputText | GraderOutputText | GraderInputImage | GraderInputAudio | UnknownGraderContent, Tagged("type")
]


class GraderMessage(Result):
    """A message to the model that grades."""

    role: Open[Role]
    """Who speaks."""
    content: str | _Object | list[str | _Object]
    """What is said."""
    type: Open[Literal["message"]] | None = None
    """The kind of item: `message`."""


# --- graders ---------------------------------------------------------------------------------------------------------


class StringCheckGrader(Grader, Result):
    """Compares two texts."""

    type: Literal["string_check"]
    name: str
    """Your name for it."""
    input: str
    """The text that is judged."""
    reference: str
    """What it is compared with."""
    operation: Open[Operation]
    """How they are compared."""


class TextSimilarityGrader(Grader, Result):
    """How alike two texts are."""

    type: Literal["text_similarity"]
    name: str
    """Your name for it."""
    input: str
    """The text that is judged."""
    reference: str
    """What it is compared with."""
    evaluation_metric: Open[Metric]
    """How likeness is measured."""


class PythonGrader(Grader, Result):
    """A Python function that returns the score."""

    type: Literal["python"]
    name: str
    """Your name for it."""
    source: str
    """The source code."""
    image_tag: str | None = None
    """Which image the service runs it in."""


class SamplingParams(Result):
    """How the model that grades writes."""

    max_completions_tokens: int | None = None
    """How many tokens it may write."""
    reasoning_effort: Open[ReasoningEffort] | None = None
    """How long it may think."""
    seed: int | None = None
    """Makes its choices repeatable."""
    temperature: float | None = None
    """How freely it chooses its words."""
    top_p: float | None = None
    """Out of which share of the likely words it chooses."""


class ScoreModelGrader(Grader, Result):
    """A model that gives a score."""

    type: Literal["score_model"]
    name: str
    """Your name for it."""
    model: str
    """Name of the model that grades."""
    input: list[GraderMessage]
    """What it is asked."""
    range: list[float] | None = None
    """Lowest and highest score."""
    sampling_params: SamplingParams | None = None
    """How it writes."""


class LabelModelGrader(Grader, Result):
    """A model that gives a label."""

    type: Literal["label_model"]
    name: str
    """Your name for it."""
    model: str
    """Name of the model that grades."""
    input: list[GraderMessage]
    """What it is asked."""
    labels: list[str]
    """The labels it may give."""
    passing_labels: list[str]
    """Those that pass."""


class UnknownGrader(Grader, Result):
    """A grader of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of grader."""


_SingleGrader: TypeAlias = Annotated[
    StringCheckGrader | TextSimilarityGrader | PythonGrader | ScoreModelGrader | LabelModelGrader | UnknownGrader,
    Tagged("type"),
]


class MultiGrader(Grader, Result):
    """Several graders and a formula over their scores."""

    type: Literal["multi"]
    name: str
    """Your name for it."""
    graders: _SingleGrader | dict[str, _SingleGrader]
    """One grader, or graders by name."""
    calculate_output: str
    """The formula, over the names of the graders."""


AnyGrader: TypeAlias = Annotated[
    StringCheckGrader | TextSimilarityGrader | PythonGrader | ScoreModelGrader | MultiGrader | UnknownGrader,
    Tagged("type"),
]
"""The graders that fine-tuning gives back."""
