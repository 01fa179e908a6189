"""Batches: many requests in one file, executed within a day at half the price (`/batches`), and the lines of its files.

API reference: "Batch" (create, retrieve, cancel, list, the request input and output objects).

Rules
* A batch has one endpoint; the enumeration in `BatchCreateParams.endpoint` is the one list of those that there are.
* `BatchRequestInput` is a line of the file that goes in, `BatchRequestOutput` one of the files that come out. The
  helpers in `typed_openai/bulk/batches.py` write the first and read the second.

Weak spots
* `errors` says why a batch failed as a whole; what a single line got stands in the error file.
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, StrictInt

from typed_openai.models.base import Nullable, Open, Params, Result
from typed_openai.models.shared import Metadata

BatchEndpoint: TypeAlias = Literal[
    "/v1/responses",
    "/v1/chat/completions",
    "/v1/embeddings",
    "/v1/completions",
    "/v1/moderations",
    "/v1/images/generations",
    "/v1/images/edits",
    "/v1/videos",
]
"""The endpoints that a batch may ask."""


class OutputExpiresAfter(Params):
    """When the files that a batch writes are deleted by themselves."""

    anchor: Literal["created_at"] = "created_at"
    seconds: Annotated[StrictInt, Field(ge=3600, le=2592000)]
    """How long the files live, in seconds: from one hour (3600) to 30 days (2592000)."""


class BatchCreateParams(Params):
    """Which requests to execute."""

    completion_window: Literal["24h"]
    endpoint: BatchEndpoint
    """What all requests of the file ask. Batches of embeddings hold up to 50,000 inputs in all."""
    input_file_id: str
    """Id of an uploaded JSONL file of purpose `batch`: up to 50,000 lines and 200 MB."""
    metadata: Nullable[Metadata] = None
    """Your own notes."""
    output_expires_after: OutputExpiresAfter | None = None
    """When the files with the answers are deleted by themselves."""


class BatchListParams(Params):
    """Which batches to list."""

    after: str | None = None
    """Id of the last batch of the page before."""
    limit: StrictInt | None = None
    """How many to a page, 1 to 100; 20 by default."""


class BatchError(Result):
    """One thing that is wrong with the file of a batch."""

    code: str | None = None
    """What kind of thing, for programs."""
    line: int | None = None
    """Number of the line in the file, where it is one line's fault."""
    message: str | None = None
    """What is wrong, for people."""
    param: str | None = None
    """Name of the parameter that is wrong."""


class Errors(Result):
    """Why a batch failed as a whole."""

    data: list[BatchError] | None = None
    """Every fault that was found."""
    object: str | None = None
    """The kind of object: `list`."""


class BatchRequestCounts(Result):
    """How far a batch is, in requests."""

    completed: int
    """Answered well."""
    failed: int
    """Answered with an error."""
    total: int
    """All of them."""


class InputTokensDetails(Result):
    """What the tokens that were read were."""

    cached_tokens: int
    """Tokens that were found in the cache."""


class OutputTokensDetails(Result):
    """What the generated tokens were."""

    reasoning_tokens: int
    """Tokens that the model thought with."""


class BatchUsage(Result):
    """What a batch consumed, in tokens."""

    input_tokens: int
    """Read."""
    input_tokens_details: InputTokensDetails
    """What those were."""
    output_tokens: int
    """Generated."""
    output_tokens_details: OutputTokensDetails
    """What those were."""
    total_tokens: int
    """Both together."""


class Batch(Result):
    """A batch: what it asks, how far it is, and where its answers are. All times are Unix seconds."""

    id: str
    """Its id, such as `batch_abc123`: all that is needed to come back for the answers."""
    object: Open[Literal["batch"]]
    endpoint: str
    """What its requests ask."""
    status: Open[
        Literal["validating", "failed", "in_progress", "finalizing", "completed", "expired", "cancelling", "cancelled"]
    ]
    """Where it is in its life; the last are `completed`, `failed`, `expired` and `cancelled`."""
    input_file_id: str
    """Id of the file with the requests."""
    output_file_id: str | None = None
    """Id of the file with the answers; an expired or cancelled batch may have one too."""
    error_file_id: str | None = None
    """Id of the file with the requests that got an error."""
    errors: Errors | None = None
    """Why it failed as a whole."""
    completion_window: str
    """How long the service may take."""
    created_at: int
    """When it was made."""
    in_progress_at: int | None = None
    """When the first request was executed."""
    expires_at: int | None = None
    """When it expires unless it is done before."""
    finalizing_at: int | None = None
    """When the writing of its files began."""
    completed_at: int | None = None
    """When it was done."""
    failed_at: int | None = None
    """When it failed."""
    expired_at: int | None = None
    """When it expired."""
    cancelling_at: int | None = None
    """When somebody cancelled it."""
    cancelled_at: int | None = None
    """When the last request that was under way had ended."""
    request_counts: BatchRequestCounts | None = None
    """How far it is."""
    model: str | None = None
    """Name of the model that it asks."""
    usage: BatchUsage | None = None
    """What it consumed; only batches made after 7 September 2025 know."""
    metadata: dict[str, str] | None = None
    """Your own notes."""


# --- the lines of its files ------------------------------------------------------------------------------------------


class BatchRequestInput(Params):
    """One line of the file that goes in: a request, and the name that you give it."""

    custom_id: Annotated[str, Field(min_length=1)]
    """Your name for the request, once in a batch; its answer carries it, and answers come in any order."""
    method: Literal["POST"]
    url: BatchEndpoint
    """What is asked; the same in all lines."""
    body: dict[str, Any]
    """The parameters."""


class BatchResponse(Result):
    """What the endpoint answered."""

    status_code: int
    """The HTTP status."""
    request_id: str | None = None
    """The server's id of the request: quote it to support."""
    body: Any = None
    """The JSON body."""


class BatchRequestError(Result):
    """Why a request was not executed."""

    code: str | None = None
    """What kind of thing, such as `batch_expired`."""
    message: str | None = None
    """What it was, for people."""


class BatchRequestOutput(Result):
    """One line of a file that comes out, as it stands there."""

    id: str | None = None
    """The server's id of the line."""
    custom_id: str
    """Your name for the request."""
    response: BatchResponse | None = None
    """What the endpoint answered."""
    error: BatchRequestError | None = None
    """Why it was not asked."""
