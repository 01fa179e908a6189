"""Responses: what a model answers, with tools, thoughts and a memory of its own (API reference: Responses)."""

from types import NoneType

from typed_openai.core.endpoint import Resource, asynchronous, delete, get, nested, post
from typed_openai.core.pages import CursorPage
from typed_openai.models.response_outputs import ResponseItem
from typed_openai.models.response_params import (
    InputItemListParams,
    InputTokenCountParams,
    ResponseCompactParams,
    ResponseCreateParams,
    ResponseRetrieveParams,
)
from typed_openai.models.responses import CompactedResponse, InputTokenCountResponse, Response

_STREAM = "responses.ResponseAccumulator"


class InputItems(Resource):
    """What led to a response."""

    path = "responses.input_items"

    list = get("/responses/{response_id}/input_items", InputItemListParams, CursorPage[ResponseItem])
    """List the items that a stored response was made from, the newest first unless `order` says otherwise."""


AsyncInputItems = asynchronous(InputItems)


class InputTokens(Resource):
    """How much a request would be."""

    path = "responses.input_tokens"

    count = post("/responses/input_tokens", InputTokenCountParams, InputTokenCountResponse)
    """Count the tokens of a request without making it."""


AsyncInputTokens = asynchronous(InputTokens)


class Responses(Resource):
    """Ask a model, and look after what the service keeps."""

    path = "responses"

    create = post("/responses", ResponseCreateParams, Response, stream=_STREAM)
    """Ask for a response; event by event with `stream=True`, made while you wait elsewhere with `background=True`."""
    stream = post("/responses", ResponseCreateParams, Response, stream=_STREAM, events="responses.EVENTS")
    """Ask for a response as typed events, with a running snapshot and `get_final_response()`."""
    retrieve = get("/responses/{response_id}", ResponseRetrieveParams, Response, stream=_STREAM)
    """Fetch a stored response; with `stream=True` its events, those after `starting_after` when that is given."""
    cancel = post("/responses/{response_id}/cancel", Response)
    """Give up a response that is made in the background."""
    delete = delete("/responses/{response_id}", NoneType)
    """Delete a stored response."""
    compact = post("/responses/compact", ResponseCompactParams, CompactedResponse)
    """Compact a long conversation; the output is the input of what comes next."""
    input_items = nested("responses.InputItems")
    input_tokens = nested("responses.InputTokens")


AsyncResponses = asynchronous(Responses)
