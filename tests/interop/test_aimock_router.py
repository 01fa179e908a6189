"""Another dialect, against aimock's OpenRouter: keep-alive comments, prices in the usage, errors of another shape."""

from __future__ import annotations

import pytest

from tests.interop.asking import asking
from tests.interop.colours import Session
from typed_openai.errors import InternalServerError, NotFoundError, ResponseValidationError
from typed_openai.streaming.chat import ContentDelta, ReasoningDelta, Usage

pytestmark = pytest.mark.interop


@pytest.fixture
def router(aimock: Session) -> Session:
    return aimock.changed(base_url=f"{aimock.server.url}/api/v1", max_retries=0)


async def test_comments_before_the_first_event_are_not_events(router: Session) -> None:
    call = router.client.chat.completions.create(**asking("route me", model="openai/gpt-4o"), stream=True)
    stream = await router.run(call)
    chunks = await router.all(stream)
    assert stream.response.content.startswith(b": OPENROUTER PROCESSING\n\n")
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "Routed answer."
    assert [list(chunk.issues) for chunk in chunks] == [[]] * len(chunks)


async def test_a_role_in_every_delta_and_usage_nobody_asked_for_add_up(router: Session) -> None:
    call = router.client.chat.completions.stream(**asking("route me", model="openai/gpt-4o"))
    async with router.entered(call) as stream:
        events = await router.all(stream)
    message = stream.snapshot.choices[0].message
    assert (message.role, message.content) == ("assistant", "Routed answer.")
    assert "".join(event.delta for event in events if isinstance(event, ContentDelta)) == "Routed answer."
    assert [event.delta for event in events if isinstance(event, ReasoningDelta)] == ["Which way?"]
    assert [event.usage.total_tokens for event in events if isinstance(event, Usage)] == [7]


async def test_what_only_this_server_says_is_kept(router: Session) -> None:
    answer = await router.run(router.client.chat.completions.create(**asking("route me", model="openai/gpt-4o")))
    assert answer.provider == "openai"
    assert answer.choices[0].native_finish_reason == "stop"
    assert answer.model_dump()["usage"]["cost"] == 0.0012
    assert list(answer.issues) == []


async def test_an_error_code_may_be_a_number(router: Session) -> None:
    with pytest.raises(InternalServerError, match="Provider down") as caught:
        await router.run(router.client.chat.completions.create(**asking("nobody home", model="openai/gpt-4o")))
    assert (caught.value.status_code, caught.value.code) == (503, "503")
    assert caught.value.body == {"code": 503, "message": "Provider down", "metadata": {"provider_name": "Elsewhere"}}


async def test_a_list_of_another_shape_is_typed_and_says_what_is_missing(router: Session) -> None:
    page = await router.run(router.client.models.list())
    assert page.data[0].id == page.data[0].canonical_slug
    assert {issue.pointer.rpartition("/")[2] for issue in page.issues} == {"object", "owned_by"}


async def test_a_list_of_another_shape_is_an_error_where_answers_are_strict(router: Session) -> None:
    strict = router.changed(strict_responses=True)
    with pytest.raises(ResponseValidationError) as caught:
        await strict.run(strict.client.models.list())
    assert {issue.pointer.rpartition("/")[2] for issue in caught.value.issues} == {"object", "owned_by"}


async def test_an_operation_that_is_not_routed_is_not_found(router: Session) -> None:
    with pytest.raises(NotFoundError):
        await router.run(router.client.completions.create(model="m", prompt="p"))
