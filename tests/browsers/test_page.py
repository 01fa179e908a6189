"""The page of the local server, as a person sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.browsers.browser import Browser, is_there
from typed_openai import APIConnectionError, APIStatusError, OpenAI, StreamError
from typed_openai.cli.serving import faults_of
from typed_openai.local import LocalServer, Page

pytestmark = pytest.mark.skipif(not is_there(), reason="no Chromium here: apt-get install chromium chromium-driver")
HELLO: Any = {"model": "m", "messages": [{"role": "user", "content": "Hello <b>page</b>"}]}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as running:
        yield running


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer(page=Page(faults_of)) as running:
        yield running


@pytest.fixture
def client(server: LocalServer, browser: Browser) -> Iterator[OpenAI]:
    browser.open(f"{server.url}/")
    browser.see("live")
    with OpenAI(base_url=server.base_url, api_key="sk-page-0123456789", max_retries=False) as made:
        yield made
    assert browser.complaints() == []


def test_a_request_is_seen_when_it_is_asked_with_its_body_and_answer(client: OpenAI, browser: Browser) -> None:
    client.chat.completions.create(**HELLO)
    browser.see("POST /v1/chat/completions")
    browser.wait("return document.querySelector('#body')?.innerText.includes('Hello <b>page</b>')")
    browser.wait("return document.querySelector('#answer')?.innerText.includes('chat.completion')")
    assert browser.run("return document.querySelectorAll('#detail b').length") == 0
    assert "sk-page" not in browser.text()
    assert "$OPENAI_API_KEY" in browser.text()


def test_each_event_of_a_stream_is_seen_as_it_goes(client: OpenAI, browser: Browser) -> None:
    stream = client.chat.completions.create(**HELLO, stream=True)
    next(stream)
    browser.wait("return document.querySelector('#events')?.innerText.includes('chat.completion.chunk')")
    for _ in stream:
        pass
    browser.wait("return document.querySelector('#events')?.innerText.includes('[DONE]')")


def test_what_is_wrong_with_a_request_is_listed(client: OpenAI, browser: Browser) -> None:
    wrong: Any = {"temprature": 3, "temperature": 5}
    with pytest.raises(APIStatusError):
        client.with_options(validation="off").chat.completions.create(**HELLO, **wrong)
    browser.see("temprature: no such parameter (did you mean 'temperature'?)")
    browser.see("temperature: less than or equal to 2, got 5")


@pytest.mark.parametrize(
    ("button", "error", "seen"),
    [("429", APIStatusError, "429"), ("500", APIStatusError, "500"), ("Drop", APIConnectionError, "dropped")],
)
def test_a_button_orders_what_goes_wrong_next(
    client: OpenAI, browser: Browser, button: str, error: type[Exception], seen: str
) -> None:
    browser.press(button)
    browser.see(f"The next request: {button}.")
    with pytest.raises(error):
        client.models.list()
    browser.wait("return document.querySelector('#list .bad')?.innerText.includes(arguments[0])", seen)
    assert client.models.list().data


def test_a_stream_is_cut_on_order(client: OpenAI, browser: Browser) -> None:
    browser.press("Cut the stream")
    browser.see("The next request: Cut the stream.")
    with pytest.raises(StreamError):
        for _ in client.chat.completions.create(**HELLO, stream=True):
            pass
    browser.see("200 cut off")


def test_the_next_answer_says_what_was_typed_and_the_page_can_be_cleared(client: OpenAI, browser: Browser) -> None:
    browser.type("#say", "Good day\ue007")
    browser.see("The next answer says that.")
    assert client.chat.completions.create(**HELLO).text == "Good day"
    browser.see("POST /v1/chat/completions")
    browser.press("Clear")
    browser.wait("return document.querySelectorAll('#list li').length === 0")


def test_a_page_that_comes_late_sees_what_was_before(server: LocalServer, client: OpenAI, browser: Browser) -> None:
    client.models.list()
    browser.open(f"{server.url}/")
    browser.see("GET /v1/models")


def test_the_page_asks_nobody_else(server: LocalServer) -> None:
    with closing(HTTPConnection("127.0.0.1", server.port)) as connection:
        connection.request("GET", "/")
        source = connection.getresponse().read().decode()
    assert "http://" not in source
    assert "https://" not in source
    assert "src=" not in source
