"""`with_raw_response` and `with_streaming_response`, of a resource and of a whole client."""

from __future__ import annotations

import json
import pickle
from typing import Any

import httpx
import pytest

from tests.canned import HELLO, Connect, Wire, completion, done, failure, listed, status, stream_of
from typed_openai.core.answer.raw import APIResponse
from typed_openai.errors import BadRequestError, MissingAPIKeyError, RequestValidationError
from typed_openai.models.chat.completions import ChatCompletion

# --- raw answers -----------------------------------------------------------------------------------------------------


async def test_a_raw_answer_has_status_headers_bytes_and_the_typed_result(connect: Connect) -> None:
    headers = {"x-request-id": "req-1", "x-ratelimit-remaining-requests": "9"}
    wire = Wire(lambda request: httpx.Response(200, json=json.loads(completion()(request).content), headers=headers))
    client = connect(wire)
    for create in (client.chat.completions.with_raw_response.create, client.with_raw_response.chat.completions.create):
        raw = await done(create(**HELLO))
        assert isinstance(raw, APIResponse)
        assert (raw.status_code, raw.request_id, raw.headers["X-Request-Id"]) == (200, "req-1", "req-1")
        assert json.loads(raw.content) == raw.json() == json.loads(raw.text)
        assert (raw.method, raw.url) == ("POST", "https://api.openai.com/v1/chat/completions")
        assert raw.meta.rate_limit.remaining_requests == 9
        parsed = raw.parse()
        assert isinstance(parsed, ChatCompletion)
        assert parsed is raw.parse()
        assert parsed.meta.request_id == "req-1"


async def test_a_raw_answer_of_the_wrong_shape_is_there_to_be_looked_at(connect: Connect) -> None:
    wire = Wire(lambda request: httpx.Response(200, html="<p>"))
    raw = await done(connect(wire).chat.completions.with_raw_response.create(**HELLO))
    assert raw.text == "<p>"
    with pytest.raises(Exception, match="expected a JSON object"):
        raw.parse()


@pytest.mark.parametrize("spoken", ["HTTP/1.1", "HTTP/2"])
async def test_a_raw_answer_knows_which_http_the_server_spoke(connect: Connect, spoken: str) -> None:
    extensions = {"http_version": spoken.encode()}
    wire = Wire(lambda request: httpx.Response(200, json={"object": "list", "data": []}, extensions=extensions))
    assert (await done(connect(wire).models.with_raw_response.list())).http_version == spoken


async def test_an_error_status_raises_from_a_raw_call_too(connect: Connect) -> None:
    client = connect(Wire(failure(400, message="too bad")))
    with pytest.raises(BadRequestError, match="too bad"):
        await done(client.with_raw_response.chat.completions.create(**HELLO))


async def test_a_raw_call_is_checked_like_any_other(connect: Connect) -> None:
    wire = Wire()
    with pytest.raises(RequestValidationError):
        await done(connect(wire).with_raw_response.chat.completions.create(model="m"))
    with pytest.raises(MissingAPIKeyError):
        await done(connect(wire, api_key=None).with_raw_response.models.list())
    assert wire.requests == []


@pytest.mark.parametrize("mode", ["raw", "streaming"])
def test_helpers_that_give_events_have_no_raw_form_and_say_where_the_headers_are(connect: Connect, mode: str) -> None:
    for area in (connect(Wire()).chat.completions, connect(Wire()).responses):
        view = getattr(area, f"with_{mode}_response")
        with pytest.raises(
            AttributeError, match=rf"with_{mode}_response has no stream: it gives typed events; .* `meta`"
        ):
            view.stream(**HELLO)
        assert not hasattr(view, "stream")
        assert hasattr(view, "create")


async def test_a_raw_streamed_call_parses_to_the_stream(connect: Connect) -> None:
    client = connect(Wire(stream_of("hel", "lo", **{"x-request-id": "r"})))
    raw = await done(client.with_raw_response.chat.completions.create(**HELLO, stream=True))
    assert (raw.status_code, raw.request_id) == (200, "r")
    chunks = await listed(raw.parse())
    assert [chunk.choices[0].delta.content for chunk in chunks] == ["hel", "lo"]


def test_raw_and_streamed_views_nest_and_say_where_they_are(connect: Connect) -> None:
    client = connect(Wire())
    assert client.with_raw_response.chat.completions.mode == "raw"
    assert client.chat.with_raw_response.completions.mode == "raw"
    assert client.with_raw_response.with_streaming_response.chat.completions.mode == "streaming"
    assert client.chat.completions.mode == "plain", "the view is another object"
    assert client.with_streaming_response.models.is_async is connect.is_async
    assert client.base_url if hasattr(client, "base_url") else client.config.base_url in repr(client.with_raw_response)


