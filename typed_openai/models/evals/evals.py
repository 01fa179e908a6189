"""Evaluations: what data they take, and the graders that judge each answer (`/evals`).

API reference: "Evals". OpenAI closes them on 2026-11-30; Azure and compatible servers have them. Runs: `eval_runs.py`.

Rules
* What operations on one evaluation give are subclasses of `Eval` that differ only by name.
* Graders are those of fine-tuning, with the score from which on an answer passes (`pass_threshold`).
* Where data comes from is given in one shape and shown in another: the service makes one schema for `item` and `sample`
  of what it was told.
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, StrictBool, StrictInt

from typed_openai.core.request.deprecation import DEPRECATED
from typed_openai.models.base import Model, Nullable, Open, Params, Result, Tagged
from typed_openai.models.evals.messages import EvalMessage
from typed_openai.models.fine_tuning.graders import (
    LabelModelGrader,
    PythonGrader,
    ScoreModelGrader,
    StringCheckGrader,
    TextSimilarityGrader,
)
from typed_openai.models.shape import CLOSED
from typed_openai.models.shared import Metadata
from typed_openai.models.unknown_kinds import UnknownKind

# --- graders ---------------------------------------------------------------------------------------------------------


class TestingCriterion(Model):
    """What an answer has to satisfy: a grader, and from which score on it passes."""

    __test__ = False  # pytest: the name is that of the API


class EvalLabelModelGrader(TestingCriterion, LabelModelGrader):
    """A model that gives a label; some labels pass."""

    input: list[EvalMessage]  # type: ignore[assignment]  # also texts of speakers that the API does not name
    """What it is asked."""


class EvalStringCheckGrader(TestingCriterion, StringCheckGrader):
    """Compares two texts; an answer passes when the comparison holds."""


class EvalTextSimilarityGrader(TestingCriterion, TextSimilarityGrader):
    """How alike two texts are; an answer passes from a score on."""

    pass_threshold: float
    """The score from which on an answer passes."""


class EvalPythonGrader(TestingCriterion, PythonGrader):
    """A Python function that scores; an answer passes from a score on."""

    pass_threshold: float | None = None
    """The score from which on an answer passes."""


class EvalScoreModelGrader(TestingCriterion, ScoreModelGrader):
    """A model that scores; an answer passes from a score on."""

    pass_threshold: float | None = None
    """The score from which on an answer passes."""


class UnknownTestingCriterion(TestingCriterion, UnknownKind):
    """A grader of a kind that is newer than this package; its data is in `model_extra`."""


Criterion: TypeAlias = Annotated[
    EvalLabelModelGrader
    | EvalStringCheckGrader
    | EvalTextSimilarityGrader
    | EvalPythonGrader
    | EvalScoreModelGrader
    | UnknownTestingCriterion,
    Tagged("type"),
]
"""A grader, told apart by `type`."""

# --- data, as it is given --------------------------------------------------------------------------------------------


class EvalDataSource(Params):
    """What an evaluation will be fed with."""


class CustomDataSource(EvalDataSource):
    """Items of your own, each of them as a schema says."""

    type: Literal["custom"] = "custom"
    item_schema: dict[str, Any]
    """JSON schema of one item."""
    include_sample_schema: StrictBool | None = None
    """Whether a run has a model answer, so that graders may name `sample`; else only `item`."""


class LogsDataSource(EvalDataSource):
    """Answers of the Responses API that the service stored."""

    type: Literal["logs"] = "logs"
    metadata: dict[str, Any] | None = None
    """Only those with these notes."""


class StoredCompletionsDataSource(EvalDataSource):
    """Stored chats."""

    type: Annotated[Literal["stored_completions"], DEPRECATED] = "stored_completions"
    """Deprecated by the service: use `LogsDataSource`."""
    metadata: dict[str, Any] | None = None
    """Only those with these notes."""


# --- data, as it is shown --------------------------------------------------------------------------------------------


class EvalDataSourceConfig(Result):
    """What an evaluation is fed with."""

    schema_: dict[str, Any] = Field(alias="schema")
    """JSON schema of what graders see: `item`, and `sample` where a model answers."""


class EvalCustomDataSourceConfig(EvalDataSourceConfig):
    """Items of your own."""

    type: Literal["custom"]


class EvalLogsDataSourceConfig(EvalDataSourceConfig):
    """Answers of the Responses API that the service stored."""

    type: Literal["logs"]
    metadata: dict[str, str] | None = None
    """Only those with these notes."""


class EvalStoredCompletionsDataSourceConfig(EvalDataSourceConfig):
    """Stored chats."""

    type: Literal["stored_completions"]
    metadata: dict[str, str] | None = None
    """Only those with these notes."""


class UnknownDataSourceConfig(UnknownKind):
    """Data of a kind that is newer than this package; what it says is in `model_extra`."""


# --- evaluations -----------------------------------------------------------------------------------------------------


class EvalCreateParams(Params):
    """An evaluation to make."""

    data_source_config: Annotated[CustomDataSource | LogsDataSource | StoredCompletionsDataSource, Tagged("type")]
    """What it will be fed with, and so what the graders' templates may name."""
    testing_criteria: Annotated[list[Criterion], CLOSED]
    """The graders, which judge the answer to each item."""
    name: str | None = None
    """Your name for it."""
    metadata: Nullable[Metadata] = None
    """Your own notes."""


class EvalUpdateParams(Params):
    """What to change of an evaluation."""

    name: str | None = None
    """Its new name."""
    metadata: Nullable[Metadata] = None
    """Your own notes, in place of those it has."""


class EvalListParams(Params):
    """Which evaluations to list."""

    after: str | None = None
    """Go on after the evaluation with this id."""
    limit: StrictInt | None = None
    """How many to a page; 20 by default."""
    order: Literal["asc", "desc"] | None = None
    """`asc` (oldest first, default) or `desc`."""
    order_by: Literal["created_at", "updated_at"] | None = None
    """By which time: of making (default) or of the last change."""


class Eval(Result):
    """An evaluation: data of a shape, and graders."""

    id: str
    """Names the evaluation in other calls."""
    object: Open[Literal["eval"]]
    name: str
    """Your name for it."""
    data_source_config: Annotated[
        EvalCustomDataSourceConfig
        | EvalLogsDataSourceConfig
        | EvalStoredCompletionsDataSourceConfig
        | UnknownDataSourceConfig,
        Tagged("type"),
    ]
    """What it is fed with."""
    testing_criteria: list[Criterion]
    """The graders."""
    created_at: int
    """When it was made, Unix seconds."""
    metadata: dict[str, str] | None
    """Your own notes."""


EvalCreateResponse: TypeAlias = Eval
EvalRetrieveResponse: TypeAlias = Eval
EvalUpdateResponse: TypeAlias = Eval
EvalListResponse: TypeAlias = Eval
"""What the answers of its operations are called in the official package."""


class EvalDeleteResponse(Result):
    """An evaluation that was deleted."""

    object: str
    """The kind of object: `eval.deleted`."""
    deleted: bool
    """Whether it is gone."""
    eval_id: str
    """The id that it had."""
