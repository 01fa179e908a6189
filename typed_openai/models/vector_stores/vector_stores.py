"""Vector stores: what makes, changes, lists and searches them, and what comes back.

API reference: "Vector stores" (create, retrieve, update, list, delete, search). The files in a store stand in
`vector_store_files.py`, ways to cut them in `chunking.py`, conditions of a search in `filters.py`.

Rules
* On update `None` leaves a field as it is and `NULL` empties it: the name, the expiry, the metadata.

Weak spots
* `limit` has no bounds in the API description's schema; the service takes 1 to 100.
* A search has one page: the answer has a `next_page`, but no parameter takes it. Raise `max_num_results` (50 at most).
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StringConstraints

from typed_openai.core.answer.pages import AsyncPage, Envelope, Page, SyncPage, T
from typed_openai.models.base import Nullable, Open, Params, Result
from typed_openai.models.receipts import Deleted
from typed_openai.models.shape import CLOSED, Shape
from typed_openai.models.shared import Metadata, StringOrList
from typed_openai.models.vector_stores.chunking import ChunkingStrategyParam
from typed_openai.models.vector_stores.filters import AnyFilter, Number

Attributes: TypeAlias = Annotated[
    dict[
        Annotated[str, StringConstraints(max_length=64)],
        Annotated[str, StringConstraints(max_length=512)] | Number | StrictBool,
    ],
    Field(max_length=16),
]
"""What a search may filter by: up to 16 pairs, keys of up to 64 characters; texts of up to 512, numbers, booleans."""

ReadAttributes: TypeAlias = dict[str, str | bool | int | float]
"""The attributes of a file, as the service gives them back."""

# --- requests --------------------------------------------------------------------------------------------------------


class ExpiresAfter(Shape):
    """When a store expires by itself."""

    anchor: Literal["last_active_at"] = "last_active_at"
    days: Annotated[int, Field(ge=1, le=365)]
    """How many days, 1 to 365."""


VectorStoreExpirationAfter = ExpiresAfter


class VectorStoreCreateParams(Params):
    """A new vector store."""

    chunking_strategy: ChunkingStrategyParam | None = None
    """How the files are cut; `auto` by default. Only together with `file_ids`."""
    description: str | None = None
    """What the store is for."""
    expires_after: ExpiresAfter | None = None
    """When it is to expire by itself; never by default."""
    file_ids: Annotated[list[str], Field(max_length=500)] | None = None
    """Ids of uploaded files to put into it, up to 500."""
    metadata: Nullable[Metadata] = None
    """Your own notes, up to 16 pairs."""
    name: str | None = None
    """What it is called."""


class VectorStoreUpdateParams(Params):
    """What can be changed on a vector store."""

    expires_after: Nullable[ExpiresAfter] = None
    """When it is to expire by itself; `NULL`: never."""
    metadata: Nullable[Metadata] = None
    """Your own notes, up to 16 pairs, in place of those it had; `NULL` removes them."""
    name: Nullable[str] = None
    """What it is called; `NULL` takes the name away."""


class VectorStoreListParams(Params):
    """Which vector stores to list."""

    after: str | None = None
    """Id of the last store of the page before."""
    before: str | None = None
    """Id of the first store of the page after."""
    limit: StrictInt | None = None
    """How many to a page, 1 to 100; 20 by default."""
    order: Literal["asc", "desc"] | None = None
    """By time of creation: `asc` or `desc` (newest first, default)."""


class RankingOptions(Params):
    """How results are put in order."""

    ranker: Literal["none", "auto", "default-2024-11-15"] | None = None
    """What orders them; `auto` by default, `none` saves the time that it takes."""
    score_threshold: Annotated[StrictFloat, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    """Leave out what scores less, 0 to 1; 0 by default."""


class VectorStoreSearchParams(Params):
    """What to look for, and where."""

    query: StringOrList[str, list[str]]
    """What to look for, in words; several queries may be given as a list."""
    filters: Annotated[AnyFilter, CLOSED] | None = None
    """Only in files whose attributes fulfil this: a `ComparisonFilter` or a `CompoundFilter`."""
    max_num_results: Annotated[StrictInt, Field(ge=1, le=50)] | None = None
    """How many chunks at most, 1 to 50; 10 by default."""
    ranking_options: RankingOptions | None = None
    """How they are put in order, and how well they must fit."""
    rewrite_query: StrictBool | None = None
    """Whether the service may put the query into words that find more; False by default."""


# --- answers ---------------------------------------------------------------------------------------------------------


class FileCounts(Result):
    """How many files of a store or a batch are in which state."""

    cancelled: int
    """Given up before they were done."""
    completed: int
    """Ready to be searched."""
    failed: int
    """Could not be read; the files themselves say why (`last_error`)."""
    in_progress: int
    """Still being worked on."""
    total: int
    """All of them."""


class VectorStore(Result):
    """Files that were cut into chunks and can be searched."""

    id: str
    """Id, such as `vs_abc123`."""
    object: Open[Literal["vector_store"]]
    created_at: int
    """When it was made, Unix time in seconds."""
    name: str | None
    """What it is called; null where nobody called it anything (a text by the description, not by the service)."""
    description: str | None = None
    """What it is for, where the server says so."""
    usage_bytes: int
    """Bytes that its files take up."""
    file_counts: FileCounts
    """How many of its files are in which state."""
    status: Open[Literal["expired", "in_progress", "completed"]]
    """`completed`: ready to be searched; `in_progress`: files are still being worked on; `expired`: gone."""
    expires_after: ExpiresAfter | None = None
    """When it expires by itself; None: never."""
    expires_at: int | None = None
    """When that will be, Unix time in seconds."""
    last_active_at: int | None
    """When it was last used, Unix time in seconds."""
    metadata: dict[str, str] | None
    """Your own notes."""


class VectorStoreDeleted(Deleted):
    """The answer to deleting a vector store; its files are not deleted with it."""

    object: Open[Literal["vector_store.deleted"]]


class SearchContent(Result):
    """A piece of what was found."""

    text: str
    """The text."""
    type: Open[Literal["text"]]


class VectorStoreSearchResponse(Result):
    """One chunk that a search found."""

    file_id: str
    """Id of the file that it is from."""
    filename: str
    """Name of that file."""
    score: float
    """How well it fits, 0 to 1."""
    attributes: ReadAttributes | None
    """The attributes of that file."""
    content: list[SearchContent]
    """The chunk itself, in pieces."""

    @property
    def text(self) -> str:
        """The whole chunk."""
        return "\n".join(piece.text for piece in self.content)


# --- what a search returns -------------------------------------------------------------------------------------------


class SearchEnvelope(Envelope):
    """What stands around the results of a search."""

    search_query: list[str]


class SearchPage(Page[T]):
    """The results of a search, best first, and what was looked for."""

    envelope = SearchEnvelope

    @property
    def search_query(self) -> list[str]:
        """The queries as they were run: what was given, or what the service made of it (`rewrite_query`)."""
        queries: Any = getattr(self._envelope, "search_query", None)
        return queries or []


class SyncSearchPage(SearchPage[T], SyncPage[T]):
    """The results of a search of a sync client."""


class AsyncSearchPage(SearchPage[T], AsyncPage[T]):
    """The results of a search of an async client."""


SearchPage.kinds = (SyncSearchPage, AsyncSearchPage)
