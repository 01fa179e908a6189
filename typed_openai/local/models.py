"""`/models`: the models this server has, and the fine-tuned ones that can be deleted.

There are three that are built in, one for each thing the server can do, and one sample of a fine-tuned model, so that
deleting can be tried. Chat, completions, embeddings and moderations take any other name as well (code written for a
real model runs here unchanged) except a fine-tuned one (`ft:…`) that does not exist or does not exist any more.
"""

from __future__ import annotations

from typed_openai.local.errors import ApiError, missing
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.router import route
from typed_openai.local.state import EPOCH, State

OWNER = "typed-openai-local"
BUILT_IN = ("local-echo", "local-embedding", "local-moderation")
SAMPLE_FINE_TUNED = "ft:local-echo:sample::0001"


class Models(dict[str, dict[str, object]]):
    """The models of one server, by id."""

    def __init__(self) -> None:
        super().__init__()
        for identifier in (*BUILT_IN, SAMPLE_FINE_TUNED):
            self.add(identifier, EPOCH)

    def add(self, identifier: str, created: int) -> None:
        """One more."""
        self[identifier] = {"id": identifier, "object": "model", "created": created, "owned_by": OWNER}


def _model(state: State, identifier: str) -> dict[str, object]:
    found = state.part(Models).get(identifier)
    if found is None:
        message = f"This local server has no model {identifier!r}. Built in are {', '.join(BUILT_IN)}."
        raise ApiError(404, message, param="model", code="model_not_found")
    return found


def require_model(state: State, identifier: str) -> None:
    """Refuse a fine-tuned model that does not exist, with 404; every other name is accepted, but an empty one."""
    if not identifier:
        raise missing("model")
    if identifier.startswith("ft:"):
        _model(state, identifier)


def add_fine_tuned(state: State, identifier: str) -> None:
    """A training made a model: it can be listed, asked and deleted from now on."""
    state.part(Models).add(identifier, state.now())


@route("GET", "/models")
def listing(request: Request, state: State) -> Reply:
    """All models."""
    return Reply({"object": "list", "data": list(state.part(Models).values())})


@route("GET", "/models/{model}")
def retrieve(request: Request, state: State) -> Reply:
    """One model."""
    return Reply(_model(state, request.path_params["model"]))


@route("DELETE", "/models/{model}")
def delete(request: Request, state: State) -> Reply:
    """Delete a fine-tuned model; 403 for a built-in one."""
    identifier = request.path_params["model"]
    if identifier in BUILT_IN:
        message = f"The model {identifier!r} is built in; only fine-tuned models can be deleted."
        raise ApiError(403, message, param="model", code="model_not_deletable")
    _model(state, identifier)
    state.part(Models).pop(identifier, None)
    return Reply({"id": identifier, "object": "model", "deleted": True})
