"""`/fine_tuning/jobs`: trainings that go through their states, one step each time somebody asks for the job.

`validating_files` → `queued` → `running` (three questions long) → `succeeded`; a training file that cannot be used ends
in `failed`. What comes out is an entry in `/models`: chat takes its name, and so do the checkpoints'. Nothing is
trained: the model echoes like all others here, and the losses are a formula. Which projects may use a checkpoint is
kept (`/fine_tuning/checkpoints`), and has no effect.

Rules: events and checkpoints are listed newest first; the result file is CSV, one row for each epoch; hyperparameters
that were `auto` become numbers when the job is queued; a paused job stands still until it is resumed.

Weak spots: the service wants ten examples at least and prices them by model; here one is enough. Reinforcement jobs do
not ask their graders. For permissions the service wants an admin key and a checkpoint that exists; here any name will
do.
"""

from __future__ import annotations

from typed_openai.local import tokens
from typed_openai.local.errors import ApiError, refuse_empty
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.files import content_of, required_content, store_file
from typed_openai.local.json_text import json_lines
from typed_openai.local.kept import Item, Kept, Move
from typed_openai.local.models import add_fine_tuned
from typed_openai.local.paging import whole_page
from typed_openai.local.router import route
from typed_openai.local.state import State

ROUNDS = 3
"""Questions that a job stays `running` for."""
MEMBERS = {"supervised": ("messages",), "dpo": ("input", "preferred_output", "non_preferred_output")}
"""What each line of a training file has to have, by method."""
CHOSEN = {"batch_size": 1, "learning_rate_multiplier": 2.0, "n_epochs": 3}
"""The hyperparameters that `auto` becomes."""
GOING = ("validating_files", "queued", "running")


