"""`/assistants`: made, listed, changed, deleted. What they do is decided in `run_work.py`."""

from __future__ import annotations

from typing import Any

from typed_openai.local.arguments import Arguments
from typed_openai.local.assistant_request import read_format, read_resources, read_tools
from typed_openai.local.errors import wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.models import require_model
from typed_openai.local.paging import page
from typed_openai.local.router import route
from typed_openai.local.state import Collection, State

MOST_TOOLS = 128
_LONGEST = {"name": 256, "description": 512, "instructions": 256_000}


class Assistants(Collection[dict[str, Any]]):
    """The assistants of one server."""


def find_assistant(state: State, identifier: str, param: str = "assistant_id") -> dict[str, Any]:
    """The assistant of that id; 404 when there is none."""
    return state.part(Assistants).found(identifier, "assistant", param)


def _given(body: Arguments, state: State) -> dict[str, Any]:
    """The members that a request sets, checked; null sets a member to null."""
    found: dict[str, Any] = {}
    for name, longest in _LONGEST.items():
        if name in body.members:
            text = body.optional_string(name)
            if text is not None and len(text) > longest:
                raise wrong_value(name, f"The parameter {name!r} has {len(text)} characters, more than {longest}.")
            found[name] = text
    for name, highest in (("temperature", 2), ("top_p", 1)):
        if name in body.members:
            found[name] = body.number(name, 0, highest)
    if "model" in body.members:
        found["model"] = body.string("model")
        require_model(state, body.string("model"))
    if "tools" in body.members:
        found["tools"] = read_tools(body, MOST_TOOLS)
    if "tool_resources" in body.members:
        found["tool_resources"] = read_resources(body, state)
    if "metadata" in body.members:
        found["metadata"] = body.metadata()
    if "response_format" in body.members:
        found["response_format"] = read_format(body)
    return found


@route("POST", "/assistants")
def create(request: Request, state: State) -> Reply:
    """Make an assistant."""
    body = request.arguments()
    body.string("model")
    made: dict[str, Any] = {
        "id": state.new_id("asst_"),
        "object": "assistant",
        "created_at": state.now(),
        **dict.fromkeys(_LONGEST),
        "tools": [],
        "tool_resources": {},
        "metadata": {},
        "temperature": 1.0,
        "top_p": 1.0,
        "response_format": "auto",
        **_given(body, state),
    }
    state.part(Assistants).put(str(made["id"]), made)
    return Reply(made)


@route("GET", "/assistants")
def listing(request: Request, state: State) -> Reply:
    """The assistants in pages, the newest first."""
    return Reply(page(request, state.part(Assistants).values(), default_order="desc"))


@route("GET", "/assistants/{assistant_id}")
def retrieve(request: Request, state: State) -> Reply:
    """One assistant."""
    return Reply(find_assistant(state, request.path_params["assistant_id"]))


@route("POST", "/assistants/{assistant_id}")
def update(request: Request, state: State) -> Reply:
    """Change what the request names, and nothing else."""
    found = find_assistant(state, request.path_params["assistant_id"])
    changed = {**found, **_given(request.arguments(), state)}
    state.part(Assistants).put(str(found["id"]), changed)
    return Reply(changed)


@route("DELETE", "/assistants/{assistant_id}")
def delete(request: Request, state: State) -> Reply:
    """Forget an assistant; its runs stay."""
    found = find_assistant(state, request.path_params["assistant_id"])
    state.part(Assistants).pop(str(found["id"]))
    return Reply({"id": found["id"], "object": "assistant.deleted", "deleted": True})
