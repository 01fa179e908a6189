"""Responses in beta: the stable shapes, each of which may name its agent; what agents do goes both ways."""

from __future__ import annotations

import json
from typing import Any

import pytest

import typed_openai.types.beta as official
from tests.canned import KEY, Connect, Wire, listed, status
from typed_openai import OpenAI, RequestValidationError
from typed_openai.local import LocalServer
from typed_openai.models.responses.agents import AgentMessage, MultiAgentCall, MultiAgentCallOutput
from typed_openai.models.responses.events import ResponseTextDeltaEvent
from typed_openai.models.responses.outputs import UnknownItem
from typed_openai.models.responses.results import Response

BETAS = ["responses_multi_agent=v1"]
CALLS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "create": ((), {"model": "m", "input": "x"}),
    "retrieve": (("r",), {}),
    "delete": (("r",), {}),
    "cancel": (("r",), {}),
    "compact": ((), {"model": "m"}),
    "input_items.list": (("r",), {"limit": 2}),
    "input_tokens.count": ((), {"input": "x"}),
}


def request_of(title: str, **more: Any) -> Any:
    found: Any = OpenAI(api_key=KEY).beta.responses
    for name in title.split("."):
        found = getattr(found, name)
    arguments, keywords = CALLS[title]
    return found.request(*arguments, **keywords, **more)


@pytest.mark.parametrize("title", CALLS)
def test_betas_are_a_header_of_every_operation_and_stand_nowhere_else(title: str) -> None:
    plain, beta = request_of(title), request_of(title, betas=[*BETAS, "more=v2"])
    assert beta.headers["openai-beta"] == "responses_multi_agent=v1,more=v2"
    assert "openai-beta" not in plain.headers
    assert (beta.url, beta.content) == (plain.url, plain.content)
    assert "?beta=true" in beta.url
    assert beta.url.count("?") == 1


@pytest.mark.parametrize("wrong", ["responses_multi_agent=v1", [1], [""], ["a\nb"], {"a": 1}])
def test_betas_that_are_not_a_list_of_names_are_refused_before_anything_is_sent(wrong: Any) -> None:
    with pytest.raises(RequestValidationError, match="betas"):
        request_of("retrieve", betas=wrong)


def test_no_betas_are_no_header() -> None:
    assert "openai-beta" not in request_of("create", betas=[]).headers
    assert "openai-beta" not in request_of("create", betas=None).headers


def test_areas_that_are_not_in_beta_take_no_betas() -> None:
    client: Any = OpenAI(api_key=KEY)
    with pytest.raises(RequestValidationError, match="betas"):
        client.responses.create.request(model="m", input="x", betas=BETAS)
    with pytest.raises(RequestValidationError, match="multi_agent"):
        client.responses.create.request(model="m", input="x", multi_agent={"enabled": True})


@pytest.mark.parametrize(
    ("given", "place"),
    [({}, "multi_agent.enabled"), ({"enabled": True, "max_concurrent_subagents": 0}, "max_concurrent_subagents")],
)
def test_what_agents_may_do_is_checked_before_it_is_sent(given: Any, place: str) -> None:
    with pytest.raises(RequestValidationError, match=place):
        request_of("create", multi_agent=given)


async def test_each_page_asks_with_the_betas_of_the_call(connect: Connect) -> None:
    item = {"type": "message", "role": "user", "content": [], "id": "m1"}
    page = {"object": "list", "data": [item], "first_id": "m1", "last_id": "m1"}
    wire = Wire(status(200, {**page, "has_more": True}), status(200, {**page, "has_more": False}))
    found = await listed(connect(wire).beta.responses.input_items.list("r", betas=BETAS))
    assert len(found) == 2
    assert {request.headers["openai-beta"] for request in wire.requests} == {BETAS[0]}


def test_the_beta_names_of_the_official_package_stand_for_the_stable_shapes() -> None:
    import typed_openai.types.responses as stable

    pairs = {name: name.removeprefix("Beta") for name in dir(official) if name.startswith("BetaResponse")}
    same = {name for name, plain in pairs.items() if getattr(stable, plain, None) is getattr(official, name)}
    assert official.BetaResponse is Response
    assert len(same) > 80


def asked(**settings: Any) -> Any:
    with LocalServer() as server, OpenAI(base_url=server.base_url, api_key="sk") as client:
        return client.beta.responses.create(
            model="local-echo", input="hello", multi_agent={"enabled": True}, betas=BETAS, **settings
        )


def test_every_item_says_whose_it_is_and_goes_back_as_input() -> None:
    response = asked()
    kinds = [type(item) for item in response.output]
    assert kinds[:3] == [MultiAgentCall, MultiAgentCallOutput, AgentMessage]
    assert [item.agent.agent_name for item in response.output] == ["/root"] * 2 + ["/root/helper"] + ["/root"] * 3
    assert (response.issues, UnknownItem in kinds) == ((), False)
    again: Any = OpenAI(api_key=KEY).beta.responses.create
    again = again.request(model="m", input=[*response.output[:2], *response.output[3:]])
    sent = json.loads(again.content)["input"]
    assert sent[0]["agent"] == {"agent_name": "/root"}
    assert [item.get("type") for item in sent[:2]] == ["multi_agent_call", "multi_agent_call_output"]


def test_events_tell_of_the_same_items() -> None:
    events = [*streamed()]
    added = [event.item.type for event in events if event.type == "response.output_item.done"]
    final = events[-1].response
    assert added == [item.type for item in final.output]
    assert added[:3] == ["multi_agent_call", "multi_agent_call_output", "agent_message"]
    assert all(event.issues == () for event in events)


def streamed() -> Any:
    with LocalServer() as server, OpenAI(base_url=server.base_url, api_key="sk") as client:
        yield from client.beta.responses.create(
            model="local-echo", input="hello", multi_agent={"enabled": True}, betas=BETAS, stream=True
        )


def test_an_event_names_the_agent_that_it_tells_of() -> None:
    data = {"type": "response.output_text.delta", "sequence_number": 1, "item_id": "i", "output_index": 0}
    event = ResponseTextDeltaEvent.model_validate(
        {**data, "content_index": 0, "delta": "x", "logprobs": [], "agent": {"agent_name": "/root"}}
    )
    assert event.agent is not None
    assert event.agent.agent_name == "/root"
