"""Clients of httpx of the user's own: what they add counts, whichever way a request of theirs is made."""

from __future__ import annotations

import gc
from http.cookiejar import CookieJar
from typing import Any

import httpx
import pytest

from tests.canned import HELLO, KEY, Connect, Wire, completion, done
from typed_openai import AsyncOpenAI, ConfigurationError


def test_outside_of_asyncio_the_first_call_says_asyncio_only() -> None:
    call: Any = AsyncOpenAI(api_key=KEY).chat.completions.create(**HELLO)
    with pytest.raises(ConfigurationError, match="asyncio only"):  # as trio would run it
        call.send(None)


async def test_hooks_of_an_http_client_see_the_body_that_is_sent(connect: Connect) -> None:
    seen: list[bytes] = []

    def look(request: httpx.Request) -> None:
        seen.append(request.content)

    async def look_async(request: httpx.Request) -> None:
        look(request)

    hooks = {"request": [look_async if connect.is_async else look]}
    own = connect.http_client(Wire(), event_hooks=hooks)
    await done(connect.kind(api_key=KEY, http_client=own).chat.completions.create(**HELLO))
    assert b'"messages"' in seen[0]


async def test_headers_of_an_http_client_may_change_while_it_is_used(connect: Connect) -> None:
    wire = Wire()
    own = connect.http_client(wire, headers={"x-mine": "1"})
    client = connect.kind(api_key=KEY, http_client=own)
    await done(client.chat.completions.create(**HELLO))
    own.headers["x-mine"] = "2"
    own.cookies.set("seen", "yes")
    await done(client.chat.completions.create(**HELLO))
    assert [request.headers["x-mine"] for request in wire.requests] == ["1", "2"]
    assert ["cookie" in request.headers for request in wire.requests] == [False, True]


async def test_a_client_that_builds_its_requests_in_its_own_way_does(connect: Connect) -> None:
    wire = Wire()
    kind = type(connect.http_client(wire))

    class Signing(kind):  # type: ignore[misc, valid-type]  # of either colour
        def build_request(self, *arguments: Any, **options: Any) -> Any:
            request = super().build_request(*arguments, **options)
            request.headers["x-signed"] = str(len(request.content))
            return request

    own = Signing(transport=httpx.MockTransport(wire))
    await done(connect.kind(api_key=KEY, http_client=own).chat.completions.create(**HELLO))
    assert int(wire.request.headers["x-signed"]) == len(wire.request.content)


def answer(wire: Wire, *cookies: str, status: int = 200, **headers: str) -> Any:
    """The usual answer, which sets cookies."""

    def made(request: httpx.Request) -> httpx.Response:
        plain = completion()(request)
        said = [("set-cookie", cookie) for cookie in cookies]
        return httpx.Response(status, content=plain.content, headers=[*plain.headers.items(), *said, *headers.items()])

    return made


async def test_cookies_that_an_answer_sets_are_kept_in_the_http_client_and_said_from_then_on(connect: Connect) -> None:
    wire = Wire()
    wire.answers = (answer(wire), answer(wire, "a=1; Path=/", "b=2; Path=/"), answer(wire))
    own = connect.http_client(wire)
    client = connect.kind(api_key=KEY, http_client=own)
    for _ in range(3):
        await done(client.chat.completions.create(**HELLO))
    assert dict(own.cookies) == {"a": "1", "b": "2"}
    assert [request.headers.get("cookie") for request in wire.requests] == [None, None, "a=1; b=2"]


async def test_cookies_that_are_set_anew_count(connect: Connect) -> None:
    wire = Wire()
    own = connect.http_client(wire)
    client = connect.kind(api_key=KEY, http_client=own)
    await done(client.chat.completions.create(**HELLO))
    own.cookies = {"mine": "1"}
    await done(client.chat.completions.create(**HELLO))
    assert [request.headers.get("cookie") for request in wire.requests] == [None, "mine=1"]


