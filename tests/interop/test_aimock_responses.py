"""Responses from aimock, which leaves out some of what the API description requires: that is read, and said."""

from __future__ import annotations

import pytest

from tests.interop.colours import Session

pytestmark = pytest.mark.interop
GREETING = "Hi there! How can I help you today, naïve 😀 friend?"


async def test_a_text_is_answered(aimock: Session) -> None:
    response = await aimock.run(aimock.client.responses.create(model="gpt-4o", input="hello"))
    assert {issue.pointer for issue in response.issues} >= {"/tools", "/tool_choice", "/parallel_tool_calls"}
    assert response.output_text == GREETING
    assert response.is_over


async def test_a_stream_says_the_same_and_adds_up(aimock: Session) -> None:
    stream = await aimock.run(aimock.client.responses.create(model="gpt-4o", input="hello", stream=True))
    events = await aimock.all(stream)
    assert stream.is_complete
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == GREETING
    async with aimock.entered(aimock.client.responses.stream(model="gpt-4o", input="hello")) as again:
        response = await aimock.run(again.get_final_response())
    assert response.output_text == GREETING
