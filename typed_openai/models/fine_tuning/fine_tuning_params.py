"""Fine-tuning on its way out: what to train, how, and with whom to share a checkpoint (`/fine_tuning`).

API reference: "Fine-tuning" (jobs, checkpoints, permissions, graders).

Rules
* `method` says how to train; its hyperparameters are numbers or `"auto"`, which leaves the choice to the service. The
  top-level `hyperparameters` are those of the time before there were methods.
* The classes of what comes back have the same names without `Param`, in `models/fine_tuning/fine_tuning.py`.

Weak spots
* That `method.type` names the part that is filled is the service's business: it is not checked here.
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, StrictFloat, StrictInt, Tag

from typed_openai.models.base import Nullable, Params
from typed_openai.models.fine_tuning.grader_params import AnyGraderParam
from typed_openai.models.known_values import KnownFineTuningModel
from typed_openai.models.shared import Metadata

# --- hyperparameters -------------------------------------------------------------------------------------------------


def _auto_or_number(value: Any) -> str:
    return "auto" if isinstance(value, str) else "a number"


_TOLD_APART = Discriminator(_auto_or_number)
_Auto: TypeAlias = Annotated[Literal["auto"], Tag("auto")]

BatchSize: TypeAlias = Annotated[
    _Auto | Annotated[StrictInt, Field(ge=1, le=256), Tag("a number")],
    _TOLD_APART,
]
"""How many examples go into one step, from 1 to 256, or `"auto"`."""

Epochs: TypeAlias = Annotated[
    _Auto | Annotated[StrictInt, Field(ge=1, le=50), Tag("a number")],
    _TOLD_APART,
]
"""How many times the whole training file is gone through, from 1 to 50, or `"auto"`."""

Multiplier: TypeAlias = Annotated[
    _Auto | Annotated[StrictFloat, Field(gt=0, allow_inf_nan=False), Tag("a number")],
    _TOLD_APART,
]
"""Factor on the learning rate, above 0, or `"auto"`."""

Beta: TypeAlias = Annotated[
    _Auto | Annotated[StrictFloat, Field(gt=0, le=2, allow_inf_nan=False), Tag("a number")],
    _TOLD_APART,
]
"""How closely the model stays with what it was, above 0 and up to 2, or `"auto"`."""

Compute: TypeAlias = Annotated[
    _Auto | Annotated[StrictFloat, Field(gt=0.00001, le=10, allow_inf_nan=False), Tag("a number")],
    _TOLD_APART,
]
"""Factor on the computing time for exploring, above 0.00001 and up to 10, or `"auto"`."""

Count: TypeAlias = Annotated[
    _Auto | Annotated[StrictInt, Field(ge=1), Tag("a number")],
    _TOLD_APART,
]
"""A number of at least 1, or `"auto"`."""


class HyperparametersParam(Params):
    """How to train, in the form from before there were methods."""

    batch_size: BatchSize | None = None
    """Examples in one step; `auto` by default."""
    learning_rate_multiplier: Multiplier | None = None
    """Factor on the learning rate; `auto` by default."""
    n_epochs: Epochs | None = None
    """Times through the training file; `auto` by default."""


class SupervisedHyperparametersParam(HyperparametersParam):
    """How to train on examples."""


class DpoHyperparametersParam(HyperparametersParam):
    """How to train on preferences."""

    beta: Beta | None = None
    """How closely the model stays with what it was; `auto` by default."""


class ReinforcementHyperparametersParam(HyperparametersParam):
    """How to train on scores."""

    compute_multiplier: Compute | None = None
    """Factor on the computing time for exploring; `auto` by default."""
    eval_interval: Count | None = None
    """Steps between two evaluations; `auto` by default."""
    eval_samples: Count | None = None
    """Answers for each example of an evaluation; `auto` by default."""
    reasoning_effort: Literal["default", "low", "medium", "high"] | None = None
    """How long the model may think; `default` by default."""


# --- methods ---------------------------------------------------------------------------------------------------------


class SupervisedMethodParam(Params):
    """Training on examples of good answers."""

    hyperparameters: SupervisedHyperparametersParam | None = None
    """How to train."""


class DpoMethodParam(Params):
    """Training on pairs of a better and a worse answer."""

    hyperparameters: DpoHyperparametersParam | None = None
    """How to train."""


class ReinforcementMethodParam(Params):
    """Training on scores that a grader gives."""

    grader: AnyGraderParam
    """How answers are scored."""
    hyperparameters: ReinforcementHyperparametersParam | None = None
    """How to train."""


class MethodParam(Params):
    """How to train; the part that `type` names holds the details."""

    type: Literal["supervised", "dpo", "reinforcement"]
    """On examples, on preferences, or on scores."""
    supervised: SupervisedMethodParam | None = None
    """Details of `supervised`."""
    dpo: DpoMethodParam | None = None
    """Details of `dpo`."""
    reinforcement: ReinforcementMethodParam | None = None
    """Details of `reinforcement`."""


# --- jobs ------------------------------------------------------------------------------------------------------------


class WandbIntegrationParam(Params):
    """Where in Weights and Biases the metrics of a job go."""

    project: str
    """Name of the project."""
    name: str | None = None
    """Name of the run; the id of the job by default."""
    entity: str | None = None
    """The team or user that the run belongs to; that of the key by default."""
    tags: list[str] | None = None
    """Tags of the run."""


class IntegrationParam(Params):
    """Another service that follows the job."""

    type: Literal["wandb"] = "wandb"
    wandb: WandbIntegrationParam
    """Where there."""


class JobCreateParams(Params):
    """What to train, and how."""

    model: KnownFineTuningModel
    """Name of the model to start from; a fine-tuned one may be trained further."""
    training_file: str
    """Id of an uploaded JSONL file of purpose `fine-tune`."""
    hyperparameters: HyperparametersParam | None = None
    """Deprecated: the details of `method` took its place."""
    integrations: Nullable[list[IntegrationParam]] = None
    """Other services that follow the job."""
    metadata: Nullable[Metadata] = None
    """Your own notes."""
    method: MethodParam | None = None
    """How to train; on examples by default."""
    seed: Nullable[Annotated[StrictInt, Field(ge=0, le=2147483647)]] = None
    """Makes the job repeatable, as far as possible; the service chooses one by default."""
    suffix: Nullable[Annotated[str, Field(min_length=1, max_length=64)]] = None
    """Goes into the name of the fine-tuned model; up to 64 characters."""
    validation_file: Nullable[str] = None
    """Id of a file with examples that are not trained on but measured with."""


class JobListParams(Params):
    """Which jobs to list."""

    after: str | None = None
    """Id of the last job of the page before."""
    limit: StrictInt | None = None
    """How many to a page; 20 by default."""
    metadata: Nullable[dict[str, str]] = None
    """Only jobs with these pairs; `NULL`: only jobs without notes."""


class JobListEventsParams(Params):
    """Which events of a job to list."""

    after: str | None = None
    """Id of the last event of the page before."""
    limit: StrictInt | None = None
    """How many to a page; 20 by default."""


class CheckpointListParams(Params):
    """Which checkpoints of a job to list."""

    after: str | None = None
    """Id of the last checkpoint of the page before."""
    limit: StrictInt | None = None
    """How many to a page; 10 by default."""


# --- permissions -----------------------------------------------------------------------------------------------------


class PermissionCreateParams(Params):
    """With whom to share a checkpoint."""

    project_ids: list[str]
    """Ids of the projects that may use it."""


class PermissionListParams(Params):
    """Which permissions to list."""

    after: str | None = None
    """Id of the last permission of the page before."""
    limit: StrictInt | None = None
    """How many to a page; 10 by default."""
    order: Literal["ascending", "descending"] | None = None
    """By time of creation: `ascending` (oldest first) or `descending` (default)."""
    project_id: str | None = None
    """Only the permission of this project."""


class PermissionRetrieveParams(PermissionListParams):
    """Which permissions to fetch."""


# --- graders ---------------------------------------------------------------------------------------------------------


class GraderRunParams(Params):
    """What to score, and how."""

    grader: AnyGraderParam
    """The grader."""
    model_sample: str
    """The answer to score: `sample.output_text`, and `sample.output_json` where it is JSON."""
    item: dict[str, Any] | None = None
    """One entry of a dataset: `item` in the templates."""


class GraderValidateParams(Params):
    """Which grader to look at."""

    grader: AnyGraderParam
    """The grader."""
