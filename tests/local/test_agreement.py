"""The checks of the client and the answers of the local server agree on what a request may be."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from typed_openai import OpenAI
from typed_openai.errors import BadRequestError, RequestValidationError
from typed_openai.local import LocalServer

HELLO: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}
ASKED: dict[str, Any] = {"model": "gpt-4o", "input": "hi"}


def chat(**params: Any) -> tuple[str, dict[str, Any]]:
    return "/chat/completions", {**HELLO, **params}


def responses(**params: Any) -> tuple[str, dict[str, Any]]:
    return "/responses", {**ASKED, **params}


REFUSED = {
    "user": chat(user=123),
    "seed": chat(seed=1.5),
    "verbosity": chat(verbosity="x"),
    "messages[0].nickname": chat(messages=[{"role": "user", "content": "hi", "nickname": "n"}]),
    "messages[0].content[0].type": chat(messages=[{"role": "user", "content": [{"type": "input_text", "text": "hi"}]}]),
    "logit_bias.1": chat(logit_bias={"1": "much"}),
    "input[0].content[0].type": responses(input=[{"role": "user", "content": [{"type": "text", "text": "hi"}]}]),
    "truncation": responses(truncation="x"),
    "reasoning.effort": responses(reasoning={"effort": 3}),
}
TAKEN = [
    chat(seed=1.0),
    chat(logit_bias={"1": 1.0}),
    chat(n=1.0, max_tokens=3.0),
    chat(temperature=1),
    responses(max_output_tokens=20.0),
    responses(input=[{"role": "user", "content": [{"type": "input_text", "text": "hi"}]}]),
]


def sent(server: LocalServer, path: str, body: dict[str, Any]) -> httpx.Response:
    return httpx.post(f"{server.base_url}{path}", json=body, trust_env=False)


def asked(server: LocalServer, path: str, body: dict[str, Any], **settings: Any) -> Any:
    with OpenAI(base_url=server.base_url, api_key="k", **settings) as client:
        return (client.responses if path == "/responses" else client.chat.completions).create(**body)


@pytest.mark.parametrize("place", REFUSED)
def test_what_the_client_refuses_the_server_refuses(place: str) -> None:
    path, body = REFUSED[place]
    with LocalServer() as server:
        with pytest.raises(RequestValidationError):
            asked(server, path, body)
        with pytest.raises(BadRequestError) as caught:
            asked(server, path, body, validation="off")
    named = caught.value.param or ""
    assert named
    assert place.startswith(named)


@pytest.mark.parametrize("call", TAKEN, ids=str)
def test_what_the_client_takes_the_server_takes(call: tuple[str, dict[str, Any]]) -> None:
    with LocalServer() as server:
        assert asked(server, *call).id
        assert sent(server, *call).status_code == 200


def test_what_other_servers_take_can_be_tried_out() -> None:
    part = {"type": "text", "text": "hi", "cache_control": {"type": "ephemeral"}}
    with LocalServer() as server:
        assert sent(server, *chat(my_option=1)).status_code == 200
        assert sent(server, *chat(messages=[{"role": "user", "content": [part]}])).status_code == 200
