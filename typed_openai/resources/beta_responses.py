"""Responses with several agents (API reference: Responses, beta): the shapes are those of responses.

    client.beta.responses.create(..., multi_agent={"enabled": True}, betas=["responses_multi_agent=v1"])

Items and events say which agent made them (`agent`); what else agents do is in `models/responses/agents.py`.
"""

from __future__ import annotations

from types import NoneType

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.models.responses.outputs import ResponseItem
from typed_openai.models.responses.params import (
    BetaResponseCreateParams,
    InputItemListParams,
    InputTokenCountParams,
    ResponseCompactParams,
    ResponseRetrieveParams,
)
from typed_openai.models.responses.results import CompactedResponse, InputTokenCountResponse, Response
from typed_openai.sockets.declaration import socket

_STREAM = "typed_openai.streaming.responses.ResponseAccumulator"


class InputItems(Resource):
    """What led to a response."""

    _betas = True

    list = get("/responses/{response_id}/input_items?beta=true", InputItemListParams, CursorPage[ResponseItem])
    """List the items that a stored response was made from, the newest first unless `order` says otherwise."""


class InputTokens(Resource):
    """How much a request would be."""

    _betas = True

    count = post("/responses/input_tokens?beta=true", InputTokenCountParams, InputTokenCountResponse)
    """Count the tokens of a request without making it."""


class Responses(Resource):
    """Ask a model that may hand work to agents of its own, and look after what the service keeps."""

    path = "beta.responses"
    _betas = True

    create = post("/responses?beta=true", BetaResponseCreateParams, Response, stream=_STREAM)
    """Ask for a response; with `multi_agent` several agents may work on it."""
    retrieve = get("/responses/{response_id}?beta=true", ResponseRetrieveParams, Response, stream=_STREAM)
    """Fetch a stored response; with `stream=True` its events, those after `starting_after` when that is given."""
    delete = delete("/responses/{response_id}?beta=true", NoneType, headers={"accept": "*/*"})
    """Delete a stored response."""
    cancel = post("/responses/{response_id}/cancel?beta=true", Response)
    """Give up a response that is made in the background."""
    compact = post("/responses/compact?beta=true", ResponseCompactParams, CompactedResponse)
    """Compact a long conversation; the output is the input of what comes next."""
    connect = socket("/responses?beta=true", None, "typed_openai.sockets.connections.BETA_RESPONSES")
    """Open a connection; `connection.response.create(...)` asks, `connection.response.inject(...)` adds to an answer
    that is under way."""
    input_items = nested(InputItems)
    input_tokens = nested(InputTokens)
