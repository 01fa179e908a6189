"""`/models`: the models this server has, and the fine-tuned ones that can be deleted.

There are three that are built in, one for each thing the server can do, and one sample of a fine-tuned model, so that
deleting can be tried. Chat, completions, embeddings and moderations take any other name as well (code written for a
real model runs here unchanged) except a fine-tuned one (`ft:…`) that does not exist or does not exist any more.
"""

from __future__ import annotations

from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.router import route
from typed_openai.local.state import EPOCH, Collection, State

OWNER = "typed-openai-local"
BUILT_IN = ("local-echo", "local-embedding", "local-moderation")
SAMPLE_FINE_TUNED = "ft:local-echo:sample::0001"


class FineTuned(Collection[dict[str, object]]):
    """The fine-tuned models of one server, by id."""

    def __init__(self) -> None:
        super().__init__()
        self.put(SAMPLE_FINE_TUNED, _model(SAMPLE_FINE_TUNED))


def _model(identifier: str) -> dict[str, object]:
    return {"id": identifier, "object": "model", "created": EPOCH, "owned_by": OWNER}


def _unknown(identifier: str) -> ApiError:
    known = ", ".join(BUILT_IN)
    message = f"This local server has no model {identifier!r}. Built in are {known}."
    return ApiError(404, message, param="model", code="model_not_found")


def require_model(state: State, identifier: str) -> None:
    """Refuse a fine-tuned model that does not exist, with 404; every other name is accepted."""
    if identifier.startswith("ft:") and state.part(FineTuned).get(identifier) is None:
        raise _unknown(identifier)


def add_fine_tuned(state: State, identifier: str) -> None:
    """A training made a model: it can be listed, asked and deleted from now on."""
    state.part(FineTuned).put(identifier, {**_model(identifier), "created": state.now()})


@route("GET", "/models")
def listing(request: Request, state: State) -> Reply:
    """All models."""
    return Reply({"object": "list", "data": [*map(_model, BUILT_IN), *state.part(FineTuned).values()]})


@route("GET", "/models/{model}")
def retrieve(request: Request, state: State) -> Reply:
    """One model."""
    identifier = request.path_params["model"]
    found = _model(identifier) if identifier in BUILT_IN else state.part(FineTuned).get(identifier)
    if found is None:
        raise _unknown(identifier)
    return Reply(found)


@route("DELETE", "/models/{model}")
def delete(request: Request, state: State) -> Reply:
    """Delete a fine-tuned model; 403 for a built-in one."""
    identifier = request.path_params["model"]
    if identifier in BUILT_IN:
        message = f"The model {identifier!r} is built in; only fine-tuned models can be deleted."
        raise ApiError(403, message, param="model", code="model_not_deletable")
    if state.part(FineTuned).pop(identifier) is None:
        raise _unknown(identifier)
    return Reply({"id": identifier, "object": "model", "deleted": True})
