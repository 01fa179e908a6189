"""Lists: one page at hand, all pages while iterating, in both colours, whatever the server says about more."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import httpx
import pytest

from tests.canned import KEY, Answer, Connect, Wire, done, failure, listed, models, status
from typed_openai.core.answer.pages import AsyncCursorPage, AsyncPage, CursorPage, Page, SyncCursorPage, SyncPage
from typed_openai.errors import BadRequestError, ConfigurationError, RequestValidationError, ResponseDecodeError
from typed_openai.models.chat.completions import ChatCompletion
from typed_openai.models.models import Model


def completions(*ids: str, **more: object) -> Answer:
    """A list of stored completions."""
    data = [{"id": id, "object": "chat.completion", "created": 1, "model": "m", "choices": []} for id in ids]
    return status(200, {"object": "list", "data": data, **more})


def three_pages() -> Wire:
    return Wire(completions("a", "b", has_more=True), completions("c", has_more=True), completions("d", has_more=False))


async def ids_of(pages: Any) -> list[str]:
    return [item.id for item in await listed(pages)]


async def collect(pages: Any, found: list[str]) -> None:
    """All ids, also those that come before an error."""
    if hasattr(pages, "__aiter__"):
        async for item in pages:
            found.append(item.id)
    else:
        for item in pages:
            found.append(item.id)


def afters(wire: Wire) -> list[str | None]:
    return [request.url.params.get("after") for request in wire.requests]


# --- one page --------------------------------------------------------------------------------------------------------


async def test_a_page_holds_typed_items_and_what_came_beside_them(connect: Connect) -> None:
    wire = Wire(completions("a", "b", has_more=False, first_id="a", last_id="b", total=2))
    page = await done(connect(wire).chat.completions.list())
    assert isinstance(page, CursorPage)
    assert isinstance(page, AsyncCursorPage if connect.is_async else SyncCursorPage)
    assert all(isinstance(item, ChatCompletion) for item in page.data)
    assert [item.id for item in page.data] == ["a", "b"]
    assert (page.object, page.has_more, page.first_id, page.last_id) == ("list", False, "a", "b")
    assert len(page) == 2
    assert page.model_dump() == json.loads(wire.answers[0](wire.request).content)
    assert page.model_dump()["total"] == 2
    assert (page.meta.status, page.issues) == (200, ())
    assert "2 items" in repr(page)


async def test_a_list_without_pages_is_a_page_that_is_the_last(connect: Connect) -> None:
    wire = Wire(models("a", "b", has_more=True))
    page = await done(connect(wire).models.list())
    assert isinstance(page, AsyncPage if connect.is_async else SyncPage)
    assert not isinstance(page, CursorPage)
    assert all(isinstance(item, Model) for item in page.data)
    assert not page.has_next_page()
    assert await ids_of(page) == ["a", "b"]
    assert len(wire.requests) == 1


async def test_an_empty_page_is_true_and_has_nothing(connect: Connect) -> None:
    page = await done(connect(Wire(completions(has_more=False))).chat.completions.list())
    assert page
    assert (len(page), page.data, page.first_id, page.last_id) == (0, [], None, None)
    assert not page.has_next_page()
    assert await listed(page) == []


async def test_what_deviates_in_a_list_is_in_its_issues(connect: Connect) -> None:
    wire = Wire(status(200, {"object": "list", "data": [{"id": "a", "created": "soon", "object": "model"}]}))
    page = await done(connect(wire).models.list())
    assert {issue.pointer for issue in page.issues} == {"/data/0/created", "/data/0/owned_by"}
    assert page.data[0].id == "a"
    assert page.data[0].created == "soon"


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": {"a": 1}}, {"data": "x"}, {"object": "list"}])
async def test_a_list_without_items_is_empty_and_says_so_in_its_issues(connect: Connect, body: Any) -> None:
    page = await done(connect(Wire(status(200, body))).chat.completions.list())
    assert (page.data, len(page), page.has_next_page()) == ([], 0, False)
    assert [issue.pointer for issue in page.issues] == ["/data"]
    assert await listed(page) == []


@pytest.mark.parametrize("body", ["x", 7, True])
async def test_a_list_that_is_neither_object_nor_array_is_an_error(connect: Connect, body: Any) -> None:
    with pytest.raises(ResponseDecodeError):
        await done(connect(Wire(status(200, body))).models.list())


# --- going on --------------------------------------------------------------------------------------------------------


async def test_iterating_goes_over_all_pages(connect: Connect) -> None:
    wire = three_pages()
    page = await done(connect(wire).chat.completions.list(limit=2, order="asc"))
    assert len(wire.requests) == 1, "the next page is fetched when it is needed"
    assert await ids_of(page) == ["a", "b", "c", "d"]
    assert afters(wire) == [None, "b", "c"]
    assert [request.url.params["limit"] for request in wire.requests] == ["2", "2", "2"]
    assert {request.url.params["order"] for request in wire.requests} == {"asc"}


async def test_pages_may_be_taken_one_at_a_time(connect: Connect) -> None:
    page = await done(connect(three_pages()).chat.completions.list())
    found = [[item.id for item in page.data]]
    while page.has_next_page():
        page = await done(page.get_next_page())
        assert type(page) is (AsyncCursorPage if connect.is_async else SyncCursorPage)
        found.append([item.id for item in page.data])
    assert found == [["a", "b"], ["c"], ["d"]]
    with pytest.raises(RuntimeError, match="this is the last page"):
        await done(page.get_next_page())


async def test_pages_may_be_iterated_as_pages(connect: Connect) -> None:
    page = await done(connect(three_pages()).chat.completions.list())
    assert [len(each) for each in await listed(page.iter_pages())] == [2, 1, 1]


async def test_a_page_may_be_iterated_again(connect: Connect) -> None:
    wire = Wire(completions("a", has_more=True), completions("b", has_more=False))
    page = await done(connect(wire).chat.completions.list())
    assert await ids_of(page) == await ids_of(page) == ["a", "b"]


async def test_breaking_out_fetches_no_more(connect: Connect) -> None:
    wire = three_pages()
    page = await done(connect(wire).chat.completions.list())
    if connect.is_async:
        async for item in page:
            if item.id == "b":
                break
    else:
        for item in page:
            if item.id == "b":
                break
    assert len(wire.requests) == 1


async def test_an_async_list_may_be_awaited_or_iterated_at_once() -> None:
    connect = Connect(is_async=True)
    client = connect(three_pages())
    assert await ids_of(client.chat.completions.list()) == ["a", "b", "c", "d"]
    assert isinstance(await client.chat.completions.list(), Page)


async def test_an_async_list_sends_nothing_until_it_is_awaited() -> None:
    wire = three_pages()
    Connect(is_async=True)(wire).chat.completions.list()
    assert wire.requests == []


async def test_path_parameters_and_options_go_with_every_page(connect: Connect) -> None:
    message = {"id": "m-1", "role": "user", "content": "x"}
    for args, named in [(("c/1",), {}), ((), {"completion_id": "c/1"})]:
        wire = Wire(
            status(200, {"object": "list", "data": [message], "has_more": True}),
            status(200, {"object": "list", "data": [{**message, "id": "m-2"}], "has_more": False}),
        )
        client = connect(wire)
        page = await done(
            client.chat.completions.messages.list(
                *args, **named, extra_headers={"X-A": "1"}, extra_query={"b": "2"}, timeout=3, limit=1
            )
        )
        assert await ids_of(page) == ["m-1", "m-2"]
        for request in wire.requests:
            assert request.url.raw_path.startswith(b"/v1/chat/completions/c%2F1/messages?")
            assert (request.headers["x-a"], request.url.params["b"]) == ("1", "2")
            assert request.extensions["timeout"]["read"] == 3
            assert request.url.params["limit"] == "1"
        assert afters(wire) == [None, "m-1"]


async def test_a_params_object_goes_with_every_page(connect: Connect) -> None:
    from typed_openai.models.chat.params import ChatCompletionListParams

    wire = three_pages()
    page = await done(connect(wire).chat.completions.list(ChatCompletionListParams(limit=2, after="z")))
    assert await ids_of(page) == ["a", "b", "c", "d"]
    assert afters(wire) == ["z", "b", "c"]
    assert [request.url.params["limit"] for request in wire.requests] == ["2", "2", "2"]


async def test_headers_that_are_added_meanwhile_go_with_the_next_page(connect: Connect) -> None:
    wire = three_pages()
    client = connect(wire)
    page = await done(client.chat.completions.list())
    client.add_headers({"X-Team": "red"})
    await done(page.get_next_page())
    assert wire.last.headers["x-team"] == "red"


async def test_an_error_on_the_second_page_comes_after_the_items_of_the_first(connect: Connect) -> None:
    page = await done(connect(Wire(completions("a", has_more=True), failure(400))).chat.completions.list())
    found: list[str] = []
    with pytest.raises(BadRequestError):
        await collect(page, found)
    assert found == ["a"]


async def test_a_failing_next_page_is_tried_again(connect: Connect) -> None:
    again = failure(500, headers={"retry-after": "0"})
    wire = Wire(completions("a", has_more=True), again, completions("b", has_more=False))
    page = await done(connect(wire).chat.completions.list())
    assert await ids_of(page) == ["a", "b"]


async def test_a_wrong_parameter_is_refused_before_the_first_page(connect: Connect) -> None:
    wire = three_pages()
    with pytest.raises(RequestValidationError):
        await done(connect(wire).chat.completions.list(limit="many"))
    assert wire.requests == []


# --- what servers say about more -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "expected", "requests"),
    [
        ([completions("a", has_more=True), completions(has_more=False)], ["a"], 2),
        ([completions("a", has_more=True), completions(has_more=True)], ["a"], 2),
        ([completions("a")], ["a"], 1),
        ([completions("a", has_more=None), completions(has_more=None)], ["a"], 2),
        ([completions("a", has_more=False)], ["a"], 1),
        ([completions("a", "b", has_more=True)], ["a", "b"], 2),
        ([completions("a", has_more=True)], ["a"], 2),
        ([completions("a", has_more=True), completions("b", has_more=True)], ["a", "b"], 3),
        ([completions("a", has_more=True, last_id="cursor-1"), completions("b", has_more=False)], ["a", "b"], 2),
    ],
)
async def test_iterating_ends_whatever_the_server_says(
    connect: Connect, answers: list[Answer], expected: list[str], requests: int
) -> None:
    wire = Wire(*answers)
    page = await done(connect(wire).chat.completions.list())
    assert await ids_of(page) == expected
    assert len(wire.requests) == requests


async def test_the_cursor_that_the_server_names_wins_over_the_last_item(connect: Connect) -> None:
    wire = Wire(completions("a", has_more=True, last_id="cursor-1"), completions("b", has_more=False))
    page = await done(connect(wire).chat.completions.list())
    assert await ids_of(page) == ["a", "b"]
    assert afters(wire) == [None, "cursor-1"]


async def test_a_page_that_is_repeated_says_so_and_is_the_last(connect: Connect) -> None:
    page = await done(connect(Wire(completions("a", "b", has_more=True))).chat.completions.list())
    again = await done(page.get_next_page())
    assert [item.id for item in again.data] == ["a", "b"], "what came is not thrown away"
    assert again.repeated
    assert not again.has_next_page()
    assert not page.repeated


async def test_items_without_an_id_end_the_list(connect: Connect) -> None:
    wire = Wire(status(200, {"object": "list", "data": [{"object": "chat.completion"}], "has_more": True}))
    page = await done(connect(wire).chat.completions.list())
    assert not page.has_next_page()
    assert len(await listed(page)) == 1


# --- raw and streamed ------------------------------------------------------------------------------------------------


async def test_the_raw_answer_of_a_list_parses_to_a_page_that_goes_on(connect: Connect) -> None:
    wire = three_pages()
    raw = await done(connect(wire).chat.completions.with_raw_response.list(limit=2))
    assert raw.status_code == 200
    page = raw.parse()
    assert [item.id for item in page.data] == ["a", "b"]
    assert await ids_of(page) == ["a", "b", "c", "d"]
    assert [request.url.params["limit"] for request in wire.requests] == ["2", "2", "2"]


async def test_the_streamed_answer_of_a_list_parses_to_a_page_that_goes_on(connect: Connect) -> None:
    manager = connect(three_pages()).chat.completions.with_streaming_response.list()
    response = await manager.__aenter__() if connect.is_async else manager.__enter__()
    page = await done(response.parse())
    await done(response.close())
    assert await ids_of(page) == ["a", "b", "c", "d"]


async def test_lists_work_with_an_http_client_that_has_parameters_of_its_own(connect: Connect) -> None:
    wire = three_pages()
    own = connect.http_client(wire, params={"tenant": "t"})
    page = await done(connect.kind(api_key=KEY, http_client=own).chat.completions.list())
    assert await ids_of(page) == ["a", "b", "c", "d"]
    assert afters(wire) == [None, "b", "c"]
    assert {request.url.params["tenant"] for request in wire.requests} == {"t"}


def test_the_answers_of_this_file_are_as_servers_send_them() -> None:
    assert json.loads(completions("a")(httpx.Request("GET", "http://h")).content)["data"][0]["id"] == "a"


# --- copies ----------------------------------------------------------------------------------------------------------


async def test_a_pickled_page_is_what_came_and_fetches_nothing(connect: Connect) -> None:
    page = await done(connect(three_pages()).chat.completions.list())
    again = pickle.loads(pickle.dumps(page))
    assert type(again) is type(page)
    assert [type(item) for item in again.data] == [ChatCompletion, ChatCompletion]
    assert again.data == page.data
    assert again.model_dump() == page.model_dump()
    assert (again.has_more, again.last_id, again.meta.status) == (True, "b", 200)
    found: list[str] = []
    with pytest.raises(ConfigurationError, match="has no client any more"):
        await collect(again, found)
    assert found == ["a", "b"]


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
async def test_a_copied_page_goes_on_with_its_client(connect: Connect, copied: Any) -> None:
    page = await done(connect(three_pages()).chat.completions.list())
    again = copied(page)
    assert (again.data[0] is page.data[0]) == (copied is copy.copy)
    assert await ids_of(again) == ["a", "b", "c", "d"]


async def test_the_issues_of_the_pages_that_were_iterated_are_those_of_the_first_counted(connect: Connect) -> None:
    odd = {"object": "model", "created": "yesterday"}
    around: dict[str, Any] = {"object": "list", "first_id": 1}
    pages = [around | {"data": [odd | {"id": f"m-{number}"}], "has_more": number < 2} for number in range(3)]
    answers = [status(200, page) for page in pages]
    page = await done(connect(Wire(*answers)).files.list())
    assert page.issues
    before = {issue.pointer: issue.times for issue in page.issues}
    await listed(page)
    assert {issue.pointer: issue.times for issue in page.issues} == dict.fromkeys(before, 3)


async def test_what_asks_for_the_next_page_is_told_as_in_the_official_package(connect: Connect) -> None:
    pages = [await done(connect(wire).chat.completions.list()) for wire in (three_pages(), Wire(completions("a")))]
    told = [page.next_page_info() for page in pages]
    assert told[1] is None
    assert told[0].params == {"after": "b"}
