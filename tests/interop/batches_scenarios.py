"""What is asked of both servers about batches."""

from __future__ import annotations

from tests.interop.scenario import scenario
from typed_openai.models.base import NULL

BATCHES = [
    scenario(
        "batches.create",
        "of chats",
        completion_window="24h",
        endpoint="/v1/chat/completions",
        input_file_id="file-1",
    ),
    scenario(
        "batches.create",
        "with everything",
        completion_window="24h",
        endpoint="/v1/embeddings",
        input_file_id="file-1",
        metadata={"night": "12"},
        output_expires_after={"anchor": "created_at", "seconds": 3600},
    ),
    scenario(
        "batches.create",
        "without notes",
        completion_window="24h",
        endpoint="/v1/responses",
        input_file_id="file-1",
        metadata=NULL,
    ),
    scenario("batches.retrieve", "by id", "batch_1"),
    scenario("batches.list", "all of them"),
    scenario("batches.list", "a page", after="batch_0", limit=2),
    scenario("batches.cancel", "by id", "batch_1"),
]
