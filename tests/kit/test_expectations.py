"""Sentences about what a server was asked: true, or an error that lists what came instead."""

from __future__ import annotations

from typing import Any
from unittest.mock import ANY

import pytest
from dirty_equals import IsList, IsNumber, IsPartialDict, IsStr

from typed_openai import OpenAI
from typed_openai.local import LocalServer
from typed_openai.models.chat import messages
from typed_openai.models.chat import params as chat
from typed_openai.testing import expect

HELLO: Any = [{"role": "user", "content": "hi"}]


@pytest.fixture
def asked(openai_server: LocalServer, openai_client: OpenAI) -> LocalServer:
    """A server that was asked for three things."""
    openai_client.models.retrieve("local-echo")
    openai_client.chat.completions.create(model="gpt-4o", messages=HELLO, temperature=0)
    openai_client.chat.completions.create(model="gpt-5", messages=HELLO)
    return openai_server


def test_what_is_true_passes(asked: LocalServer) -> None:
    request = expect(asked).was_asked_once("chat.completions.create", temperature=0)
    assert request.params == {"model": ANY, "messages": HELLO, "temperature": 0}
    assert len(expect(asked).was_asked("chat.completions.create", messages=HELLO)) == 2
    assert expect(asked).was_asked("chat.completions.create", times=2)
    assert expect(asked).was_asked_once("models.retrieve", model="local-echo").params is None
    assert expect(asked).was_asked("chat.completions.create", temperature=ANY, times=1)
    expect(asked).was_asked_in_order("models.retrieve", "chat.completions.create", "chat.completions.create")
    expect(asked).was_not_asked("embeddings.create")
    expect(asked).said_everything()


def test_what_is_false_says_what_came_instead(asked: LocalServer) -> None:
    with pytest.raises(AssertionError) as caught:
        expect(asked).was_asked_once("chat.completions.create", model="gpt-4o", temperature=1)
    assert str(caught.value).splitlines() == [
        "expected chat.completions.create(model='gpt-4o', temperature=1) to be asked once, it was asked never; "
        "the server was asked:",
        "  models.retrieve",
        "  chat.completions.create with temperature=0.0",
        "  chat.completions.create with model='gpt-5', no temperature",
    ]


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        (lambda it: it.was_asked("embeddings.create"), r"embeddings.create\(\) to be asked at least once, .* never"),
        (lambda it: it.was_asked("models.retrieve", times=2), "to be asked twice, it was asked once"),
        (lambda it: it.was_not_asked("models.retrieve"), "to be asked never, it was asked once"),
        (lambda it: it.was_not_asked(), "expected no request at all"),
        (lambda it: it.was_asked_in_order("models.list"), "expected the requests models.list, got models.retrieve, "),
    ],
    ids=["asked", "times", "not", "nothing", "order"],
)
def test_each_sentence_may_be_false(asked: LocalServer, sentence: Any, told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        sentence(expect(asked))


def test_answers_that_nobody_asked_for_are_named(openai_server: LocalServer) -> None:
    openai_server.answer("Good day", {"a": 1})
    with pytest.raises(AssertionError, match=r'2 are left: Good day; \{"a": 1\}'):
        expect(openai_server).said_everything()


def test_a_server_that_nobody_asked_says_so(openai_server: LocalServer) -> None:
    expect(openai_server).was_not_asked()
    with pytest.raises(AssertionError, match="the server was asked:\n  nothing"):
        expect(openai_server).was_asked("models.list")


def test_params_equal_matchers_and_what_their_repr_says(asked: LocalServer) -> None:
    request = expect(asked).was_asked_once("chat.completions.create", temperature=IsNumber())
    assert request.params == IsPartialDict(model=IsStr(), temperature=0)
    assert request.params != IsPartialDict(model="gpt-5")
    assert request.params == {"model": "gpt-4o", "messages": IsList(length=1), "temperature": 0}
    assert eval(repr(request.params), {**vars(chat), **vars(messages)}) == request.params  # noqa: S307  # our own


@pytest.mark.parametrize(
    ("operation", "params", "told"),
    [
        (
            "chat.completion.create",
            {},
            r"no request is counted as 'chat.completion.create' .*'chat.completions.create'",
        ),
        ("Embeddings", {}, r"no request is counted as 'Embeddings'"),
        ("files.create", {"purpse": "batch"}, r"files.create has no parameter 'purpse' .*did you mean 'purpose'"),
        ("models.retrieve", {"id": "x"}, r"models.retrieve has no parameter 'id' .*there are model"),
    ],
)
def test_what_cannot_be_asked_is_no_proof_that_it_was_not(
    asked: LocalServer, operation: str, params: dict[str, object], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        expect(asked).was_not_asked(operation, **params)
    with pytest.raises(ValueError, match=told):
        expect(asked).was_asked(operation, times=0, **params)


def test_what_was_not_asked_may_be_any_operation_and_any_of_its_parameters(asked: LocalServer) -> None:
    expect(asked).was_not_asked("chat.completions.create", model="o1")
    expect(asked).was_not_asked("files.content", file_id="file-1")
    expect(asked).was_not_asked("admin.organization.users.list")
    expect(asked).was_not_asked("beta.threads.runs.create", thread_id="t", stream=True)
