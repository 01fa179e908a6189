"""The clock of a connection of aiohttp: it is that of who waits for an answer, and of nobody else.

From outside these are races (`tests/wire/test_clocks.py` has what can be seen there), so parts are put together here.
"""

import asyncio
from typing import Any

import aiohttp
import httpx
import pytest

from typed_openai.core.run import aiohttp_slots


class Carrier:
    """As much of the connections of a client as a slot asks for."""

    def way(self, *place: Any) -> tuple[None, dict[str, Any]]:
        return None, {}


def slot(patience: float | None) -> aiohttp_slots.AiohttpSlot:
    carrier: Any = Carrier()
    made = aiohttp_slots.AiohttpSlot("server", carrier, httpx.URL("http://127.0.0.1"), False)
    made.patience = patience
    return made


@pytest.fixture
async def connection() -> Any:
    return aiohttp_slots._PROTOCOL(loop=asyncio.get_running_loop())


async def test_who_leaves_takes_no_clock_along_but_his_own(connection: Any) -> None:
    """A connection goes to the next one as soon as an answer is whole; who got that answer wakes up after that."""
    first, second = slot(60), slot(0.02)
    first.connected(connection)
    second.connected(connection)
    first.answered()
    connection.start_timeout()
    with pytest.raises(aiohttp.SocketTimeoutError):
        await asyncio.wait_for(connection.read(), 5)


async def test_an_alarm_of_the_one_before_does_not_ring_for_a_request_that_is_not_sent_yet(connection: Any) -> None:
    first, second = slot(0.03), slot(0.001)
    first.connected(connection)
    connection.start_timeout()
    first.answered()
    second.connected(connection)
    reading = asyncio.ensure_future(connection.read())
    await asyncio.wait([reading], timeout=0.1)
    assert not reading.done()
    connection.start_timeout()
    with pytest.raises(aiohttp.SocketTimeoutError):
        await asyncio.wait_for(reading, 5)


async def test_nobody_is_bounded_who_asked_for_no_bound(connection: Any) -> None:
    first, second = slot(0.02), slot(None)
    first.connected(connection)
    connection.start_timeout()
    first.answered()
    second.connected(connection)
    connection.start_timeout()
    reading = asyncio.ensure_future(connection.read())
    await asyncio.wait([reading], timeout=0.1)
    assert not reading.done()
    reading.cancel()
