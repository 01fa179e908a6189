"""Texts as vectors (API reference: Embeddings).

Vectors travel as base64 where the server is known to support it: a quarter of the bytes, and decoding beats parsing
numbers. Whatever is asked and whatever comes, `embedding` is a list of floats.
"""

from typing import Any

from typed_openai.core.caller import Caller
from typed_openai.core.declare.verbs import Resource, asynchronous, post
from typed_openai.models.embeddings import CreateEmbeddingResponse, EmbeddingCreateParams


def compact_encoding(client: Caller, params: dict[str, Any]) -> dict[str, Any]:
    """Ask for base64 unless the caller chose, or the server may not know it."""
    wanted = client.config.capabilities.base64_embeddings and not params.get("encoding_format")
    return {"encoding_format": "base64"} if wanted else {}


class Embeddings(Resource):
    """Turn texts into vectors that can be compared."""

    path = "embeddings"

    create = post("/embeddings", EmbeddingCreateParams, CreateEmbeddingResponse, prepare=compact_encoding)
    """Embed one text or many; `data[i].embedding` is a list of floats in the order of the input."""


AsyncEmbeddings = asynchronous(Embeddings)
