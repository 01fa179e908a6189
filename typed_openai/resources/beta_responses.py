"""Responses as the beta has them, over a socket (API reference: Responses, beta)."""

from typed_openai.core.declare.verbs import Resource, asynchronous
from typed_openai.sockets.declaration import socket


class Responses(Resource):
    """Many responses on one connection, with items that are put into one that is under way."""

    path = "beta.responses"

    connect = socket("/responses?beta=true", None, "typed_openai.sockets.connections.BETA_RESPONSES")
    """Open a connection; `connection.response.create(...)` asks, `connection.response.inject(...)` adds to an answer
    that is under way."""


AsyncResponses = asynchronous(Responses)
