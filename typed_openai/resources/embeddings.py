"""Texts as vectors (API reference: Embeddings).

Vectors travel as base64 where the server is known to support it: a quarter of the bytes, and decoding beats parsing
numbers. Whatever is asked and whatever comes, `embedding` is a list of floats.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from typed_openai.core.call_options import CallOptions
from typed_openai.core.caller import Caller
from typed_openai.core.declare.flow_methods import flow_method, repeated
from typed_openai.core.declare.verbs import Resource, post
from typed_openai.models.embeddings import CreateEmbeddingResponse, EmbeddingCreateParams

if TYPE_CHECKING:
    from typed_openai.bulk.vectors import Vectors
    from typed_openai.core.run.effects import Flow


def compact_encoding(client: Caller, params: dict[str, Any]) -> dict[str, Any]:
    """Ask for base64 unless the caller chose, or the server may not know it."""
    wanted = client.config.capabilities.base64_embeddings and not params.get("encoding_format")
    return {"encoding_format": "base64"} if wanted else {}


class Embeddings(Resource):
    """Turn texts into vectors that can be compared."""

    path = "embeddings"

    create = post("/embeddings", EmbeddingCreateParams, CreateEmbeddingResponse, prepare=compact_encoding)
    """Embed one text or many; `data[i].embedding` is a list of floats in the order of the input."""

    @flow_method(params=EmbeddingCreateParams, leave_out=("input", "encoding_format"), options=(CallOptions,))
    def create_many(
        self, texts: Iterable[str | Sequence[int]], *, concurrency: int = 8, **params: Any
    ) -> Flow[Vectors]:
        """Embed any number of texts, several requests at once; `numpy.asarray(vectors)` is an array of float32.

        Parted by 2,048 texts and by tokens; the vectors stand in the order of the texts. `timeout` is for each request,
        `deadline` (seconds) for all together. Raises what `create` raises: the first failure ends it.

        texts: texts, or token numbers; drawn from once.
        concurrency: how many requests run at once.
        """
        from typed_openai.bulk.vectors import embedded

        create = repeated("embeddings.create_many", self.with_raw_response.create, params)
        return (yield from embedded(create, texts, concurrency, params))