async def test_cookies_of_a_redirect_go_along_with_it(connect: Connect) -> None:
    wire = Wire()
    wire.answers = (answer(wire, "a=1; Path=/", status=307, location="/v1/elsewhere"), answer(wire))
    own = connect.http_client(wire, follow_redirects=True)
    await done(connect.kind(api_key=KEY, http_client=own).chat.completions.create(**HELLO))
    assert wire.last.url.path == "/v1/elsewhere"
    assert wire.last.headers["cookie"] == "a=1"


class Jar(CookieJar):
    """A jar that wishes to see every answer."""

    seen = 0

    def extract_cookies(self, response: Any, request: Any) -> None:
        self.seen += 1
        super().extract_cookies(response, request)


async def test_a_jar_of_ones_own_sees_every_answer(connect: Connect) -> None:
    jar = Jar()
    own = connect.http_client(Wire(), cookies=jar)
    own.cookies.jar = jar
    await done(connect.kind(api_key=KEY, http_client=own).chat.completions.create(**HELLO))
    assert jar.seen == 1


async def test_what_is_changed_of_an_http_client_later_counts(connect: Connect) -> None:
    wire, asked = Wire(), []
    own = connect.http_client(wire)
    client = connect.kind(api_key=KEY, http_client=own)
    await done(client.chat.completions.create(**HELLO))

    async def look_async(request: httpx.Request) -> None:
        asked.append(request.url.path)

    own.auth = ("me", "word")
    own.params = {"via": "proxy"}
    own.event_hooks = {"request": [look_async if connect.is_async else lambda request: asked.append(request.url.path)]}
    await done(client.chat.completions.create(**HELLO))
    assert asked == ["/v1/chat/completions"]
    assert wire.last.url.params["via"] == "proxy"
    assert wire.last.headers["authorization"].startswith("Basic ")


async def test_a_client_that_sends_in_its_own_way_does(connect: Connect) -> None:
    wire, sent = Wire(), []
    kind = type(connect.http_client(wire))

    class Counting(kind):  # type: ignore[misc, valid-type]  # of either colour
        def send(self, request: Any, **options: Any) -> Any:
            sent.append(self.__class__.__name__)
            return super().send(request, **options)

    own = Counting(transport=httpx.MockTransport(wire))
    await done(connect.kind(api_key=KEY, http_client=own).chat.completions.create(**HELLO))
    assert sent == ["Counting"]


async def test_what_is_put_in_the_place_of_send_is_called(connect: Connect) -> None:
    wire, sent = Wire(), []
    own = connect.http_client(wire)
    send = own.send

    def counting(request: Any, **options: Any) -> Any:
        sent.append(request.method)
        return send(request, **options)

    own.send = counting
    await done(connect.kind(api_key=KEY, http_client=own).chat.completions.create(**HELLO))
    assert sent == ["POST"]


async def test_an_http_client_that_says_when_it_goes_says_it_once(connect: Connect) -> None:
    gone = []
    kind = type(connect.http_client(Wire()))

    class Leaving(kind):  # type: ignore[misc, valid-type]  # of either colour
        def __del__(self) -> None:
            gone.append(1)

    own = Leaving(transport=httpx.MockTransport(Wire()))
    client = connect.kind(api_key=KEY, http_client=own)
    await done(client.chat.completions.create(**HELLO))
    del client, own
    gc.collect()
    assert gone == [1]


async def test_an_http_client_that_was_closed_is_refused_in_words(connect: Connect) -> None:
    own = connect.http_client(Wire())
    client = connect.kind(api_key=KEY, http_client=own)
    await done(own.aclose() if connect.is_async else own.close())
    with pytest.raises(ConfigurationError, match="was closed"):
        await done(client.chat.completions.create(**HELLO))


async def test_answers_without_cookies_are_not_searched_for_them(connect: Connect, monkeypatch: Any) -> None:
    searched: list[object] = []
    monkeypatch.setattr(CookieJar, "extract_cookies", lambda jar, response, request: searched.append(response))
    client = connect.kind(api_key=KEY, http_client=connect.http_client(Wire()))
    await done(client.chat.completions.create(**HELLO))
    assert searched == []
