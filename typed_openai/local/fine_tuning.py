"""`/fine_tuning/jobs`: trainings that go through their states, one step each time somebody asks for the job.

`validating_files` → `queued` → `running` (three questions long) → `succeeded`; a training file that cannot be used ends
in `failed`. What comes out is an entry in `/models`: chat takes its name, and so do the checkpoints'. Nothing is
trained: the model echoes like all others here, and the losses are a formula.

Rules: events and checkpoints are listed newest first; the result file is CSV, one row for each epoch; hyperparameters
that were `auto` become numbers when the job is queued; a paused job stands still until it is resumed.

Weak spots: the service wants ten examples at least and prices them by model; here one is enough. Reinforcement jobs do
not ask their graders.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from typed_openai.local import tokens
from typed_openai.local.arguments import Arguments, Json
from typed_openai.local.errors import ApiError, wrong_type, wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.files import content_of, store_file
from typed_openai.local.graders import check_grader
from typed_openai.local.models import add_fine_tuned
from typed_openai.local.paging import page
from typed_openai.local.router import route
from typed_openai.local.state import Collection, State

METHODS = ("supervised", "dpo", "reinforcement")
ENDED = ("succeeded", "failed", "cancelled")
ROUNDS = 3
"""Questions that a job stays `running` for."""
POLL = {"openai-poll-after-ms": "10"}
MEMBERS = {"supervised": ("messages",), "dpo": ("input", "preferred_output", "non_preferred_output")}
"""What each line of a training file has to have, by method."""


@dataclass(frozen=True, slots=True)
class Job:
    """One training: the object as it is shown, what happened, what came out, and how far it is."""

    shown: Mapping[str, object]
    method: str
    suffix: str
    epochs: int
    rounds: int = 0
    events: tuple[Mapping[str, object], ...] = ()
    checkpoints: tuple[Mapping[str, object], ...] = ()

    @property
    def id(self) -> str:
        return str(self.shown["id"])

    @property
    def status(self) -> str:
        return str(self.shown["status"])

    def changed(self, **members: object) -> Job:
        """The same with other members."""
        return replace(self, shown={**self.shown, **members})

    def told(self, state: State, message: str, level: str = "info", data: Mapping[str, object] | None = None) -> Job:
        """The same with one more event."""
        event: dict[str, object] = {
            "object": "fine_tuning.job.event",
            "id": state.new_id("ftevent-"),
            "created_at": state.now(),
            "level": level,
            "message": message,
            "type": "message" if data is None else "metrics",
            "data": dict(data or {}),
        }
        return replace(self, events=(*self.events, event))


class Jobs(Collection[Job]):
    """The trainings of one server."""


def _job(request: Request, state: State) -> Job:
    identifier = request.path_params["fine_tuning_job_id"]
    return state.part(Jobs).found(identifier, "fine-tuning job", "fine_tuning_job_id")


def _kept(state: State, job: Job) -> Reply:
    state.part(Jobs).put(job.id, job)
    return Reply(dict(job.shown), headers={} if job.status in ENDED else POLL)


@route("POST", "/fine_tuning/jobs")
def create(request: Request, state: State) -> Reply:
    """Start a training."""
    body = request.arguments()
    model = body.string("model")
    training, validation = body.string("training_file"), body.optional_string("validation_file")
    for param, identifier in (("training_file", training), ("validation_file", validation)):
        if identifier is not None:
            _content(state, identifier, param)
    suffix = body.optional_string("suffix") or ""
    if len(suffix) > 64:
        raise wrong_value("suffix", "The parameter 'suffix' may have 64 characters at most.")
    given = body.child("method") or Arguments({"type": "supervised"}, "method")
    method = given.choice("type", METHODS)
    details = given.child(method) or Arguments({})
    if method == "reinforcement":
        check_grader(details.required_child("grader"))
    hyper = _hyperparameters(details.child("hyperparameters") or body.child("hyperparameters") or Arguments({}))
    integrations = [dict(each.members) for each in body.objects("integrations")]
    seed = body.integer("seed", 0, 2147483647)
    shown: dict[str, object] = {
        "object": "fine_tuning.job",
        "id": state.new_id("ftjob-"),
        "model": model,
        "created_at": state.now(),
        "finished_at": None,
        "fine_tuned_model": None,
        "organization_id": "org-local",
        "result_files": [],
        "status": "validating_files",
        "validation_file": validation,
        "training_file": training,
        "hyperparameters": _legacy(hyper),
        "trained_tokens": None,
        "error": None,
        "seed": 42 if seed is None else seed,
        "estimated_finish": None,
        "integrations": integrations,
        "metadata": body.metadata(),
        "method": {"type": method, method: {**details.members, "hyperparameters": hyper}},
    }
    job = Job(shown, method, suffix, 0).told(state, f"Created fine-tuning job: {shown['id']}")
    return _kept(state, job.told(state, f"Validating training file: {training}"))


def _content(state: State, identifier: str, param: str) -> bytes:
    content = content_of(state, identifier, "fine-tune")
    if content is None:
        message = f"{param!r} is {identifier!r}; this local server has no such file of purpose 'fine-tune'."
        raise ApiError(400, message, param=param, code="invalid_file")
    return content


def _hyperparameters(given: Arguments) -> dict[str, Json]:
    for name in ("batch_size", "n_epochs"):
        if given.raw(name) != "auto":
            given.integer(name, 1, 256)
    multiplier = given.raw("learning_rate_multiplier")
    if multiplier is not None and multiplier != "auto" and not isinstance(multiplier, int | float):
        raise wrong_type(given.path("learning_rate_multiplier"), "a number or 'auto'", multiplier)
    usual: dict[str, Json] = dict.fromkeys(("batch_size", "learning_rate_multiplier", "n_epochs"), "auto")
    return usual | {name: value for name, value in given.members.items() if value is not None}


def _legacy(hyper: Mapping[str, Json]) -> dict[str, Json]:
    return {name: hyper[name] for name in ("batch_size", "learning_rate_multiplier", "n_epochs")}


@route("GET", "/fine_tuning/jobs/{fine_tuning_job_id}")
def retrieve(request: Request, state: State) -> Reply:
    """One training, a step further than when it was asked for last."""
    return _kept(state, advanced(_job(request, state), state))


def advanced(job: Job, state: State) -> Job:
    """A training one step later."""
    if job.status == "validating_files":
        return _validated(job, state)
    if job.status == "queued":
        return job.changed(status="running").told(state, "Fine-tuning job started")
    if job.status != "running":
        return job
    epoch_before, rounds = job.epochs * job.rounds // ROUNDS, job.rounds + 1
    job = replace(job, rounds=rounds)
    for epoch in range(epoch_before + 1, job.epochs * rounds // ROUNDS + 1):
        job = job.told(state, f"Step {epoch}/{job.epochs}: training loss={_loss(epoch)}", data=_metrics(epoch))
    return _succeeded(job, state) if rounds == ROUNDS else job


def _validated(job: Job, state: State) -> Job:
    try:
        examples = 0
        for param in ("training_file", "validation_file"):
            identifier = job.shown[param]
            if isinstance(identifier, str):
                count = _examples(_content(state, identifier, param), job.method, param)
                examples = examples or count
    except ApiError as fault:
        error = {"code": fault.code or "invalid_file", "message": fault.message, "param": fault.param}
        ended = job.changed(status="failed", error=error, finished_at=state.now())
        return ended.told(state, f"The job failed: {fault.message}", "error")
    method = job.shown["method"]
    details = method[job.method] if isinstance(method, dict) else {}
    chosen: dict[str, Json] = {"batch_size": 1, "learning_rate_multiplier": 2.0, "n_epochs": 3}
    hyper = {
        name: chosen.get(name, value) if value == "auto" else value
        for name, value in details["hyperparameters"].items()
    }
    queued = job.changed(
        status="queued",
        hyperparameters=_legacy(hyper),
        method={"type": job.method, job.method: {**details, "hyperparameters": hyper}},
    )
    epochs = hyper["n_epochs"]
    told = queued.told(state, f"Files validated ({examples} examples), moving job to queued state")
    return replace(told, epochs=epochs if isinstance(epochs, int) else 3)


def _examples(content: bytes, method: str, param: str) -> int:
    """How many examples a file holds. Refused when a line is no JSON object or lacks what the method needs."""
    count = 0
    for number, line in enumerate(content.decode("utf-8", "replace").split("\n"), 1):
        if not line.strip():
            continue
        try:
            example = json.loads(line)
        except ValueError as fault:
            message = f"Line {number} of the file is not valid JSON: {fault}."
            raise ApiError(400, message, param=param, code="invalid_training_file") from fault
        wanted = MEMBERS.get(method, ())
        whole = isinstance(example, dict) and (all(name in example for name in wanted) or _is_old(example, method))
        if not whole:
            message = f"Line {number} of the file must be an object with {', '.join(wanted) or 'an item'}."
            raise ApiError(400, message, param=param, code="invalid_training_file")
        count += 1
    if not count:
        raise ApiError(400, "The file holds no example.", param=param, code="invalid_training_file")
    return count


def _is_old(example: Mapping[str, object], method: str) -> bool:
    """Whether an example is of the time of text completions."""
    return method == "supervised" and {"prompt", "completion"} <= example.keys()


def _succeeded(job: Job, state: State) -> Job:
    suffix = job.suffix.lower().replace(" ", "-")
    name = f"ft:{job.shown['model']}:local:{suffix}:{job.id.rpartition('-')[2]}"
    rows = [f"{epoch},{_loss(epoch)},{_accuracy(epoch)}" for epoch in range(1, job.epochs + 1)]
    table = "\n".join(["step,train_loss,train_accuracy", *rows, ""]).encode()
    result = store_file(state, "step_metrics.csv", table, "fine-tune-results")
    training = content_of(state, str(job.shown["training_file"]), "fine-tune") or b""
    checkpoints: list[Mapping[str, object]] = []
    for epoch in range(max(1, job.epochs - 2), job.epochs + 1):
        last = epoch == job.epochs
        model = name if last else f"{name}:ckpt-step-{epoch}"
        add_fine_tuned(state, model)
        checkpoints.append(
            {
                "object": "fine_tuning.job.checkpoint",
                "id": state.new_id("ftckpt_"),
                "created_at": state.now(),
                "fine_tuned_model_checkpoint": model,
                "fine_tuning_job_id": job.id,
                "metrics": _metrics(epoch),
                "step_number": epoch,
            }
        )
        if not last:
            job = job.told(state, f"Checkpoint created at step {epoch}")
    done = job.changed(
        status="succeeded",
        fine_tuned_model=name,
        finished_at=state.now(),
        result_files=[result],
        trained_tokens=tokens.count(training.decode("utf-8", "replace")) * job.epochs,
    )
    done = replace(done, checkpoints=tuple(checkpoints)).told(state, f"New fine-tuned model created: {name}")
    return done.told(state, "The job has successfully completed")


def _loss(epoch: int) -> float:
    return round(2 / (epoch + 1), 4)


def _accuracy(epoch: int) -> float:
    return round(1 - 1 / (epoch + 1), 4)


def _metrics(epoch: int) -> dict[str, object]:
    return {"step": epoch, "train_loss": _loss(epoch), "train_mean_token_accuracy": _accuracy(epoch)}


@route("GET", "/fine_tuning/jobs")
def listing(request: Request, state: State) -> Reply:
    """All trainings in pages, newest first; `metadata=null` asks for those without notes."""
    wanted, without = request.query_map("metadata"), request.query_text("metadata") == "null"
    found: list[Mapping[str, object]] = []
    for job in state.part(Jobs).values():
        notes = job.shown["metadata"]
        if isinstance(notes, dict) and wanted.items() <= notes.items() and not (without and notes):
            found.append(job.shown)
    return Reply(page(request, found, default_order="desc"))


@route("GET", "/fine_tuning/jobs/{fine_tuning_job_id}/events")
def events(request: Request, state: State) -> Reply:
    """What happened to a training, newest first."""
    return Reply(page(request, _job(request, state).events, default_order="desc"))


@route("GET", "/fine_tuning/jobs/{fine_tuning_job_id}/checkpoints")
def checkpoints(request: Request, state: State) -> Reply:
    """What a training left on its way, newest first."""
    return Reply(page(request, _job(request, state).checkpoints, default_order="desc", default_limit=10))


@route("POST", "/fine_tuning/jobs/{fine_tuning_job_id}/cancel")
def cancel(request: Request, state: State) -> Reply:
    """Stop a training for good."""
    job = _in_state(_job(request, state), "cancelled", ("validating_files", "queued", "running", "paused"))
    ended = job.changed(status="cancelled", finished_at=state.now())
    return _kept(state, ended.told(state, "The job was cancelled", "warn"))


@route("POST", "/fine_tuning/jobs/{fine_tuning_job_id}/pause")
def pause(request: Request, state: State) -> Reply:
    """Halt a training."""
    job = _in_state(_job(request, state), "paused", ("validating_files", "queued", "running"))
    return _kept(state, job.changed(status="paused").told(state, "The job was paused", "warn"))


@route("POST", "/fine_tuning/jobs/{fine_tuning_job_id}/resume")
def resume(request: Request, state: State) -> Reply:
    """Let a training go on."""
    job = _in_state(_job(request, state), "resumed", ("paused",))
    back = "queued" if job.epochs else "validating_files"
    return _kept(state, job.changed(status=back).told(state, "The job was resumed"))


def _in_state(job: Job, wish: str, allowed: tuple[str, ...]) -> Job:
    if job.status not in allowed:
        message = f"The job {job.id!r} is {job.status}; it cannot be {wish}."
        raise ApiError(400, message, code="invalid_job_state")
    return job
