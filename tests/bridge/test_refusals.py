"""What responses have no place for is refused before anything is sent, with what to use instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.bridge.conftest import Bridged
from tests.canned import done
from typed_openai import NotFoundError, RequestValidationError

PICTURE = {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}}
SHOWN = {"role": "assistant", "content": [PICTURE]}
TABLE: dict[str, tuple[dict[str, Any], str, str]] = {
    "a limit of what is read": ({"max_prompt_tokens": 256}, "max_prompt_tokens", "max_completion_tokens"),
    "only the newest messages": (
        {"truncation_strategy": {"type": "last_messages", "last_messages": 2}},
        "truncation_strategy.type",
        "newest messages",
    ),
    "too few tokens": ({"max_completion_tokens": 15}, "max_completion_tokens", "at least 16"),
    "a picture of the assistant": ({"additional_messages": [SHOWN]}, "additional_messages[0].content[0].type", "user"),
}


@pytest.mark.parametrize("name", TABLE)
async def test_it_is_refused_for_a_run(bridged: Bridged, name: str) -> None:
    given, path, instead = TABLE[name]
    thread, assistant = await bridged.thread("Hello"), await bridged.assistant()
    bridged.asked()
    with pytest.raises(RequestValidationError) as caught:
        await done(bridged.runs.create(thread, assistant_id=assistant, **given))
    assert [fault.path for fault in caught.value.faults] == [path]
    assert instead in str(caught.value)
    assert caught.value.operation == "beta.threads.runs.create"
    assert bridged.asked() == []


@pytest.mark.parametrize("name", [name for name in TABLE if "additional_messages" not in TABLE[name][0]])
async def test_it_is_refused_before_a_thread_is_made(bridged: Bridged, name: str) -> None:
    given, path, _ = TABLE[name]
    with pytest.raises(RequestValidationError) as caught:
        await done(bridged.threads.create_and_run(assistant_id=await bridged.assistant(), **given))
    assert [fault.path for fault in caught.value.faults] == [path]
    assert bridged.asked() == []


async def test_pictures_of_the_assistant_are_refused_wherever_a_message_is(bridged: Bridged) -> None:
    thread = await bridged.thread()
    bridged.asked()
    assistant = await bridged.assistant()
    calls: list[tuple[Callable[[], Any], str]] = [
        (lambda: bridged.threads.messages.create(thread, **SHOWN), "content[0].type"),
        (lambda: bridged.threads.create(messages=[SHOWN]), "messages[0].content[0].type"),
        (
            lambda: bridged.threads.create_and_run(assistant_id=assistant, thread={"messages": [SHOWN]}),
            "thread.messages[0].content[0].type",
        ),
    ]
    for call, path in calls:
        with pytest.raises(RequestValidationError) as caught:
            await done(call())
        assert caught.value.faults[0].path == path
    assert bridged.asked() == []


async def test_what_only_responses_refuse_is_refused_before_a_message_is_put_into_the_thread(bridged: Bridged) -> None:
    thread, assistant = await bridged.thread("Hello"), await bridged.assistant()
    bridged.asked()
    tool = {"type": "function", "function": {"name": "n" * 200}}
    with pytest.raises(RequestValidationError, match=r"^beta\.threads\.runs\.create: .*\n  tools\[0\]\.name"):
        await done(
            bridged.runs.create(
                thread,
                assistant_id=assistant,
                extra_body={"tools": [tool]},
                additional_messages=[{"role": "user", "content": "And"}],
            )
        )
    assert bridged.asked() == []


async def test_an_assistant_that_nobody_defined_is_not_found_before_anything_is_sent(bridged: Bridged) -> None:
    thread = await bridged.thread("Hello")
    bridged.asked()
    with pytest.raises(NotFoundError, match=r"'asst_old'.*assistants=\{'asst_old': \{\.\.\.\}\}"):
        await done(bridged.runs.create(thread, assistant_id="asst_old"))
    assert bridged.asked() == []


async def test_members_that_nobody_here_knows_go_to_the_response(bridged: Bridged) -> None:
    thread = await bridged.thread("Hello")
    assistant = await bridged.assistant(extra_body={"service_tier": "flex"})
    await done(bridged.runs.create(thread, assistant_id=assistant, extra_body={"prompt_cache_key": "a"}))
    sent = bridged.sent("/v1/responses")
    assert (sent["service_tier"], sent["prompt_cache_key"], sent["truncation"]) == ("flex", "a", "auto")
