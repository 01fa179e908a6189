"""Where an object is expected, its class (or a factory that nobody called) is refused at once, and told as what it is:
`transport=httpx.HTTPTransport`, `middleware=[limit]`, `fallback([OpenAI, AzureOpenAI])`.

One test for all doors that take an object of a user; a new door is a row here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.test_observers import Notes
from typed_openai import AsyncOpenAI, AzureOpenAI, OpenAI
from typed_openai.bridge import assistants_over_responses
from typed_openai.bridge.stores import MemoryAssistantStore
from typed_openai.errors import ConfigurationError
from typed_openai.frameworks import as_official
from typed_openai.local import Fault, LocalServer
from typed_openai.middleware import MemoryStore, cache, fallback, keep_answers, limit, pace
from typed_openai.providers import Provider
from typed_openai.testing import expect
from typed_openai.tools import Browser, computer
from typed_openai.webhooks.fastapi import webhook
from typed_openai.webhooks.replays import MemoryReplays

KEY = "sk-test"


def an(kind: Any) -> Any:
    """A class (or a factory) where type checkers, too, would want an object."""
    return kind


DOORS: dict[str, tuple[Callable[[], Any], str]] = {
    "transport": (lambda: OpenAI(api_key=KEY, transport=an(httpx.HTTPTransport)), "the class HTTPTransport"),
    "async transport": (
        lambda: AsyncOpenAI(api_key=KEY, transport=an(httpx.AsyncHTTPTransport)),
        "the class AsyncHTTPTransport",
    ),
    "http_client": (lambda: OpenAI(api_key=KEY, http_client=an(httpx.Client)), "the class Client"),
    "observers": (lambda: OpenAI(api_key=KEY, observers=[an(Notes)]), "the class Notes"),
    "middleware": (lambda: OpenAI(api_key=KEY, middleware=[an(limit)]), r"limit does not take \(request, send\)"),
    "options": (
        lambda: OpenAI(api_key=KEY).with_options(middleware=[an(pace)]),
        r"pace does not take \(request, send\)",
    ),
    "answers": (lambda: OpenAI(api_key=KEY, middleware=[an(keep_answers)]), "keep_answers does not take"),
    "cache": (lambda: cache(an(MemoryStore)), "the class MemoryStore"),
    "assistants": (
        lambda: assistants_over_responses(OpenAI(api_key=KEY), store=an(MemoryAssistantStore)),
        "the class MemoryAssistantStore",
    ),
    "bridge": (lambda: assistants_over_responses(an(OpenAI)), "the class OpenAI"),
    "fallback": (lambda: fallback([an(OpenAI), an(AzureOpenAI)]), "the class OpenAI"),
    "view": (lambda: as_official(an(OpenAI)), "the class OpenAI"),
    "provider": (lambda: OpenAI(provider=an(Provider)), "class .*Provider"),
    "replays": (lambda: webhook("whsec_AAAA", replays=an(MemoryReplays)), "class .*MemoryReplays"),
    "computer": (lambda: computer(an(Browser)), "the class Browser"),
    "expect": (lambda: expect(an(LocalServer)), "the class LocalServer"),
    "fault": (lambda: LocalServer().fail_next(an(Fault)), "class '.*Fault'"),
}


@pytest.mark.parametrize("door", DOORS)
def test_a_class_in_the_place_of_an_object_is_refused_where_it_is_given(door: str) -> None:
    give, told = DOORS[door]
    with pytest.raises((ConfigurationError, TypeError), match=told):
        give()


def test_what_takes_a_request_and_a_sender_is_a_middleware_whatever_it_is() -> None:
    class Object:
        def __call__(self, request: Any, send: Any) -> Any:
            return (yield from send(request))

        def method(self, request: Any, send: Any, *, more: int = 1) -> Any:
            return (yield from send(request))

    every: list[Any] = [Object(), Object().method, lambda *given: None, lambda request, send, more=1: None]
    for good in every:
        assert OpenAI(api_key=KEY, middleware=[good]).config.middleware == (good,)
