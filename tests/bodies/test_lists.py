"""Lists: only the server's word ends one, a bare array is one, and an end that is not the server's is told."""

from __future__ import annotations

import logging
from operator import attrgetter
from typing import Any

import pytest

from tests.canned import KEY, Answer, Connect, Wire, done, listed, status
from tests.conformance.declared import declared
from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.errors import APIError


def page(*items: str, **more: object) -> Answer:
    return status(200, {"object": "list", "data": [{"id": name} for name in items], **more})


CURSORS = [
    endpoint for endpoint in declared().values() if endpoint.page is not None and issubclass(endpoint.page, CursorPage)
]


def test_many_operations_give_lists_with_a_cursor() -> None:
    assert len(CURSORS) >= 10


@pytest.mark.parametrize("endpoint", CURSORS, ids=lambda endpoint: endpoint.title)
async def test_an_empty_page_with_a_cursor_does_not_end_a_list(connect: Connect, endpoint: Endpoint) -> None:
    wire = Wire(page("a", has_more=True), page(has_more=True, last_id="c-2"), page("b", has_more=False))
    arguments = dict.fromkeys(endpoint.path_names, "x")
    call = attrgetter(endpoint.title)(connect(wire, admin_api_key=KEY, validation="off"))
    assert [item.id for item in await listed(await done(call(**arguments)))] == ["a", "b"]
    assert [request.url.params.get("after") for request in wire.requests] == [None, "a", "c-2"]


@pytest.mark.parametrize("told", [None, False, "false", 0])
async def test_the_servers_word_ends_a_list_in_any_spelling(connect: Connect, told: Any) -> None:
    wire = Wire(page("a", has_more=True), page(has_more=told))
    assert [item.id for item in await listed(await done(connect(wire).files.list()))] == ["a"]
    assert len(wire.requests) == 2


@pytest.mark.parametrize("told", [True, "true", 1])
async def test_the_servers_word_goes_on_in_any_spelling(connect: Connect, told: Any) -> None:
    wire = Wire(page("a", has_more=told), page("b", has_more=False))
    assert [item.id for item in await listed(await done(connect(wire).files.list()))] == ["a", "b"]


async def test_a_list_that_cannot_go_on_says_so_on_the_page_and_in_the_log(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "typed_openai")
    first = await done(connect(Wire(page(has_more=True))).files.list())
    assert (first.has_more, first.has_next_page()) == (True, False)
    assert first.issues[-1].pointer == "/has_more"
    assert await listed(first) == []
    assert "the list ends here" in caplog.text


async def test_a_server_that_sends_the_same_page_again_is_told_of(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "typed_openai")
    first = await done(connect(Wire(page("a", has_more=True))).files.list())
    assert [item.id for item in await listed(first)] == ["a"]
    assert "another page than the one before" in caplog.text


async def test_a_search_says_that_there_is_more(connect: Connect) -> None:
    for more in ({"has_more": True}, {"next_page": "tok"}, {"has_more": True, "next_page": "tok"}):
        answer = status(200, {"object": "vector_store.search_results.page", "search_query": ["q"], "data": [], **more})
        found = await done(connect(Wire(answer)).vector_stores.search("vs", query="q"))
        assert found.has_more
        assert found.next_page == more.get("next_page")
        assert [issue.pointer for issue in found.issues] == ["/has_more"]
        assert not found.has_next_page()


async def test_a_search_without_more_says_nothing(connect: Connect) -> None:
    body = {"object": "vector_store.search_results.page", "search_query": ["q"], "data": []}
    answer = status(200, {**body, "has_more": False, "next_page": None})
    found = await done(connect(Wire(answer)).vector_stores.search("vs", query="q"))
    assert (found.has_more, found.next_page, found.issues) == (False, None, ())


MODEL = {"id": "m", "created": 1, "object": "model", "owned_by": "me"}


async def test_a_bare_array_is_the_data_of_a_list_with_an_issue(connect: Connect) -> None:
    for call in ("models", "files"):
        found = await done(getattr(connect(Wire(status(200, [MODEL]))), call).list())
        assert [item.id for item in found.data] == ["m"]
        assert (found.issues[0].pointer, found.issues[0].got) == ("", "a bare array, which was taken for it")
        assert found.model_dump()["data"] == [MODEL]
        assert [item.id for item in await listed(found)] == ["m"]
    assert (await done(connect(Wire(status(200, []))).models.list())).data == []


async def test_an_array_that_reports_an_error_is_one(connect: Connect) -> None:
    with pytest.raises(APIError, match="bad"):
        await done(connect(Wire(status(200, [{"error": {"message": "bad"}}]))).models.list())


async def test_items_of_an_array_may_have_failed(connect: Connect) -> None:
    found = await done(connect(Wire(status(200, [{"id": "b", "error": {"message": "bad"}}]))).batches.list())
    assert [item.id for item in found.data] == ["b"]
