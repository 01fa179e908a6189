"""`/assistants`: made, listed, changed, deleted. What they do is decided in `run_work.py`."""

from __future__ import annotations

from typing import Any

from typed_openai.local.assistant_request import resources
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import Item, Kept, given_of
from typed_openai.local.models import require_model
from typed_openai.local.router import route
from typed_openai.local.state import State

DEFAULTS: dict[str, Any] = {
    "name": None,
    "description": None,
    "instructions": None,
    "model": None,
    "tools": [],
    "tool_resources": {},
    "metadata": {},
    "temperature": 1.0,
    "top_p": 1.0,
    "response_format": "auto",
}
ASSISTANTS = Kept("assistant", "/assistants/{assistant_id}", "asst_", "assistant")
ROUTES = ASSISTANTS.routes("list", "retrieve", "delete")


def _given(request: Request, state: State) -> Item:
    """The members that a request sets."""
    found = given_of(request, DEFAULTS)
    if "model" in found:
        require_model(state, found["model"])
    if "tool_resources" in found:
        found["tool_resources"] = resources(found["tool_resources"], state)
    return found


@route("POST", "/assistants")
def create(request: Request, state: State) -> Reply:
    """Make an assistant."""
    return ASSISTANTS.reply(state, ASSISTANTS.make(state, **{**DEFAULTS, **_given(request, state)}))


@route("POST", "/assistants/{assistant_id}")
def update(request: Request, state: State) -> Reply:
    """Change what the request names, and nothing else."""
    found = ASSISTANTS.at(request, state)
    return ASSISTANTS.reply(state, ASSISTANTS.put(state, found, **_given(request, state)))