def _run_on(job: Item, state: State) -> Item:
    """A training one round later."""
    epochs, rounds = job["_epochs"], job["_rounds"] + 1
    for epoch in range(epochs * job["_rounds"] // ROUNDS + 1, epochs * rounds // ROUNDS + 1):
        _told(job, state, f"Step {epoch}/{epochs}: training loss={_loss(epoch)}", data=_metrics(epoch))
    return _succeeded(job, state) if rounds == ROUNDS else {**job, "_rounds": rounds}


_NONE = ("finished_at", "fine_tuned_model", "trained_tokens", "error", "estimated_finish", "validation_file")
JOBS = Kept(
    "fine-tuning job",
    "/fine_tuning/jobs/{fine_tuning_job_id}",
    "ftjob-",
    first={
        **dict.fromkeys(_NONE),
        "organization_id": "org-local",
        "status": "validating_files",
        "seed": 42,
        "metadata": {},
        "integrations": [],
        "result_files": [],
        "_epochs": 0,
        "_rounds": 0,
    },
    steps={
        "validating_files": lambda job, state: _validated(job, state),
        "queued": lambda job, state: _told({**job, "status": "running"}, state, "Fine-tuning job started"),
        "running": _run_on,
    },
    moved=lambda job, wish, state: _told(job, state, f"The job was {wish}", "warn"),
)
EVENTS = Kept("event", f"{JOBS.path}/events/{{id}}", "ftevent-", "fine_tuning.job.event", within=JOBS)
CHECKPOINTS = Kept(
    "checkpoint", f"{JOBS.path}/checkpoints/{{id}}", "ftckpt_", "fine_tuning.job.checkpoint", within=JOBS, limit=10
)
PERMISSIONS = Kept(
    "permission",
    "/fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions/{permission_id}",
    "cp_",
    "checkpoint.permission",
    limit=10,
)
ROUTES = (
    *JOBS.routes("list", "retrieve"),
    *JOBS.moves(
        cancel=Move("cancelled", allowed=(*GOING, "paused"), at="finished_at"),
        pause=Move("paused", allowed=GOING),
    ),
    *EVENTS.routes("list"),
    *CHECKPOINTS.routes("list"),
    *PERMISSIONS.routes("list", "delete"),
)


def _told(job: Item, state: State, message: str, level: str = "info", data: Item | None = None) -> Item:
    """The job, of which something is told now."""
    kind = "message" if data is None else "metrics"
    EVENTS.make(state, job["id"], level=level, message=message, type=kind, data=data or {})
    return job


@route("POST", "/fine_tuning/jobs")
def create(request: Request, state: State) -> Reply:
    """Start a training."""
    given = request.given
    for param in ("training_file", "validation_file"):
        if given.get(param) is not None:
            required_content(state, given[param], "fine-tune", param)
    method = (given.get("method") or {}).get("type") or "supervised"
    details = (given.get("method") or {}).get(method) or {}
    asked = details.get("hyperparameters") or given.get("hyperparameters") or {}
    hyper = dict.fromkeys(CHOSEN, "auto") | {name: value for name, value in asked.items() if value is not None}
    said = {name: value for name, value in JOBS.said(request).items() if name not in ("method", "suffix")}
    own = {**said, **_with(method, details, hyper), "_suffix": given.get("suffix") or ""}
    job = JOBS.make(state, **own)
    _told(job, state, f"Created fine-tuning job: {job['id']}")
    return JOBS.reply(state, _told(job, state, f"Validating training file: {given['training_file']}"))


def _with(method: str, details: Item, hyper: Item) -> Item:
    """What a job shows of its hyperparameters."""
    own = {"type": method, method: {**details, "hyperparameters": hyper}}
    return {"hyperparameters": {name: hyper[name] for name in CHOSEN}, "method": own}


def _validated(job: Item, state: State) -> Item:
    method = job["method"]["type"]
    try:
        found = [
            _examples(required_content(state, job[param], "fine-tune", param), method, param)
            for param in ("training_file", "validation_file")
            if job[param] is not None
        ]
    except ApiError as fault:
        error = {"code": fault.code or "invalid_file", "message": fault.message, "param": fault.param}
        ended = {"status": "failed", "error": error, "finished_at": state.now()}
        return _told({**job, **ended}, state, f"The job failed: {fault.message}", "error")
    details = job["method"][method]
    asked = details["hyperparameters"].items()
    hyper = {name: CHOSEN.get(name, value) if value == "auto" else value for name, value in asked}
    queued = {"status": "queued", "_epochs": hyper["n_epochs"], **_with(method, details, hyper)}
    message = f"Files validated ({found[0]} examples), moving job to queued state"
    return _told({**job, **queued}, state, message)


def _examples(content: bytes, method: str, param: str) -> int:
    """How many examples a file holds. Refused when a line is not a JSON object or lacks what the method needs."""
    count, wanted = 0, MEMBERS.get(method, ())
    for number, line in json_lines(content):
        count += 1
        if line is None or not (all(name in line for name in wanted) or _is_old(line, method)):
            message = f"Line {number} of the file must be a JSON object with {', '.join(wanted) or 'an item'}."
            raise ApiError(400, message, param=param, code="invalid_training_file")
    if not count:
        raise ApiError(400, "The file holds no example.", param=param, code="invalid_training_file")
    return count


def _is_old(example: Item, method: str) -> bool:
    """Whether an example is of the time of text completions."""
    return method == "supervised" and {"prompt", "completion"} <= example.keys()


def _succeeded(job: Item, state: State) -> Item:
    epochs, suffix = job["_epochs"], job["_suffix"].lower().replace(" ", "-")
    name = f"ft:{job['model']}:local:{suffix}:{job['id'].rpartition('-')[2]}"
    rows = [f"{epoch},{_loss(epoch)},{_accuracy(epoch)}" for epoch in range(1, epochs + 1)]
    table = "\n".join(["step,train_loss,train_accuracy", *rows, ""]).encode()
    result = store_file(state, "step_metrics.csv", table, "fine-tune-results")
    training = content_of(state, job["training_file"], "fine-tune") or b""
    for epoch in range(max(1, epochs - 2), epochs + 1):
        model = name if epoch == epochs else f"{name}:ckpt-step-{epoch}"
        add_fine_tuned(state, model)
        about = {"fine_tuned_model_checkpoint": model, "fine_tuning_job_id": job["id"], "step_number": epoch}
        CHECKPOINTS.make(state, job["id"], **about, metrics=_metrics(epoch))
        if epoch != epochs:
            _told(job, state, f"Checkpoint created at step {epoch}")
    done = {
        "status": "succeeded",
        "fine_tuned_model": name,
        "finished_at": state.now(),
        "result_files": [result["id"]],
        "trained_tokens": tokens.count(training.decode("utf-8", "replace")) * epochs,
    }
    _told(job, state, f"New fine-tuned model created: {name}")
    return _told({**job, **done}, state, "The job has successfully completed")


def _loss(epoch: int) -> float:
    return round(2 / (epoch + 1), 4)


def _accuracy(epoch: int) -> float:
    return round(1 - 1 / (epoch + 1), 4)


def _metrics(epoch: int) -> dict[str, object]:
    return {"step": epoch, "train_loss": _loss(epoch), "train_mean_token_accuracy": _accuracy(epoch)}


@route("POST", "/fine_tuning/jobs/{fine_tuning_job_id}/resume")
def resume(request: Request, state: State) -> Reply:
    """Let a training go on."""
    job = JOBS.in_state(request, state, "resumed", "paused")
    _told(job, state, "The job was resumed")
    return JOBS.reply(state, JOBS.put(state, job, status="queued" if job["_epochs"] else "validating_files"))


@route("POST", PERMISSIONS.list_path)
def permit(request: Request, state: State) -> Reply:
    """Let projects use a checkpoint."""
    refuse_empty("project_ids", request.given["project_ids"])
    of = PERMISSIONS.of(request, state)
    made = [PERMISSIONS.make(state, *of, project_id=each) for each in request.given["project_ids"]]
    return Reply(whole_page([PERMISSIONS.show(state, each) for each in made]))
