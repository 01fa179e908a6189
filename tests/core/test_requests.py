"""Requests: path, query and body, exactly as they go out. Files: `test_multipart.py`; refusals: `test_refusals.py`."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.canned import HELLO, KEY, Connect, Wire, body_of, completion, done, refused, status, stream_of
from tests.conformance.declared import declared
from typed_openai.core.request.params import fill_path, materialised
from typed_openai.errors import RequestValidationError
from typed_openai.models.base import NULL
from typed_openai.models.chat.messages import UserMessage
from typed_openai.models.chat.params import ChatCompletionCreateParams

LIST = status(200, {"object": "list", "data": [], "has_more": False})
USER: dict[str, Any] = {"role": "user", "content": "hello"}
CALL: dict[str, Any] = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}


# --- the path --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("gpt-4o", "/v1/models/gpt-4o"),
        ("ft:gpt-4o:org::id", "/v1/models/ft%3Agpt-4o%3Aorg%3A%3Aid"),
        ("org/model", "/v1/models/org%2Fmodel"),
        ("../../admin", "/v1/models/..%2F..%2Fadmin"),
        ("..a", "/v1/models/..a"),
        ("a b", "/v1/models/a%20b"),
        ("a?b=c#d", "/v1/models/a%3Fb%3Dc%23d"),
        ("100%", "/v1/models/100%25"),
        ("%2e%2e", "/v1/models/%252e%252e"),
        ("модель-é", "/v1/models/%D0%BC%D0%BE%D0%B4%D0%B5%D0%BB%D1%8C-%C3%A9"),
        ("{model}", "/v1/models/%7Bmodel%7D"),
        ("a\nb", "/v1/models/a%0Ab"),
    ],
)
async def test_a_path_parameter_stays_one_segment(connect: Connect, given: str, path: str) -> None:
    for own in (False, True):
        wire = Wire(status(200, {"id": "m", "created": 1, "object": "model", "owned_by": "me"}))
        client = connect.kind(api_key=KEY, http_client=connect.http_client(wire)) if own else connect(wire)
        await done(client.models.retrieve(given))
        assert (wire.request.method, wire.request.url.raw_path.decode()) == ("GET", path)


IDS = {title: each for title, each in declared().items() if each.path_names}


@pytest.mark.parametrize("title", IDS)
def test_every_id_in_a_path_is_one_segment_or_refused_by_its_name(title: str) -> None:
    endpoint = IDS[title]
    slashed = ("a/b", "../x", "a\\b")
    for name in endpoint.path_names:
        for wrong in ("", " ", "..", None, 7, "\ud800", *(() if endpoint.takes_slashes else slashed)):
            given: dict[str, Any] = {**dict.fromkeys(endpoint.path_names, "x"), name: wrong}
            with pytest.raises(RequestValidationError, match=f": 1 fault.*\n  {name}: "):
                fill_path(title, endpoint.path, endpoint.path_names, [], given, endpoint.takes_slashes)
        for odd in ("é ?#%2F", *(slashed if endpoint.takes_slashes else ())):
            given = {**dict.fromkeys(endpoint.path_names, "x"), name: odd}
            path = fill_path(title, endpoint.path, endpoint.path_names, [], given, endpoint.takes_slashes)
            assert path.count("/") == endpoint.path.count("/")


def test_ids_of_areas_that_other_servers_have_may_have_slashes() -> None:
    areas = {each.path.split("/")[1] for each in IDS.values() if each.takes_slashes}
    assert areas == {
        *("assistants", "audio", "batches", "chat", "containers", "conversations", "files", "fine_tuning", "models"),
        *("responses", "threads", "uploads", "vector_stores", "videos"),
    }


@pytest.mark.parametrize("given", ["", "   ", None, 5, b"m", ["m"], "\ud800", ".", "..", "..."])
async def test_a_path_parameter_must_be_a_text_that_is_not_empty(connect: Connect, given: Any) -> None:
    wire = Wire(LIST)
    client = connect(wire)
    for arguments, named in [([given], {}), ([], {"model": given})]:
        with pytest.raises(RequestValidationError, match=r"models.retrieve: 1 fault.*\n  model: ") as caught:
            await done(client.models.retrieve(*arguments, **named))
        assert [fault.path for fault in caught.value.faults] == ["model"]
    assert wire.requests == []


async def test_a_missing_path_parameter_is_a_fault(connect: Connect) -> None:
    with pytest.raises(RequestValidationError, match="completion_id: a non-empty string in the path, got nothing"):
        await done(connect(Wire()).chat.completions.retrieve())


async def test_a_path_parameter_that_is_spelt_otherwise_is_found(connect: Connect) -> None:
    with pytest.raises(RequestValidationError, match=r"got nothing \(did you mean it by 'completions_id'\?\)"):
        await done(connect(Wire()).chat.completions.retrieve(completions_id="c-1"))


async def test_path_parameters_go_by_position_or_by_name(connect: Connect) -> None:
    wire = Wire(LIST)
    client = connect(wire)
    for args, kwargs in [(["c-1"], {}), ([], {"completion_id": "c-1"})]:
        await done(client.chat.completions.messages.list(*args, **kwargs, limit=3))
        assert str(wire.last.url) == "https://api.openai.com/v1/chat/completions/c-1/messages?limit=3"


async def test_too_many_positions_are_a_type_error(connect: Connect) -> None:
    client = connect(Wire())
    with pytest.raises(TypeError, match=r"models.retrieve\(\) takes 1 positional argument"):
        await done(client.models.retrieve("a", "b"))
    with pytest.raises(TypeError, match=r"chat.completions.create\(\) takes 1 positional argument"):
        await done(client.chat.completions.create(ChatCompletionCreateParams(**HELLO), "b"))


@pytest.mark.parametrize(
    ("call", "method", "path"),
    [
        (lambda c: c.chat.completions.retrieve("c-1"), "GET", "/v1/chat/completions/c-1"),
        (lambda c: c.chat.completions.update("c-1", metadata={"a": "b"}), "POST", "/v1/chat/completions/c-1"),
        (lambda c: c.chat.completions.delete("c-1"), "DELETE", "/v1/chat/completions/c-1"),
        (lambda c: c.chat.completions.list(), "GET", "/v1/chat/completions"),
        (lambda c: c.completions.create(model="m", prompt="p"), "POST", "/v1/completions"),
        (lambda c: c.embeddings.create(model="m", input="p"), "POST", "/v1/embeddings"),
        (lambda c: c.moderations.create(input="p"), "POST", "/v1/moderations"),
        (lambda c: c.models.delete("m"), "DELETE", "/v1/models/m"),
    ],
)
async def test_each_operation_has_its_method_and_path(
    connect: Connect, call: Callable[[Any], Any], method: str, path: str
) -> None:
    wire = Wire(status(200, {"id": "x", "choices": [{}], "data": [{"embedding": [0.5]}]}))
    await done(call(connect(wire)))
    assert (wire.request.method, wire.request.url.path) == (method, path)
    assert bool(wire.request.content) is (method == "POST")
    assert ("content-type" in wire.request.headers) is (method == "POST")


# --- the query -------------------------------------------------------------------------------------------------------


async def query_of(connect: Connect, settings: dict[str, Any] | None = None, **kwargs: Any) -> list[tuple[str, str]]:
    wire = Wire(LIST)
    await done(connect(wire, **(settings or {})).chat.completions.list(**kwargs))
    assert wire.request.content == b""
    return wire.request.url.params.multi_items()


async def test_query_parameters_are_written_in_the_style_of_the_api(connect: Connect) -> None:
    found = await query_of(connect, limit=5, order="desc", metadata={"a b": "c&d", "é": "ü"}, after="x/y z")
    assert sorted(found) == [
        ("after", "x/y z"),
        ("limit", "5"),
        ("metadata[a b]", "c&d"),
        ("metadata[é]", "ü"),
        ("order", "desc"),
    ]


async def test_lists_booleans_numbers_and_nesting_in_a_query(connect: Connect) -> None:
    include = ["step_details.tool_calls[*].file_search.results[*].content", "b"]
    extra = {"include": include, "deep": {"a": {"b": [1, 2]}}, "yes": True, "no": False, "half": 0.5, "empty": []}
    assert await query_of(connect, extra_query=extra) == [
        ("include[]", include[0]),
        ("include[]", "b"),
        ("deep[a][b][]", "1"),
        ("deep[a][b][]", "2"),
        ("yes", "true"),
        ("no", "false"),
        ("half", "0.5"),
    ]


async def test_a_call_without_query_parameters_has_no_question_mark(connect: Connect) -> None:
    wire = Wire(LIST)
    await done(connect(wire).chat.completions.list(after=None))
    assert str(wire.request.url) == "https://api.openai.com/v1/chat/completions"


async def test_extra_query_wins_over_parameters_and_these_over_defaults(connect: Connect) -> None:
    settings = {"default_query": {"limit": "1", "order": "asc", "after": "a"}}
    found = await query_of(connect, settings, limit=2, order="desc", extra_query={"order": "x"})
    assert sorted(found) == [("after", "a"), ("limit", "2"), ("order", "x")]


async def test_none_in_extra_query_takes_a_default_away(connect: Connect) -> None:
    settings = {"default_query": {"limit": "1", "order": "asc"}}
    assert await query_of(connect, settings, extra_query={"order": None, "new": None}) == [("limit", "1")]


async def test_extra_query_goes_with_a_post_too(connect: Connect) -> None:
    wire = Wire()
    await done(connect(wire).chat.completions.create(**HELLO, extra_query={"api-version": "2024-10-21"}))
    assert str(wire.request.url).endswith("/chat/completions?api-version=2024-10-21")
    assert wire.body == HELLO


async def test_query_parameters_are_checked(connect: Connect) -> None:
    wire = Wire(LIST)
    with pytest.raises(RequestValidationError) as caught:
        await done(connect(wire).chat.completions.list(limit="five", ordr="asc"))
    assert {fault.path for fault in caught.value.faults} == {"limit", "ordr"}
    assert "did you mean 'order'" in str(caught.value)
    assert wire.requests == []


async def test_a_parameter_of_an_operation_without_parameters_is_refused(connect: Connect) -> None:
    wire = Wire(LIST)
    with pytest.raises(RequestValidationError, match=r"limit: no such option \(there are .*timeout"):
        await done(connect(wire).models.list(limit=3))
    assert wire.requests == []
    assert (await done(connect(wire, validation="off").models.list(limit=3, other=None))).data == []
    assert str(wire.request.url).endswith("/v1/models?limit=3")


async def test_text_that_is_no_unicode_is_refused_in_a_query(connect: Connect) -> None:
    wire = Wire(LIST)
    with pytest.raises(RequestValidationError, match="UTF-8"):
        await done(connect(wire).chat.completions.list(after="\ud800"))
    assert wire.requests == []


# --- the body --------------------------------------------------------------------------------------------------------


async def test_the_body_is_exactly_what_was_given(connect: Connect) -> None:
    given: dict[str, Any] = {
        "model": "m",
        "messages": [
            {"role": "system", "content": "be brief", "name": "boss"},
            {"role": "user", "content": [{"type": "text", "text": '\u2028 é 🙂 \\ " \x7f'}]},
            {"role": "assistant", "content": None, "refusal": None},
            {"role": "tool", "content": "4", "tool_call_id": "call-1"},
        ],
        "temperature": 0.5,
        "seed": 0,
        "store": False,
        "stop": ["a", "b"],
        "metadata": {"k": ""},
        "logit_bias": {"50256": -100},
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "f",
                    "parameters": {"type": "object", "properties": {}, "default": None, "enum": [None, 1, 1.5, "x"]},
                    "strict": None,
                },
            }
        ],
        "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {"const": None}}},
    }
    assert await body_of(connect, **given) == given


async def test_numbers_keep_their_kind(connect: Connect) -> None:
    body = await body_of(
        connect,
        **HELLO,
        max_tokens=10**18,
        tools=[
            {"type": "function", "function": {"name": "f", "parameters": {"a": 1.0, "b": 1, "c": 1e300, "d": 10**30}}}
        ],
    )
    assert body["max_tokens"] == 10**18
    found = body["tools"][0]["function"]["parameters"]
    assert found == {"a": 1.0, "b": 1, "c": 1e300, "d": 10**30}
    assert [type(found[name]) for name in "ab"] == [float, int]


async def test_none_at_the_top_is_left_out_and_nested_null_is_kept(connect: Connect) -> None:
    body = await body_of(
        connect, **HELLO, temperature=None, tools=None, prediction={"content": "x"}, web_search_options=None
    )
    assert set(body) == {"model", "messages", "prediction"}
    messages = [{"role": "assistant", "content": None, "tool_calls": [CALL]}, USER]
    assert (await body_of(connect, model="m", messages=messages))["messages"] == messages


@pytest.mark.parametrize("extra", [{}, {"extra_body": {"new": 1}}])
async def test_null_sends_null_where_the_api_takes_it(connect: Connect, extra: dict[str, Any]) -> None:
    body = await body_of(connect, **HELLO, temperature=NULL, stop=NULL, **extra)
    assert body == {**HELLO, "temperature": None, "stop": None, **extra.get("extra_body", {})}


async def test_null_is_refused_where_the_api_does_not_take_it(connect: Connect) -> None:
    error = await refused(connect, model=NULL, messages=[USER])
    assert [fault.path for fault in error.faults] == ["model"]


async def test_what_was_not_set_is_left_out_of_models_too(connect: Connect) -> None:
    body = await body_of(connect, model="m", messages=[UserMessage(content="hello")])
    assert body["messages"] == [USER]


async def test_constants_are_sent_also_when_a_dict_left_them_out(connect: Connect) -> None:
    body = await body_of(connect, **HELLO, prediction={"content": "x"})
    assert body["prediction"] == {"type": "content", "content": "x"}
    assert UserMessage(content="hello").model_dump(exclude_unset=True) == USER


async def test_an_answer_may_be_put_into_the_messages(connect: Connect) -> None:
    call = {"id": "call-1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    message = {"role": "assistant", "content": None, "refusal": None, "annotations": [], "tool_calls": [call]}
    wire = Wire(completion(choices=[{"index": 0, "finish_reason": "tool_calls", "message": message}]))
    client = connect(wire)
    answer = (await done(client.chat.completions.create(**HELLO))).choices[0].message
    for validation in ("strict", "warn", "off"):
        messages = [USER, answer, {"role": "tool", "tool_call_id": "call-1", "content": "4"}]
        await done(client.with_options(validation=validation).chat.completions.create(model="m", messages=messages))
        sent = wire.body["messages"]
        assert [each["role"] for each in sent] == ["user", "assistant", "tool"]
        assert sent[1]["tool_calls"] == [call]
        assert "annotations" not in sent[1]


@pytest.mark.parametrize("validation", ["strict", "warn", "off"])
async def test_iterators_are_read_once(connect: Connect, validation: str) -> None:
    reads: list[str] = []

    def message(text: str) -> dict[str, Any]:
        reads.append(text)
        return {"role": "user", "content": ({"type": "text", "text": text} for _ in range(2))}

    def texts() -> Any:
        yield from map(message, ["a", "b"])

    body = await body_of(connect, settings={"validation": validation}, model="m", messages=texts())
    assert reads == ["a", "b"]
    assert [[part["text"] for part in message["content"]] for message in body["messages"]] == [["a", "a"], ["b", "b"]]


async def test_iterators_survive_retries_and_a_stream_of_events(connect: Connect) -> None:
    wire = Wire(status(500, headers={"retry-after": "0"}), completion())
    await done(connect(wire).chat.completions.create(model="m", messages=iter([USER])))
    assert [json.loads(request.content) for request in wire.requests] == [HELLO, HELLO]
    wire = Wire(stream_of("hi"))
    stream = connect(wire).chat.completions.stream(model="m", messages=(each for each in [USER]))
    await done(stream.until_done())
    assert wire.body["messages"] == [USER]


@pytest.mark.parametrize("make", [tuple, iter, lambda items: dict.fromkeys(range(1), items[0]).values()])
async def test_any_iterable_is_a_list(connect: Connect, make: Callable[[Any], Any]) -> None:
    assert await body_of(connect, model="m", messages=make([USER])) == HELLO
    assert await body_of(connect, settings={"validation": "warn"}, model="m", messages=make([USER])) == HELLO


def test_materialised_leaves_what_can_be_read_twice() -> None:
    given = {"a": iter([1, iter([2])]), "b": (1, iter("x")), "c": "text", "d": b"bytes", "e": {1}}
    assert materialised(given) == {"a": [1, [2]], "b": (1, ["x"]), "c": "text", "d": b"bytes", "e": {1}}
    with open(__file__) as file:
        assert materialised({"file": file})["file"] is file


@pytest.mark.parametrize("validation", ["strict", "warn", "off"])
async def test_what_the_caller_passed_is_not_changed(connect: Connect, validation: str) -> None:
    given: dict[str, Any] = {
        "model": "m",
        "messages": [USER, {"role": "assistant", "content": None, "annotations": [], "refusal": None}],
        "metadata": {"a": "b"},
        "prediction": {"content": [{"type": "text", "text": "x"}]},
        "extra_headers": {"X-A": "1", "X-B": None},
        "extra_query": {"a": ["b"], "c": None},
        "extra_body": {"new": {"deep": [1]}},
        "temperature": None,
    }
    before = copy.deepcopy(given)
    await body_of(connect, settings={"validation": validation}, **given)
    assert given == before


async def test_an_answer_that_was_sent_back_is_not_changed(connect: Connect) -> None:
    client = connect(Wire())
    answer = await done(client.chat.completions.create(**HELLO))
    before = copy.deepcopy(answer)
    await done(client.chat.completions.create(model="m", messages=[USER, answer.choices[0].message]))
    assert answer == before
