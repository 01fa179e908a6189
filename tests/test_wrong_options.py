"""What makes no sense is refused where a middleware, a recorder, a route or a conversation is made: no call or delivery
has to find it out."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest

from typed_openai import OpenAI
from typed_openai.errors import ConfigurationError
from typed_openai.history import Conversation
from typed_openai.identity import azure_managed_identity, exchanged, gcp_identity, kubernetes_token
from typed_openai.middleware import (
    MemoryStore,
    SQLiteStore,
    fallback,
    keep_answers,
    limit,
    log_requests,
    pace,
    redact,
)
from typed_openai.observers import record
from typed_openai.webhooks.receiving import Receiver
from typed_openai.webhooks.replays import MemoryReplays, SQLiteReplays

NAN, INFINITE = float("nan"), float("inf")
SECRET = "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="
ONE, TWO = OpenAI(api_key="one"), OpenAI(api_key="two")


class AsyncReplays:
    """What no receiver can ask."""

    async def claim(self, delivery: str) -> str:
        return delivery

    async def done(self, delivery: str) -> None: ...

    async def release(self, delivery: str) -> None: ...


def exchange(**options: Any) -> object:
    given: dict[str, Any] = {"identity_provider_id": "idp", "service_account_id": "sa", **options}
    return exchanged(given.pop("source", kubernetes_token()), **given)


def falling(**options: Any) -> object:
    return fallback([ONE, TWO], **options)


WRONG: dict[str, tuple[Callable[..., object], list[Any]]] = {
    "concurrency": (lambda value: limit(value), [0, 2.0, True, "2", None]),
    "rpm": (lambda value: pace(rpm=value), [0, -1, "3", True, NAN, INFINITE]),
    "tpm": (lambda value: pace(tpm=value), [0, -1, "3", True, NAN, INFINITE]),
    "ttl": (lambda value: keep_answers(ttl=value), [0, "3", True, NAN]),
    "size": (lambda value: keep_answers(size=value), [0, "3", True, NAN]),
    "stores": (MemoryStore, [0, 2.0, None]),
    "path": (SQLiteStore, [None, 3, "", b"x"]),
    "recorder": (record, [None, 3, "", b"x"]),
    "clients": (fallback, [None, [], "ab", [ONE], [ONE, ONE], [ONE, 3]]),
    "models": (lambda value: falling(models=value), [["m"], {ONE: 3}, {ONE: ""}, {"x": "m"}]),
    "cool_down": (lambda value: falling(cool_down=value), [-1, "3", True, NAN, INFINITE, None]),
    "pattern": (redact, ["(", 3, b"x", re.compile(b"x"), ["x"], None]),
    "by": (lambda value: redact("x", "(y)", by=value), [3, None, r"\9", r"\1", r"\g<name>"]),
    "bodies": (lambda value: log_requests(bodies=value), ["no", 1, None]),
    "level": (lambda value: log_requests(level=value), ["INFO", None, True]),
    "limit": (lambda value: log_requests(limit=value), [0, -1, "3", None]),
    "conversation": (lambda value: Conversation(value, model="m"), ["x", None]),
    "tokens": (lambda value: Conversation(ONE, model="m", tokens=value), [0, -1, "9", True, 1.5]),
    "stream": (lambda value: Conversation(ONE, model="m", stream=value).say("x"), [True]),
    "tolerance": (lambda value: Receiver(SECRET, tolerance=value), ["x", -1, NAN, None]),
    "replays": (lambda value: Receiver(SECRET, replays=value), [5, MemoryReplays, AsyncReplays()]),
    "keep": (lambda value: MemoryReplays(keep=value), ["x", 0, -1, NAN]),
    "kept in a file": (lambda value: SQLiteReplays("x.db", keep=value), ["x", 0, -1, NAN]),
    "most": (lambda value: MemoryReplays(most=value), [0, "x", 1.5]),
    "file of replays": (SQLiteReplays, [None, 5, ""]),
    "endpoint": (lambda value: gcp_identity(endpoint=value), ["", "x", "ftp://x", None, 5]),
    "timeout": (lambda value: azure_managed_identity(timeout=value), [0, "x", True, NAN, None]),
    "resource": (lambda value: azure_managed_identity(value), ["", None, 5]),
    "source": (lambda value: exchange(source=value), ["a token", None, lambda: "a token"]),
    "provider": (lambda value: exchange(identity_provider_id=value), ["", None, 5]),
    "account": (lambda value: exchange(service_account_id=value), ["", None, 5]),
    "logger": (lambda value: log_requests(logger=value), ["typed_openai", None, logging]),
}


@pytest.mark.parametrize(
    ("make", "value"),
    [pytest.param(make, value, id=name) for name, (make, values) in WRONG.items() for value in values],
)
def test_what_makes_no_sense_is_refused_where_it_is_given(make: Callable[..., object], value: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make(value)
    assert "\n" not in str(caught.value)


def test_groups_may_be_named_that_each_pattern_has() -> None:
    redact(r"(?P<who>\w+)@(\w+)", r"(?P<who>\w+) at (\w+)", by=r"\g<who> of \2")
