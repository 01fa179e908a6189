"""An answer without what makes it one is never a success, whatever a server says instead and however it says it."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from tests.canned import HELLO, Connect, Wire, ask, completion, done, failing, failure, listed, status
from tests.failures.words import FAILURES, OPERATIONS
from typed_openai import APIError, usage_scope
from typed_openai.core.answer.reported import may_report

NAMES = [name for name, _, _ in FAILURES]
CHOICE = {"index": 0, "message": {"role": "assistant", "content": "half a"}, "finish_reason": "stop"}


def body_of(**more: Any) -> dict[str, Any]:
    return {"id": "c", "object": "chat.completion", "created": 1, "model": "m", **more}


# --- in other words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("failed", FAILURES, ids=NAMES)
async def test_a_failure_in_other_words_raises_with_what_the_server_said(
    connect: Connect, operation: str, failed: tuple[str, dict[str, Any], str]
) -> None:
    _, body, said = failed
    wire = Wire(status(200, body))
    with pytest.raises(APIError, match="under status 200") as caught:
        await done(OPERATIONS[operation](connect(wire, max_retries=0)))
    error = caught.value
    assert said in str(error)
    assert json.loads(error.content) == body
    assert (error.meta.status, error.partial, len(error.attempts)) == (200, None, 1)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


EMPTY: list[tuple[str, dict[str, Any]]] = [
    ("chat.completions.create", body_of(choices=[])),
    ("chat.completions.create", body_of(choices=None)),
    ("chat.completions.create", body_of()),
    ("chat.completions.create", {}),
    ("completions.create", body_of(choices=[])),
    ("completions.create", {}),
    ("responses.create", {}),
    ("responses.create", {"status": "completed"}),
    ("responses.create", {"id": None, "output": None, "model": "m"}),
    ("embeddings.create", {"object": "list", "model": "m", "data": []}),
    ("embeddings.create", {"object": "list", "model": "m", "data": [{"index": 0, "embedding": []}]}),
    ("embeddings.create", {"object": "list", "model": "m", "data": [{"index": 0, "embedding": None}]}),
    ("embeddings.create", {"object": "list", "model": "m", "data": None}),
    ("files.retrieve", {"object": "file"}),
    ("models.retrieve", {}),
    ("audio.transcriptions.create", {}),
]


@pytest.mark.parametrize(("operation", "body"), EMPTY)
async def test_an_empty_answer_raises_and_shows_it(connect: Connect, operation: str, body: dict[str, Any]) -> None:
    with pytest.raises(APIError, match="nothing of an answer in it: the body is") as caught:
        await done(OPERATIONS[operation](connect(Wire(status(200, body)))))
    assert json.loads(caught.value.content) == body


WHOLE: list[tuple[str, dict[str, Any]]] = [
    *(("responses.retrieve", {"id": "r", "status": each}) for each in ("queued", "in_progress", "incomplete")),
    *(("responses.retrieve", {"id": "r", "status": each, "output": []}) for each in ("failed", "completed")),
    ("responses.retrieve", {"status": "completed", "output": []}),
    ("responses.retrieve", {"id": "r", "status": "failed", "error": {"code": "x", "message": "it broke"}}),
    ("models.list", {"object": "list", "data": []}),
    ("models.list", {"object": "list", "data": None}),
    ("models.list", {"data": []}),
    ("files.list", {"object": "list", "data": [], "has_more": False}),
    ("vector_stores.search", {"object": "vector_store.search_results.page", "data": [], "search_query": ["q"]}),
    ("models.delete", {}),
    ("models.delete", {"id": "m", "deleted": True}),
    ("models.delete", {"message": None, "error": None}),
    ("audio.transcriptions.create", {"text": ""}),
    ("moderations.create", {"id": "m", "model": "m", "results": []}),
    ("chat.completions.create", {"choices": [CHOICE]}),
    ("chat.completions.create", body_of(choices=[{**CHOICE, "error": None}], error=None, message="", code=0)),
    ("chat.completions.create", body_of(choices=[CHOICE], success=True, code=200, message="ok", status="success")),
    ("embeddings.create", {"data": [{"embedding": [0.5]}]}),
]


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"null", b"gone", b'{"id": "r", "object": "response", "deleted": true}', b'{"a', b"[]"]
)
async def test_a_call_that_gives_nothing_takes_whatever_is_no_failure(connect: Connect, body: bytes) -> None:
    assert await done(OPERATIONS["responses.delete"](connect(Wire(status(200, content=body))))) is None


@pytest.mark.parametrize(("operation", "body"), WHOLE)
async def test_what_is_an_answer_stays_one(connect: Connect, operation: str, body: dict[str, Any]) -> None:
    result = await done(OPERATIONS[operation](connect(Wire(status(200, body)))))
    assert result.model_dump() == body


# --- in a choice -----------------------------------------------------------------------------------------------------

BROKEN: list[tuple[dict[str, Any], str]] = [
    ({**CHOICE, "finish_reason": "error", "error": {"code": 502, "message": "it broke"}}, "it broke"),
    ({**CHOICE, "error": {"code": 502, "message": "it broke"}}, "it broke"),
    ({**CHOICE, "error": "it broke"}, "it broke"),
    ({**CHOICE, "finish_reason": "error"}, "choice 0 ended by an error"),
]


@pytest.mark.parametrize(("choice", "said"), BROKEN)
async def test_a_choice_that_failed_raises_with_what_came(connect: Connect, choice: Any, said: str) -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    for choices in ([choice], [CHOICE, choice]):
        wire = Wire(status(200, body_of(choices=choices, usage=usage)))
        with usage_scope() as used:
            error = await failing(connect, wire, {"max_retries": 0})
        assert said in str(error)
        assert error.partial.text == "half a"
        assert used.total_tokens == 5
        again = pickle.loads(pickle.dumps(error))
        assert again.partial.model_dump() == error.partial.model_dump()
    text = {"index": 0, "text": "half a", **{name: choice[name] for name in choice if name != "message"}}
    client = connect(Wire(status(200, body_of(choices=[text]))), max_retries=0)
    with pytest.raises(APIError, match=said):
        await done(OPERATIONS["completions.create"](client))


@pytest.mark.parametrize("text", ['"error"', '{"error": "x"}', '"finish_reason":"error"', "error"])
async def test_a_text_about_errors_is_none(connect: Connect, text: str) -> None:
    result = await ask(connect, Wire(completion(text)))
    assert (result.text, result.issues) == (text, ())


# --- errors that are data --------------------------------------------------------------------------------------------

CAUSE = {"code": "x", "message": "it broke"}
CALL = {"id": "mcp_1", "type": "mcp_call", "name": "f", "server_label": "s", "arguments": "{}"}
ITEMS: list[dict[str, Any]] = [
    {**CALL, "error": "it broke"},
    {**CALL, "error": {"type": "mcp_protocol_error", "code": 1, "message": "it broke"}},
    {**CALL, "error": {"type": "new_kind", "content": []}},
    {**CALL, "error": {"whatever": 1}},
    {**CALL, "error": ["it broke"], "status": "failed"},
    {"id": "l", "type": "mcp_list_tools", "server_label": "s", "tools": [], "error": "it broke"},
    {"id": "m", "type": "message", "role": "assistant", "status": "incomplete", "content": [], "error": CAUSE},
    {"id": "n", "type": "newer_than_this", "error": CAUSE},
]


@pytest.mark.parametrize("item", ITEMS)
async def test_the_error_of_an_item_is_data(connect: Connect, item: dict[str, Any]) -> None:
    found = await done(OPERATIONS["conversations.items.retrieve"](connect(Wire(status(200, item)))))
    assert found.model_dump() == item
    page = {"object": "list", "data": [item], "has_more": False, "first_id": "a", "last_id": "a"}
    for operation in ("conversations.items.list", "responses.input_items.list"):
        items = await listed(await done(OPERATIONS[operation](connect(Wire(status(200, page))))))
        assert [each.model_dump() for each in items] == [item]
    response = {"id": "r", "status": "completed", "output": [item]}
    found = await done(OPERATIONS["responses.create"](connect(Wire(status(200, response)))))
    assert found.model_dump() == response


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("responses.retrieve", {"id": "r", "object": "response", "status": "failed", "output": [], "error": CAUSE}),
        ("fine_tuning.jobs.retrieve", {"id": "j", "object": "fine_tuning.job", "status": "failed", "error": CAUSE}),
        ("files.retrieve", {"id": "f", "object": "file", "status": "error", "error": CAUSE}),
        ("batches.retrieve", {"id": "b", "object": "batch", "status": "failed", "error": CAUSE}),
        ("beta.threads.runs.retrieve", {"id": "r", "object": "thread.run", "status": "failed", "last_error": CAUSE}),
    ],
)
async def test_the_error_of_a_thing_that_has_a_state_is_data(
    connect: Connect, operation: str, body: dict[str, Any]
) -> None:
    found = await done(OPERATIONS[operation](connect(Wire(status(200, body)))))
    assert found.model_dump() == body


# --- what passes by waiting ------------------------------------------------------------------------------------------

BUSY: list[dict[str, Any]] = [
    {"error": {"code": 429, "message": "slow down"}},
    {"error": {"code": "429", "message": "slow down"}},
    {"error": {"code": 502, "message": "bad gateway", "metadata": {"raw": "busy"}}},
    {"error": {"status": 503, "code": "overloaded", "message": "busy"}},
    {"error": "busy", "code": 503},
    {"code": 500, "msg": "busy", "success": False},
    {"status": 504, "title": "Gateway Timeout"},
    {"error_code": 429, "error_msg": "busy"},
    {"object": "error", "message": "busy", "code": 503},
    {"error": {"code": "rate_limit_exceeded", "message": "busy"}},
    {"error": {"type": "overloaded_error", "message": "busy"}},
    {"error": {"status": "RESOURCE_EXHAUSTED", "message": "busy"}},
    {"error": {"code": 0, "status": "UNAVAILABLE", "message": "busy"}},
    {"error": {"type": "Service Unavailable", "message": "busy"}},
    body_of(choices=[{**CHOICE, "finish_reason": "error", "error": {"code": 502, "message": "busy"}}]),
]


@pytest.mark.parametrize("body", BUSY)
async def test_a_temporary_failure_under_status_200_is_waited_for(
    connect: Connect, sleeps: list[float], body: dict[str, Any]
) -> None:
    wire = Wire(status(200, body), status(200, body, headers={"retry-after": "3"}), completion())
    result = await ask(connect, wire)
    assert (result.text, result.meta.retries, len(wire.requests)) == ("hi", 2, 3)
    assert 0.3 < sleeps[0] <= 0.5
    assert sleeps[1] == 3.0
    error = await failing(connect, Wire(status(200, body)))
    assert len(error.attempts) == 3


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"code": 400, "message": "no"}},
        {"error": {"code": 404, "message": "no"}},
        {"error": {"code": 429, "type": "insufficient_quota", "message": "no"}},
        {"error": {"code": 42901, "message": "no"}},
        {"error": {"code": "busy", "message": "no"}},
        {"message": "no healthy upstream"},
        {"choices": []},
        {},
    ],
)
async def test_a_final_failure_under_status_200_is_not(
    connect: Connect, sleeps: list[float], body: dict[str, Any]
) -> None:
    wire = Wire(status(200, body))
    await failing(connect, wire)
    assert (len(wire.requests), sleeps) == (1, [])


async def test_a_raw_response_is_what_came(connect: Connect) -> None:
    wire = Wire(status(200, BUSY[0]))
    raw = await done(connect(wire).chat.completions.with_raw_response.create(**HELLO))
    assert raw.json() == BUSY[0]
    with pytest.raises(APIError, match="slow down"):
        raw.parse()


async def test_a_failure_after_another_names_both(connect: Connect, sleeps: list[float]) -> None:
    error = await failing(connect, Wire(failure(500), status(200, {"message": "no healthy upstream"})))
    assert [attempt.outcome for attempt in error.attempts] == ["500 some_error", "APIError"]
    assert "no healthy upstream" in str(error)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b'{"id":"r","error":null}', False),
        (b'{"id": "r", "error": null, "output": []}', False),
        (b'{"error" :\n  null}', False),
        (b'{"id":"r"}', False),
        (b'{"error": nullable}', True),
        (b'{"error": {"message": "no"}}', True),
        (b'{"status": "error"}', True),
    ],
)
def test_an_answer_whose_error_is_null_is_not_looked_through_for_one(content: bytes, found: bool) -> None:
    assert may_report(content) is found
