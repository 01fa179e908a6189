"""What a batch, and `client.map`, may ask: for each endpoint the operation, its parameters and its answer.

The table names what the declarations in `typed_openai/resources` say, so that jobs need no client and no tree of
resources to check a line; `tests/batches/test_lines.py` compares the two. Models are loaded with their row.
"""

from __future__ import annotations

import operator
from functools import cached_property
from typing import Any, get_args

from typed_openai.core.lazy_names import named
from typed_openai.models.base import Params, Result
from typed_openai.models.batches import BatchEndpoint

ENDPOINTS: tuple[BatchEndpoint, ...] = get_args(BatchEndpoint)
"""What a batch may ask."""


class BatchedOperation:
    """One row: `title` is the place of the operation below a client."""

    multipart = False

    def __init__(self, endpoint: str, title: str, params: str, model: str) -> None:
        self.path: str = endpoint.removeprefix("/v1")
        self.title = title
        self._params, self._model = f"typed_openai.models.{params}", f"typed_openai.models.{model}"

    @cached_property
    def params(self) -> type[Params]:
        """What a line asks with."""
        found: type[Params] = named(self._params)
        return found

    @cached_property
    def model(self) -> type[Result]:
        """What comes back."""
        found: type[Result] = named(self._model)
        return found

    def of(self, client: Any) -> Any:
        """The operation of a client."""
        return operator.attrgetter(self.title)(client)

    def raw(self, client: Any) -> Any:
        """The same, giving raw answers."""
        area, _, name = self.title.rpartition(".")
        return getattr(operator.attrgetter(area)(client).with_raw_response, name)

    def is_for(self, kind: type[Any]) -> bool:
        """Whether parameters of that class are meant for it; loads nothing unless the module is the same."""
        names = [f"{base.__module__}.{base.__qualname__}" for base in kind.__mro__]
        return self._params in names


class _WithFiles(BatchedOperation):
    multipart = True


_ROWS: dict[str, BatchedOperation] = {
    row.path: row
    for row in (
        BatchedOperation(
            "/v1/responses", "responses.create", "responses.params.ResponseCreateParams", "responses.results.Response"
        ),
        BatchedOperation(
            "/v1/chat/completions",
            "chat.completions.create",
            "chat.params.ChatCompletionCreateParams",
            "chat.completions.ChatCompletion",
        ),
        BatchedOperation(
            "/v1/embeddings",
            "embeddings.create",
            "embeddings.EmbeddingCreateParams",
            "embeddings.CreateEmbeddingResponse",
        ),
        BatchedOperation(
            "/v1/completions", "completions.create", "completions.CompletionCreateParams", "completions.Completion"
        ),
        BatchedOperation(
            "/v1/moderations",
            "moderations.create",
            "moderations.ModerationCreateParams",
            "moderations.ModerationCreateResponse",
        ),
        BatchedOperation(
            "/v1/images/generations",
            "images.generate",
            "images.images.ImageGenerateParams",
            "images.images.ImagesResponse",
        ),
        _WithFiles("/v1/images/edits", "images.edit", "images.images.ImageEditParams", "images.images.ImagesResponse"),
        _WithFiles("/v1/videos", "videos.create", "videos.VideoCreateParams", "videos.Video"),
    )
}


def operation_at(endpoint: str) -> BatchedOperation | None:
    """The operation of an endpoint such as `/v1/embeddings`; None when this package has none."""
    return _ROWS.get(endpoint.removeprefix("/v1"))


def endpoint_of(params: Params) -> BatchEndpoint | None:
    """The endpoint that takes parameters of this class, among those that a batch may ask; None when there is none."""
    for endpoint in ENDPOINTS:
        operation = operation_at(endpoint)
        if operation is not None and operation.is_for(type(params)):
            return endpoint
    return None