# --- streamed answers ------------------------------------------------------------------------------------------------


async def entered(connect: Connect, manager: Any) -> Any:
    return await manager.__aenter__() if connect.is_async else manager.__enter__()


async def left(connect: Connect, manager: Any) -> None:
    if connect.is_async:
        await manager.__aexit__(None, None, None)
    else:
        manager.__exit__(None, None, None)


async def test_a_streamed_answer_is_sent_when_entered_and_read_when_asked(connect: Connect) -> None:
    wire = Wire(completion("streamed"))
    client = connect(wire)
    for view in (client.chat.completions.with_streaming_response, client.with_streaming_response.chat.completions):
        wire.requests.clear()
        manager = view.create(**HELLO)
        assert wire.requests == []
        response = await entered(connect, manager)
        assert wire.request.headers["accept"] == "application/json"
        assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
        parsed = await done(response.parse())
        assert isinstance(parsed, ChatCompletion)
        assert parsed.choices[0].message.content == "streamed"
        assert json.loads(await done(response.read())) == parsed.model_dump()
        await left(connect, manager)


async def test_a_streamed_answer_gives_bytes_text_and_lines(connect: Connect) -> None:
    client = connect(Wire(status(200, content="é1\né2\n".encode() * 2)))
    for name, options, expected in [
        ("iter_bytes", {}, "é1\né2\né1\né2\n".encode()),
        ("iter_bytes", {"chunk_size": 3}, "é1\né2\né1\né2\n".encode()),
        ("iter_text", {}, "é1\né2\né1\né2\n"),
        ("iter_lines", {}, "é1é2é1é2"),
    ]:
        manager = client.with_streaming_response.models.list()
        response = await entered(connect, manager)
        pieces = await listed(getattr(response, name)(**options))
        assert (b"" if isinstance(expected, bytes) else "").join(pieces) == expected
        assert options == {} or {len(piece) for piece in pieces[:-1]} == {3}
        await left(connect, manager)


async def test_a_streamed_answer_goes_to_a_file(connect: Connect, tmp_path: Any) -> None:
    client = connect(Wire(status(200, content=b"x" * 1000)))
    manager = client.with_streaming_response.models.list()
    response = await entered(connect, manager)
    await done(response.stream_to_file(tmp_path / "out", chunk_size=7))
    await left(connect, manager)
    assert (tmp_path / "out").read_bytes() == b"x" * 1000


async def test_leaving_a_streamed_answer_gives_the_connection_back(connect: Connect) -> None:
    class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
        closed = False

        def __iter__(self) -> Any:
            yield b"{}"

        async def __aiter__(self) -> Any:
            yield b"{}"

        def close(self) -> None:
            self.closed = True

        async def aclose(self) -> None:
            self.closed = True

    body = Body()
    client = connect(Wire(lambda request: httpx.Response(200, stream=body)))
    manager = client.with_streaming_response.models.list()
    await entered(connect, manager)
    assert not body.closed
    await left(connect, manager)
    assert body.closed


async def test_an_error_status_raises_when_a_streamed_answer_is_entered(connect: Connect) -> None:
    manager = connect(Wire(failure(400, message="too bad"))).with_streaming_response.models.list()
    with pytest.raises(BadRequestError, match="too bad"):
        await entered(connect, manager)
    await left(connect, manager)


async def test_what_was_asked_has_a_url_with_its_parts(connect: Connect) -> None:
    raw = await done(connect(Wire()).chat.completions.with_raw_response.create(**HELLO, extra_query={"a": "b c"}))
    for url in (raw.http_request.url, raw.url):
        assert url == str(url) == "https://api.openai.com/v1/chat/completions?a=b+c"
        assert (url.scheme, url.host, url.port, url.path) == ("https", "api.openai.com", None, "/v1/chat/completions")
        assert (url.query, url.params, url.fragment) == (b"a=b+c", {"a": "b c"}, "")
        assert pickle.loads(pickle.dumps(url)) == url


async def test_a_client_says_whether_it_is_closed(connect: Connect) -> None:
    client = connect.kind(api_key="sk-x")
    assert not client.is_closed()
    other = client.with_options(timeout=1)
    _ = client.driver
    await done(client.close())
    assert client.is_closed()
    assert other.is_closed() == (other.driver is client.driver)
    own = connect.http_client(Wire())
    given = connect.kind(api_key="sk-x", http_client=own)
    assert not given.is_closed()
    await done(own.aclose() if connect.is_async else own.close())
    assert given.is_closed()
