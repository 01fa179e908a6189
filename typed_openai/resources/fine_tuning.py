"""Fine-tuning: train a model on your own examples (API reference: Fine-tuning)."""

from __future__ import annotations

from typed_openai.core.answer.pages import CursorPage, Page
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.core.declare.waits import waits
from typed_openai.core.run.waiting import Waiting
from typed_openai.models.fine_tuning.fine_tuning import (
    FineTuningJob,
    FineTuningJobCheckpoint,
    FineTuningJobEvent,
    GraderRunResponse,
    GraderValidateResponse,
    Permission,
    PermissionDeleteResponse,
    PermissionRetrieveResponse,
)
from typed_openai.models.fine_tuning.fine_tuning_params import (
    CheckpointListParams,
    GraderRunParams,
    GraderValidateParams,
    JobCreateParams,
    JobListEventsParams,
    JobListParams,
    PermissionCreateParams,
    PermissionListParams,
    PermissionRetrieveParams,
)

_PENDING = frozenset({"validating_files", "queued", "running", "pausing"})
_FAILED = frozenset({"failed", "cancelled"})
_PATIENCE: Waiting = {"interval": 2.0, "max_interval": 60.0, "deadline": 25 * 3600.0}
"""A training takes minutes to hours."""


class JobCheckpoints(Resource):
    """The models that a job left on its way."""

    list = get(
        "/fine_tuning/jobs/{fine_tuning_job_id}/checkpoints", CheckpointListParams, CursorPage[FineTuningJobCheckpoint]
    )
    """List the checkpoints of a job, the newest first."""


class Jobs(Resource):
    """Start trainings and follow them."""

    create = post("/fine_tuning/jobs", JobCreateParams, FineTuningJob)
    """Start training a model on an uploaded file."""
    retrieve = get("/fine_tuning/jobs/{fine_tuning_job_id}", FineTuningJob)
    """Fetch a job: its state, and the name of the model once it is done."""
    list = get("/fine_tuning/jobs", JobListParams, CursorPage[FineTuningJob])
    """List the jobs of the organization, the newest first."""
    cancel = post("/fine_tuning/jobs/{fine_tuning_job_id}/cancel", FineTuningJob)
    """Stop a job for good."""
    list_events = get(
        "/fine_tuning/jobs/{fine_tuning_job_id}/events", JobListEventsParams, CursorPage[FineTuningJobEvent]
    )
    """List what happened to a job, the newest first."""
    pause = post("/fine_tuning/jobs/{fine_tuning_job_id}/pause", FineTuningJob)
    """Halt a job that is under way; `resume` lets it go on."""
    resume = post("/fine_tuning/jobs/{fine_tuning_job_id}/resume", FineTuningJob)
    """Let a job go on that was paused."""
    checkpoints = nested(JobCheckpoints)

    wait = waits(retrieve, pending=_PENDING, failed=_FAILED, wait=_PATIENCE)
    """Wait until a job has ended, or was paused (which is returned: it goes on only when somebody resumes it).

    Asks every 2 s at first and every 60 s at last, for up to 25 hours, unless `wait` says otherwise. Raises
    `WaitFailedError` for a job that failed or was cancelled, `WaitTimeoutError` at the deadline; the job is on
    the error's `result`.
    """


class Permissions(Resource):
    """Which projects may use a checkpoint. The service wants an admin key for all of it, as `api_key`:
    `client.with_options(api_key=...)`, as in the official package."""

    create = post(
        "/fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions",
        PermissionCreateParams,
        Page[Permission],
    )
    """Let projects use a checkpoint; one permission for each."""
    retrieve = get(
        "/fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions",
        PermissionRetrieveParams,
        PermissionRetrieveResponse,
        deprecated="list gives the same, page by page",
    )
    """Fetch the permissions of a checkpoint. Deprecated: `list` does the same, page by page."""
    list = get(
        "/fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions",
        PermissionListParams,
        CursorPage[Permission],
    )
    """List the permissions of a checkpoint, the newest first unless `order` says otherwise."""
    delete = delete(
        "/fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions/{permission_id}", PermissionDeleteResponse
    )
    """Take a permission back."""


class Checkpoints(Resource):
    """The models that trainings left on their way, to be shared."""

    permissions = nested(Permissions)


class Graders(Resource):
    """Try graders out."""

    run = post("/fine_tuning/alpha/graders/run", GraderRunParams, GraderRunResponse)
    """Score one answer."""
    validate = post("/fine_tuning/alpha/graders/validate", GraderValidateParams, GraderValidateResponse)
    """Check a grader before a training depends on it."""


class Alpha(Resource):
    """What may still change."""

    graders = nested(Graders)


class FineTuning(Resource):
    """Train a model on your own examples."""

    path = "fine_tuning"

    jobs = nested(Jobs)
    checkpoints = nested(Checkpoints)
    alpha = nested(Alpha)
