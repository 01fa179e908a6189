"""Conversations, containers and webhooks as type checkers see them, in both colours.

Never executed; see `test_chat.py` for how errors are expected.
"""

from typing import assert_type

from typed_openai import AsyncOpenAI, Binary, OpenAI, sign_webhook
from typed_openai.models.containers import (
    ContainerCreateResponse,
    ContainerListResponse,
    ContainerRetrieveResponse,
    FileCreateResponse,
    FileListResponse,
)
from typed_openai.models.conversations import (
    Conversation,
    ConversationDeletedResource,
    ConversationItem,
    ConversationItemList,
)
from typed_openai.models.webhooks import (
    DeletedWebhookEndpoint,
    RealtimeCallIncomingWebhookEvent,
    ResponseCompletedWebhookEvent,
    UnwrapWebhookEvent,
    WebhookEndpoint,
    WebhookEndpointTestResult,
    WebhookEndpointWithSecret,
    WebhookEventTypeList,
)
from typed_openai.webhooks import unwrap, verify_signature

client = OpenAI(webhook_secret=None)
async_client = AsyncOpenAI(webhook_secret=False)


async def conversations_are_kept() -> None:
    assert_type(client.conversations.create(metadata={"a": "b"}), Conversation)
    assert_type(client.conversations.delete("conv_1"), ConversationDeletedResource)
    assert_type(await async_client.conversations.update("conv_1", metadata={"a": "b"}), Conversation)
    assert_type(await async_client.conversations.retrieve(conversation_id="conv_1"), Conversation)
    client.conversations.update("conv_1")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]


async def items_are_told_apart() -> None:
    assert_type(client.conversations.items.retrieve("msg_1", conversation_id="conv_1"), ConversationItem)
    assert_type(await async_client.conversations.items.retrieve("msg_1", conversation_id="conv_1"), ConversationItem)
    items = client.conversations.items.list("conv_1", order="asc")
    for item in items:
        assert_type(item, ConversationItem)
        assert_type(item.id, str | None)
    async for item in async_client.conversations.items.list("conv_1"):
        assert_type(item, ConversationItem)
    added = client.conversations.items.create("conv_1", items=[*items])
    assert_type(added, ConversationItemList)
    assert_type(added.data, list[ConversationItem])


async def containers_have_files() -> None:
    assert_type(client.containers.create(name="box"), ContainerCreateResponse)
    assert_type(await async_client.containers.retrieve("cntr_1"), ContainerRetrieveResponse)
    assert_type(client.containers.delete("cntr_1"), None)
    for container in client.containers.list(name="box"):
        assert_type(container, ContainerListResponse)
    assert_type(client.containers.files.create("cntr_1", file=b"a"), FileCreateResponse)
    async for file in async_client.containers.files.list("cntr_1"):
        assert_type(file, FileListResponse)
    assert_type(client.containers.files.content.retrieve("cfile_1", container_id="cntr_1"), Binary)
    client.containers.create()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]


def webhooks_are_read(body: bytes, headers: dict[str, str]) -> None:
    assert_type(sign_webhook(body), dict[str, str])
    event = client.webhooks.unwrap(body, headers)
    assert_type(event, UnwrapWebhookEvent)
    assert_type(async_client.webhooks.unwrap(body, headers, secret=None), UnwrapWebhookEvent)
    assert_type(unwrap(body, headers), UnwrapWebhookEvent)
    if isinstance(event, ResponseCompletedWebhookEvent):
        assert_type(event.data.id, str)
    if isinstance(event, RealtimeCallIncomingWebhookEvent):
        assert_type(event.data.call_id, str)
    verify_signature(body, [(b"webhook-id", b"1")], tolerance=5)
    client.webhooks.unwrap({"id": "evt_1"}, headers)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def endpoints_of_webhooks_are_looked_after() -> None:
    made = client.webhooks.create(name="n", url="https://example.com", event_types=["batch.failed"])
    assert_type(made, WebhookEndpointWithSecret)
    assert_type(made.signing_secret, str)
    assert_type(await async_client.webhooks.rotate_secret("we_1"), WebhookEndpointWithSecret)
    assert_type(client.webhooks.update("we_1", name="m"), WebhookEndpoint)
    assert_type(await async_client.webhooks.retrieve(webhook_endpoint_id="we_1"), WebhookEndpoint)
    for endpoint in client.webhooks.list(limit=2):
        assert_type(endpoint, WebhookEndpoint)
    assert_type(client.webhooks.test("we_1", event_type="batch.failed"), WebhookEndpointTestResult)
    assert_type(await async_client.webhooks.event_types.list(), WebhookEventTypeList)
    assert_type(client.webhooks.delete("we_1"), DeletedWebhookEndpoint)
    client.webhooks.test("we_1", event_type="tea")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
