"""What is asked of steady about conversations, their items, containers and their files, endpoints of webhooks."""

from __future__ import annotations

from typing import Any

from tests.interop.responses_scenarios import ITEMS
from tests.interop.scenario import Scenario, scenario
from typed_openai.models.base import NULL

SENT: list[dict[str, Any]] = [{"type": "message", "role": "user", "content": "Hello"}]

CONVERSATIONS: list[Scenario] = [
    scenario("conversations.create", "empty"),
    scenario("conversations.create", "with everything", items=ITEMS, metadata={"topic": "weather", "ünï": "😀"}),
    scenario("conversations.create", "with nothing said twice", items=NULL, metadata=NULL),
    scenario("conversations.retrieve", "by id", "conv_1"),
    scenario("conversations.update", "with notes", "conv_1", metadata={"topic": "tea"}),
    scenario("conversations.delete", "by id", "conv_1"),
    scenario("conversations.items.create", "one", "conv_1", items=SENT),
    scenario(
        "conversations.items.create",
        "of every kind",
        "conv_1",
        items=ITEMS,
        include=["reasoning.encrypted_content", "web_search_call.action.sources"],
    ),
    scenario("conversations.items.retrieve", "by ids", "msg_1", conversation_id="conv_1"),
    scenario(
        "conversations.items.retrieve",
        "with more",
        "msg_1",
        conversation_id="conv_1",
        include=["message.output_text.logprobs"],
    ),
    scenario("conversations.items.list", "all of them", "conv_1"),
    scenario(
        "conversations.items.list",
        "with every filter",
        "conv_1",
        after="msg_0",
        limit=3,
        order="asc",
        include=["file_search_call.results", "message.input_image.image_url"],
    ),
    scenario("conversations.items.delete", "by ids", "msg_1", conversation_id="conv_1"),
]

CONTAINERS: list[Scenario] = [
    scenario("containers.create", "by name", name="box"),
    scenario(
        "containers.create",
        "with everything",
        name="box",
        expires_after={"anchor": "last_active_at", "minutes": 5},
        file_ids=["file-1", "file-2"],
        memory_limit="4g",
        network_policy={
            "type": "allowlist",
            "allowed_domains": ["example.com"],
            "domain_secrets": [{"domain": "example.com", "name": "TOKEN", "value": "s"}],
        },
        skills=[
            {"type": "skill_reference", "skill_id": "skill_1", "version": "2"},
            {
                "type": "inline",
                "name": "add",
                "description": "Adds.",
                "source": {"type": "base64", "media_type": "application/zip", "data": "UEs="},
            },
        ],
    ),
    scenario("containers.retrieve", "by id", "cntr_1"),
    scenario("containers.list", "all of them"),
    scenario("containers.list", "with every filter", after="cntr_0", limit=2, name="box", order="asc"),
    scenario("containers.delete", "by id", "cntr_1"),
    scenario("containers.files.create", "from bytes", "cntr_1", file=("a.csv", b"a,b\r\n\x00\xff")),
    scenario("containers.files.create", "from an uploaded file", "cntr_1", file_id="file-1"),
    scenario("containers.files.retrieve", "by ids", "cfile_1", container_id="cntr_1"),
    scenario("containers.files.list", "all of them", "cntr_1"),
    scenario("containers.files.list", "a page", "cntr_1", after="cfile_0", limit=2, order="asc"),
    scenario("containers.files.delete", "by ids", "cfile_1", container_id="cntr_1"),
    scenario("containers.files.content.retrieve", "by ids", "cfile_1", container_id="cntr_1"),
]

WEBHOOKS: list[Scenario] = [
    scenario(
        "webhooks.create",
        "for two kinds of events",
        name="mine",
        url="https://example.com/hook",
        event_types=["response.completed", "batch.failed"],
    ),
    scenario("webhooks.retrieve", "by id", "we_1"),
    scenario("webhooks.update", "all of it", "we_1", name="m", url="https://example.com", event_types=["batch.failed"]),
    scenario("webhooks.list", "all of them"),
    scenario("webhooks.list", "a page", after="we_0", limit=2),
    scenario("webhooks.delete", "by id", "we_1"),
    scenario("webhooks.rotate_secret", "at once", "we_1"),
    scenario("webhooks.rotate_secret", "in a day", "we_1", keep_old_secret_active_for_24_hours=True),
    scenario("webhooks.test", "of one kind", "we_1", event_type="response.completed"),
    scenario("webhooks.event_types.list", "all of them"),
]
