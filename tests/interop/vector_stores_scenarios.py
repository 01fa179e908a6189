"""Scenarios of `vector_stores`: stores, searches with every kind of filter, files and batches of files."""

from __future__ import annotations

from typing import Any

from tests.interop.scenario import Scenario, scenario
from typed_openai.models.base import NULL
from typed_openai.models.vector_stores.chunking import AutoFileChunkingStrategyParam
from typed_openai.models.vector_stores.filters import ComparisonFilter, CompoundFilter
from typed_openai.models.vector_stores.vector_stores import VectorStoreExpirationAfter

STATIC = {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 50}}
ATTRIBUTES = {"language": "en", "year": 2024, "share": 0.5, "draft": False, "ünï": "😀"}
PAGE: dict[str, Any] = {"after": "a", "before": "b", "limit": 2, "order": "asc"}
COMPARISONS = [
    {"type": "eq", "key": "language", "value": "en"},
    {"type": "ne", "key": "draft", "value": True},
    {"type": "gt", "key": "year", "value": 2000},
    {"type": "gte", "key": "share", "value": 0.5},
    {"type": "lt", "key": "year", "value": 3000},
    {"type": "lte", "key": "share", "value": 1},
]

STORES = [
    scenario("vector_stores.create", "of nothing"),
    scenario(
        "vector_stores.create",
        "with everything",
        name="policies",
        description="What we promise.",
        file_ids=["file-1", "file-2"],
        chunking_strategy=STATIC,
        expires_after={"anchor": "last_active_at", "days": 365},
        metadata={"topic": "policies"},
    ),
    scenario(
        "vector_stores.create",
        "of models",
        chunking_strategy=AutoFileChunkingStrategyParam(),
        expires_after=VectorStoreExpirationAfter(days=1),
    ),
    scenario("vector_stores.retrieve", "by id", "vs_1"),
    scenario("vector_stores.update", "with everything", "vs_1", name="new", metadata={"a": "b"}),
    scenario("vector_stores.update", "without notes", "vs_1", metadata=NULL),
    scenario("vector_stores.list", "all of them"),
    scenario("vector_stores.list", "a page", **PAGE),
    scenario("vector_stores.delete", "by id", "vs_1"),
]

SEARCHES = [
    scenario("vector_stores.search", "of a question", "vs_1", query="What is the return policy?"),
    scenario(
        "vector_stores.search",
        "with everything",
        "vs_1",
        query=["return policy", "refunds"],
        filters={"type": "and", "filters": COMPARISONS},
        max_num_results=50,
        ranking_options={"ranker": "default-2024-11-15", "score_threshold": 0.5},
        rewrite_query=True,
    ),
    scenario(
        "vector_stores.search",
        "with a filter of models",
        "vs_1",
        query="refunds",
        filters=CompoundFilter(type="or", filters=[ComparisonFilter(type="eq", key="year", value=2024)]),
    ),
    scenario(
        "vector_stores.search", "with one comparison", "vs_1", query="q", filters=COMPARISONS[0], ranking_options={}
    ),
]

FILES = [
    scenario("vector_stores.files.create", "by id", "vs_1", file_id="file-1"),
    scenario(
        "vector_stores.files.create",
        "with everything",
        "vs_1",
        file_id="file-1",
        attributes=ATTRIBUTES,
        chunking_strategy=STATIC,
    ),
    scenario("vector_stores.files.retrieve", "by ids in the order of the path", "vs_1", "file-1"),
    scenario("vector_stores.files.retrieve", "by ids as other packages take them", "file-1", vector_store_id="vs_1"),
    scenario("vector_stores.files.update", "with attributes", "vs_1", "file-1", attributes=ATTRIBUTES),
    scenario("vector_stores.files.update", "without attributes", "vs_1", "file-1", attributes=NULL),
    scenario("vector_stores.files.list", "all of them", "vs_1"),
    scenario("vector_stores.files.list", "a page", "vs_1", filter="failed", **PAGE),
    scenario("vector_stores.files.delete", "by ids", "vs_1", "file-1"),
    scenario("vector_stores.files.content", "by ids", "vs_1", "file-1"),
]

BATCHES = [
    scenario(
        "vector_stores.file_batches.create",
        "of ids",
        "vs_1",
        file_ids=["file-1", "file-2"],
        attributes=ATTRIBUTES,
        chunking_strategy={"type": "auto"},
    ),
    scenario(
        "vector_stores.file_batches.create",
        "of files with attributes of their own",
        "vs_1",
        files=[{"file_id": "file-1", "attributes": ATTRIBUTES, "chunking_strategy": STATIC}, {"file_id": "file-2"}],
    ),
    scenario("vector_stores.file_batches.retrieve", "by ids", "vs_1", "vsfb_1"),
    scenario("vector_stores.file_batches.cancel", "by ids", "vs_1", "vsfb_1"),
    scenario("vector_stores.file_batches.list_files", "all of them", "vs_1", "vsfb_1"),
    scenario("vector_stores.file_batches.list_files", "a page", "vs_1", "vsfb_1", filter="completed", **PAGE),
]

VECTOR_STORES: list[Scenario] = [*STORES, *SEARCHES, *FILES, *BATCHES]
