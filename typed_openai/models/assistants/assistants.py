"""Assistants: a model with instructions and tools, kept by the service (deprecated by it).

API reference: "Assistants" (create, list, retrieve, update, delete). What they share with threads and runs stands in
`assistant_tools.py`.

Rules
* Where the API takes null, `None` leaves a parameter out and `NULL` sends the null (which takes a value away again).

Weak spots
* `reasoning_effort` goes out but does not come back: the API description has no such field in the answer. A server that
  sends it has it kept as an extra attribute.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import StringConstraints

from typed_openai.models.assistants.assistant_tools import (
    AssistantResponseFormat,
    AssistantResponseFormatOptionParam,
    AssistantTool,
    AssistantTools,
    NewToolResourcesParam,
    PageParams,
    Temperature,
    ToolResources,
    TopP,
)
from typed_openai.models.base import Nullable, Open, Params, Result
from typed_openai.models.given_results import accepts_results
from typed_openai.models.known_values import KnownChatModel
from typed_openai.models.receipts import Deleted
from typed_openai.models.shared import Metadata, ReasoningEffort

Name: TypeAlias = Annotated[str, StringConstraints(max_length=256)]
Description: TypeAlias = Annotated[str, StringConstraints(max_length=512)]
Instructions: TypeAlias = Annotated[str, StringConstraints(max_length=256_000)]


class _AssistantParams(Params):
    """What an assistant is made of."""

    name: Nullable[Name] = None
    """A name, of up to 256 characters."""
    description: Nullable[Description] = None
    """What it is for, in up to 512 characters."""
    instructions: Nullable[Instructions] = None
    """How it shall behave (the system prompt), in up to 256,000 characters."""
    metadata: Nullable[Metadata] = None
    """Your own notes on it; those of a change replace those before."""
    reasoning_effort: Nullable[ReasoningEffort] = None
    """How long a reasoning model may think before it answers."""
    response_format: Nullable[AssistantResponseFormatOptionParam] = None
    """The form of its answers; `auto` by default."""
    temperature: Nullable[Temperature] = None
    """How varied answers are, from 0 to 2; 1 by default."""
    tools: AssistantTools | None = None
    """What it may use: up to 128 tools; those of a change replace those before."""
    top_p: Nullable[TopP] = None
    """Consider only the likeliest tokens that make up this share of the probability, from 0 to 1; 1 by default."""


class AssistantCreateParams(_AssistantParams):
    """What a new assistant is made of."""

    model: KnownChatModel
    """Name of the model that answers."""
    tool_resources: Nullable[Annotated[NewToolResourcesParam, accepts_results()]] = None
    """What its tools work on: files for the code interpreter, a vector store for file search."""


class AssistantUpdateParams(_AssistantParams):
    """What to change in an assistant; what is left out stays as it is."""

    model: KnownChatModel | None = None
    """Name of the model that answers."""
    tool_resources: Nullable[ToolResources] = None
    """What its tools work on."""


class AssistantListParams(PageParams):
    """Which assistants to list."""


class Assistant(Result):
    """An assistant."""

    id: str
    """Its id, such as `asst_abc123`."""
    object: Open[Literal["assistant"]]
    created_at: int
    """When it was made, Unix time in seconds."""
    name: str | None = None
    """Its name."""
    description: str | None = None
    """What it is for."""
    model: str
    """Name of the model that answers."""
    instructions: str | None = None
    """How it behaves."""
    tools: list[AssistantTool]
    """What it may use."""
    tool_resources: ToolResources | None = None
    """What its tools work on."""
    metadata: dict[str, str] | None = None
    """Your own notes on it."""
    temperature: float | None = None
    """How varied answers are."""
    top_p: float | None = None
    """The share of the probability that is considered."""
    response_format: Literal["auto"] | AssistantResponseFormat | None = None
    """The form of its answers: `auto` or an object."""


class AssistantDeleted(Deleted):
    """The receipt for deleting an assistant."""

    object: Open[Literal["assistant.deleted"]]
