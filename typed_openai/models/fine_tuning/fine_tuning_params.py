"""Fine-tuning on its way out: what to train, how, and with whom to share a checkpoint (`/fine_tuning`).

API reference: "Fine-tuning" (jobs, checkpoints, permissions, graders).

Rules
* What comes back, and what goes both ways (methods, hyperparameters, integrations), stands in
  `models/fine_tuning/fine_tuning.py`.

Weak spots
* That `method.type` names the part that is filled is the service's business: it is not checked here.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, StrictInt

from typed_openai.core.request.deprecation import DEPRECATED
from typed_openai.models.base import Nullable, Params
from typed_openai.models.fine_tuning.fine_tuning import FineTuningJobIntegration, Hyperparameters, Method
from typed_openai.models.fine_tuning.graders import AnyGrader
from typed_openai.models.known_values import KnownFineTuningModel
from typed_openai.models.shape import CLOSED
from typed_openai.models.shared import Metadata

# --- jobs ------------------------------------------------------------------------------------------------------------


class JobCreateParams(Params):
    """What to train, and how."""

    model: KnownFineTuningModel
    """Name of the model to start from; a fine-tuned one may be trained further."""
    training_file: str
    """Id of an uploaded JSONL file of purpose `fine-tune`."""
    hyperparameters: Annotated[Hyperparameters | None, DEPRECATED] = None
    """How it is trained. Deprecated by the service: use the details of `method`."""
    integrations: Nullable[list[FineTuningJobIntegration]] = None
    """Other services that follow the job."""
    metadata: Nullable[Metadata] = None
    """Your own notes."""
    method: Method | None = None
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

    grader: Annotated[AnyGrader, CLOSED]
    """The grader."""
    model_sample: str
    """The answer to score: `sample.output_text`, and `sample.output_json` where it is JSON."""
    item: dict[str, Any] | None = None
    """One entry of a dataset: `item` in the templates."""


class GraderValidateParams(Params):
    """Which grader to look at."""

    grader: Annotated[AnyGrader, CLOSED]
    """The grader."""
