"""Conversations that the service keeps, and their items (`/conversations`).

API reference: "Conversations" and "Conversation items". The items are those of the Responses API; what differs is that
any role may have said a message (`Message`).

Weak spot: an item that is newer than this package is an `UnknownItem`; a strict request refuses it as input.
"""

from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from typed_openai.models.base import Null, Nullable, Open, Params, Result, Tagged
from typed_openai.models.input_content import ResponseRequest
from typed_openai.models.responses.input_params import ResponseInput
from typed_openai.models.responses.items import (
    Message,
    ResponseCustomToolCall,
    ResponseCustomToolCallOutput,
    ResponseFunctionToolCallItem,
    ResponseFunctionToolCallOutputItem,
)
from typed_openai.models.responses.outputs import StoredItem
from typed_openai.models.responses.params import InputItemListParams, ResponseIncludable
from typed_openai.models.responses.text import ResponseConfigurationUpdateItem
from typed_openai.models.shared import Metadata


class ConversationCreateParams(ResponseRequest):
    """How a conversation begins."""

    items: Nullable[Annotated[ResponseInput, Field(max_length=20)]] = None
    """The first items: up to 20. Items of responses and of other conversations may stand in it as they are."""
    metadata: Nullable[Metadata] = None
    """Your own notes: up to 16 pairs."""


class ConversationUpdateParams(Params):
    """What to change."""

    metadata: Metadata | Null
    """Your own notes from now on: up to 16 pairs."""


class ItemCreateParams(ResponseRequest):
    """Items to add."""

    items: Annotated[ResponseInput, Field(max_length=20)]
    """Up to 20 items. Items of responses and of other conversations may stand in it as they are."""
    include: list[ResponseIncludable] | None = None
    """What the items shall bring besides."""


class ItemRetrieveParams(Params):
    """How to fetch an item."""

    include: list[ResponseIncludable] | None = None
    """What the item shall bring besides."""


class ItemListParams(InputItemListParams):
    """Which items to list."""


class Conversation(Result):
    """A conversation that the service keeps; its items are listed on their own."""

    id: str
    """Names the conversation in other calls, and as `conversation` of a response."""
    object: Open[Literal["conversation"]]
    created_at: int
    """When it was made, Unix seconds."""
    metadata: Any
    """Your own notes, most often a dict of texts; None without any."""


class ConversationDeletedResource(Result):
    """A conversation that was deleted; its items are not."""

    id: str
    """The id that it had."""
    object: Open[Literal["conversation.deleted"]]
    deleted: bool
    """True."""


ConversationItem = TypeAliasType(
    "ConversationItem",
    Annotated[
        Message
        | ResponseFunctionToolCallItem
        | ResponseFunctionToolCallOutputItem
        | StoredItem
        | ResponseConfigurationUpdateItem
        | ResponseCustomToolCall
        | ResponseCustomToolCallOutput,
        Tagged("type"),
    ],
)
"""An item of a conversation, told apart by `type`."""


class ConversationItemList(Result):
    """The items that were added, as the service keeps them."""

    data: list[ConversationItem]
    """The items, in their order."""
    object: Open[Literal["list"]]
    first_id: str
    """Id of the first."""
    last_id: str
    """Id of the last."""
    has_more: bool
    """Whether there are more."""
