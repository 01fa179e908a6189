"""Clients of httpx of the user's own: what they add counts, whichever way a request of theirs is made."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.canned import HELLO, KEY, Connect, Wire, done
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
