"""Fine-tuning: how to train, jobs, their events and checkpoints, permissions, scores (`/fine_tuning`).

API reference: "Fine-tuning" (jobs, checkpoints, permissions, graders).

Rules
* All times are Unix seconds. What operations take stands in `models/fine_tuning/fine_tuning_params.py`.
* A method says how to train; its hyperparameters are numbers or `"auto"`, which leaves the choice to the service. The
  top-level `hyperparameters` are those of the time before there were methods.
* The service says `pausing` and `paused` of a job, which the API description does not list; both are typed.

Weak spots
* `GraderRunResponse.metadata.token_usage` is a number in the API description and an object in the service's own
  examples; both are read.
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from typed_openai.models.base import Open, Result
from typed_openai.models.fine_tuning.graders import AnyGrader
from typed_openai.models.shape import Shape

# --- hyperparameters -------------------------------------------------------------------------------------------------


def _auto_or_number(value: Any) -> str:
    return "auto" if isinstance(value, str) else "a number"


_TOLD_APART = Discriminator(_auto_or_number)
_Auto: TypeAlias = Annotated[Literal["auto"], Tag("auto")]

BatchSize: TypeAlias = Annotated[_Auto | Annotated[int, Field(ge=1, le=256), Tag("a number")], _TOLD_APART]
"""How many examples go into one step, from 1 to 256, or `"auto"`."""

Epochs: TypeAlias = Annotated[_Auto | Annotated[int, Field(ge=1, le=50), Tag("a number")], _TOLD_APART]
"""How many times the whole training file is gone through, from 1 to 50, or `"auto"`."""

Multiplier: TypeAlias = Annotated[
    _Auto | Annotated[float, Field(gt=0, allow_inf_nan=False), Tag("a number")], _TOLD_APART
]
"""Factor on the learning rate, above 0, or `"auto"`."""

Beta: TypeAlias = Annotated[
    _Auto | Annotated[float, Field(gt=0, le=2, allow_inf_nan=False), Tag("a number")], _TOLD_APART
]
"""How closely the model stays with what it was, above 0 and up to 2, or `"auto"`."""

Compute: TypeAlias = Annotated[
    _Auto | Annotated[float, Field(gt=0.00001, le=10, allow_inf_nan=False), Tag("a number")], _TOLD_APART
]
"""Factor on the computing time for exploring, above 0.00001 and up to 10, or `"auto"`."""

Count: TypeAlias = Annotated[_Auto | Annotated[int, Field(ge=1), Tag("a number")], _TOLD_APART]
"""A number of at least 1, or `"auto"`."""


# --- methods ---------------------------------------------------------------------------------------------------------


class Hyperparameters(Shape):
    """How to train, in the form from before there were methods."""

    batch_size: BatchSize | None = None
    """Examples in one step; `auto` by default."""
    learning_rate_multiplier: Multiplier | None = None
    """Factor on the learning rate; `auto` by default."""
    n_epochs: Epochs | None = None
    """Times through the training file; `auto` by default."""


class SupervisedHyperparameters(Hyperparameters, Shape):
    """How to train on examples."""


class DpoHyperparameters(Hyperparameters, Shape):
    """How to train on preferences."""

    beta: Beta | None = None
    """How closely the model stays with what it was; `auto` by default."""


class ReinforcementHyperparameters(Hyperparameters, Shape):
    """How to train on scores."""

    compute_multiplier: Compute | None = None
    """Factor on the computing time for exploring; `auto` by default."""
    eval_interval: Count | None = None
    """Steps between two evaluations; `auto` by default."""
    eval_samples: Count | None = None
    """Answers for each example of an evaluation; `auto` by default."""
    reasoning_effort: Literal["default", "low", "medium", "high"] | None = None
    """How long the model may think; `default` by default."""


class SupervisedMethod(Shape):
    """Training on examples of good answers."""

    hyperparameters: SupervisedHyperparameters | None = None
    """How to train."""


class DpoMethod(Shape):
    """Training on pairs of a better and a worse answer."""

    hyperparameters: DpoHyperparameters | None = None
    """How to train."""


class ReinforcementMethod(Shape):
    """Training on scores that a grader gives."""

    grader: AnyGrader
    """How answers are scored."""
    hyperparameters: ReinforcementHyperparameters | None = None
    """How to train."""


class Method(Shape):
    """How to train; the part that `type` names holds the details."""

    type: Literal["supervised", "dpo", "reinforcement"]
    """On examples, on preferences, or on scores."""
    supervised: SupervisedMethod | None = None
    """Details of `supervised`."""
    dpo: DpoMethod | None = None
    """Details of `dpo`."""
    reinforcement: ReinforcementMethod | None = None
    """Details of `reinforcement`."""


# --- jobs ------------------------------------------------------------------------------------------------------------


class FineTuningJobWandbIntegration(Shape):
    """Where in Weights and Biases the metrics of a job go."""

    project: str
    """Name of the project."""
    name: str | None = None
    """Name of the run; the id of the job by default."""
    entity: str | None = None
    """The team or user that the run belongs to; that of the key by default."""
    tags: list[str] | None = None
    """Tags of the run."""


class FineTuningJobWandbIntegrationObject(Shape):
    """Another service that follows the job."""

    type: Literal["wandb"] = "wandb"
    wandb: FineTuningJobWandbIntegration
    """Where there."""


FineTuningJobIntegration = FineTuningJobWandbIntegrationObject


class Error(Result):
    """Why a job failed."""

    code: str | None = None  # the error of a job without one is an empty object
    """What kind of thing, for programs."""
    message: str | None = None
    """What it was, for people."""
    param: str | None = None
    """Which parameter is to blame: most often `training_file` or `validation_file`."""


class FineTuningJob(Result):
    """A training, under way or done."""

    id: str
    """Its id, such as `ftjob-abc123`."""
    object: Open[Literal["fine_tuning.job"]]
    status: Open[
        Literal["validating_files", "queued", "running", "pausing", "paused", "succeeded", "failed", "cancelled"]
    ]
    """Where it is in its life; the last are `succeeded`, `failed` and `cancelled`."""
    model: str
    """Name of the model that it starts from."""
    fine_tuned_model: str | None = None
    """Name of the model that came out; None before it is done."""
    error: Error | None = None
    """Why it failed."""
    training_file: str
    """Id of the file that it trains on."""
    validation_file: str | None = None
    """Id of the file that it measures with."""
    result_files: list[str]
    """Ids of the files with its metrics, in CSV."""
    hyperparameters: Hyperparameters
    """How it trains, in the form from before there were methods."""
    method: Method | None = None
    """How it trains."""
    seed: int | None = None  # required by the description; absent in recordings of 2024
    """The seed that it used."""
    trained_tokens: int | None = None
    """Tokens that are billed; None before it is done."""
    organization_id: str
    """Id of the organization that it belongs to."""
    created_at: int
    """When it was made."""
    finished_at: int | None = None
    """When it ended; None before."""
    estimated_finish: int | None = None
    """When the service thinks it will end."""
    integrations: list[FineTuningJobWandbIntegrationObject] | None = None
    """Other services that follow it."""
    metadata: dict[str, str] | None = None
    """Your own notes."""


class FineTuningJobEvent(Result):
    """Something that happened to a job."""

    id: str
    """Its id."""
    object: Open[Literal["fine_tuning.job.event"]]
    created_at: int
    """When it happened."""
    level: Open[Literal["info", "warn", "error"]]
    """How bad it is."""
    message: str
    """What happened, for people."""
    type: Open[Literal["message", "metrics"]] | None = None
    """Whether it is told in words or in numbers."""
    data: dict[str, Any] | None = None
    """The numbers."""


class Metrics(Result):
    """How good the model is at one step."""

    step: float | None = None
    """The step."""
    train_loss: float | None = None
    """Loss on what it trains on."""
    train_mean_token_accuracy: float | None = None
    """Share of right tokens on what it trains on."""
    valid_loss: float | None = None
    """Loss on a part of the validation file."""
    valid_mean_token_accuracy: float | None = None
    """Share of right tokens on a part of the validation file."""
    full_valid_loss: float | None = None
    """Loss on the whole validation file."""
    full_valid_mean_token_accuracy: float | None = None
    """Share of right tokens on the whole validation file."""


class FineTuningJobCheckpoint(Result):
    """The model as it was at one step: usable as a model of its own."""

    id: str
    """Its id, such as `ftckpt_abc123`."""
    object: Open[Literal["fine_tuning.job.checkpoint"]]
    created_at: int
    """When it was made."""
    fine_tuned_model_checkpoint: str
    """Name of the model."""
    fine_tuning_job_id: str
    """Id of the job."""
    step_number: int
    """The step."""
    metrics: Metrics
    """How good it was."""


# --- permissions -----------------------------------------------------------------------------------------------------


class Permission(Result):
    """A project that may use a checkpoint."""

    id: str
    """Its id, such as `cp_abc123`."""
    object: Open[Literal["checkpoint.permission"]]
    created_at: int
    """When it was given."""
    project_id: str
    """Id of the project."""


PermissionCreateResponse: TypeAlias = Permission
PermissionListResponse: TypeAlias = Permission
"""What the answers of its operations are called in the official package."""


class PermissionRetrieveResponse(Result):
    """The permissions of a checkpoint; deprecated with its operation."""

    data: list[Permission]
    """The permissions."""
    object: Open[Literal["list"]]
    has_more: bool
    """Whether there are more."""
    first_id: str | None = None
    """Id of the first."""
    last_id: str | None = None
    """Id of the last."""


class PermissionDeleteResponse(Result):
    """A permission that was taken back."""

    id: str
    """Its id."""
    object: Open[Literal["checkpoint.permission"]]
    deleted: bool
    """Whether it is gone."""


# --- graders ---------------------------------------------------------------------------------------------------------


class MetadataErrors(Result):
    """What went wrong while grading, kind by kind."""

    formula_parse_error: bool
    """The formula of a multi grader is no formula."""
    sample_parse_error: bool
    """The answer is not what the grader reads."""
    truncated_observation_error: bool
    """The answer was cut off."""
    unresponsive_reward_error: bool
    """There was no score in time."""
    invalid_variable_error: bool
    """A template names something that is not there."""
    other_error: bool
    """Something else."""
    python_grader_server_error: bool
    """The Python code could not be run."""
    python_grader_server_error_type: str | None = None
    """Why not."""
    python_grader_runtime_error: bool
    """The Python code raised."""
    python_grader_runtime_error_details: str | None = None
    """What it raised."""
    api_model_grader_server_error: bool = Field(alias="model_grader_server_error")
    """The model that grades could not be asked."""
    api_model_grader_refusal_error: bool = Field(alias="model_grader_refusal_error")
    """The model that grades refused."""
    api_model_grader_parse_error: bool = Field(alias="model_grader_parse_error")
    """The model that grades gave no score."""
    api_model_grader_server_error_details: str | None = Field(default=None, alias="model_grader_server_error_details")
    """Why it could not be asked."""


class Metadata(Result):
    """How a score came about."""

    name: str
    """Your name for the grader."""
    type: str
    """The kind of grader."""
    errors: MetadataErrors
    """What went wrong."""
    execution_time: float
    """Seconds that it took."""
    scores: dict[str, Any]
    """Scores by grader."""
    token_usage: int | dict[str, Any] | None = None
    """Tokens that the model which grades consumed."""
    sampled_model_name: str | None = None
    """Name of the model that grades."""


class GraderRunResponse(Result):
    """The score of one answer."""

    reward: float
    """The score."""
    metadata: Metadata
    """How it came about."""
    sub_rewards: dict[str, Any]
    """Scores of the graders inside a multi grader, by name."""
    api_model_grader_token_usage_per_model: dict[str, Any] = Field(alias="model_grader_token_usage_per_model")
    """Tokens by model that grades."""


class GraderValidateResponse(Result):
    """The grader as the service understood it."""

    grader: AnyGrader | None = None
    """The grader."""
