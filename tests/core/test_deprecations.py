"""What the service gives up: calls to OpenAI's own hosts say so, with the day or with what to take in its place."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from tests.canned import HELLO, KEY, Wire, completion, status
from tests.conformance import declared, spec
from tests.conformance.filled import classes
from typed_openai import AsyncOpenAI, AzureOpenAI, OpenAI
from typed_openai.core.attribute_docs import attribute_docs
from typed_openai.core.request.deprecation import MADE, Ends, deprecated_fields, deprecated_in
from typed_openai.models.base import Model
from typed_openai.models.chat import AssistantMessage, ChatCompletionCreateParams, UserMessage
from typed_openai.models.responses import Reasoning

ENDS = {"videos": "2026-09-24", "evals": "2026-11-30", "beta.assistants": "2026-08-26", "beta.threads": "2026-08-26"}
CALLED: dict[str, Any] = {"name": "f", "arguments": "{}"}
FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"max_tokens": 5}, "max_tokens of chat.completions.create is deprecated: use `max_completion_tokens`"),
    ({"user": "u"}, "user of chat.completions.create is deprecated: use `safety_identifier` and `prompt_cache_key`"),
    ({"seed": 1}, "seed of chat.completions.create is deprecated: the service gives it up"),
    (
        {"messages": [*HELLO["messages"], {"role": "assistant", "content": None, "function_call": CALLED}]},
        "AssistantMessage.function_call of chat.completions.create is deprecated: use `tool_calls`",
    ),
    (
        {"messages": [*HELLO["messages"], {"role": "function", "name": "f", "content": "5"}]},
        "FunctionMessage.name of chat.completions.create is deprecated: use `ToolMessage`",
    ),
]


@pytest.fixture(autouse=True)
def nothing_made() -> None:
    """As in a program that made no such object so far."""
    MADE.clear()


def client(**settings: Any) -> OpenAI:
    return OpenAI(api_key=KEY, http_client=Wire(completion("Hi")).client(), max_retries=0, **settings)


def said(call: Callable[[], object]) -> list[warnings.WarningMessage]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return caught


@pytest.mark.parametrize(("given", "text"), FIELDS)
def test_a_deprecated_field_that_is_given_warns_at_the_call_and_says_what_takes_its_place(
    given: Any, text: str
) -> None:
    [found] = said(lambda: client().chat.completions.create(**{**HELLO, **given}))
    assert (str(found.message), found.filename) == (text, __file__)
    assert issubclass(found.category, DeprecationWarning)


def test_several_fields_warn_once_each_in_the_order_of_their_declaration() -> None:
    found = said(lambda: client().chat.completions.create(**HELLO, user="u", seed=1, max_tokens=5))
    assert [str(each.message).partition(" ")[0] for each in found] == ["max_tokens", "seed", "user"]


@pytest.mark.parametrize(
    "url",
    ["http://localhost:1/v1", "https://example.com/v1", "https://x.openai.azure.com/v1", "https://notopenai.com/v1"],
)
def test_other_servers_have_their_own_mind_about_fields(url: str) -> None:
    assert said(lambda: client(base_url=url).chat.completions.create(**HELLO, max_tokens=5)) == []


def test_what_openai_ends_is_no_fault_on_azure() -> None:
    azure = AzureOpenAI(
        api_key=KEY,
        azure_endpoint="https://x.openai.azure.com",
        api_version="2025-04-01-preview",
        http_client=Wire(completion("Hi")).client(),
    )
    assert said(lambda: azure.evals.with_raw_response.list()) == []


def test_what_is_left_out_warns_nobody() -> None:
    assert said(lambda: client().chat.completions.create(**HELLO, max_tokens=None, max_completion_tokens=5)) == []
    message = {"role": "assistant", "content": "Hi", "function_call": None}
    assert said(lambda: client().chat.completions.create(**HELLO | {"messages": [message]})) == []


def test_parameters_made_before_the_call_warn_at_the_call() -> None:
    params = ChatCompletionCreateParams(model="m", messages=[UserMessage(content="Hi")], max_tokens=5)
    [found] = said(lambda: client().chat.completions.create(params))
    assert str(found.message).startswith("max_tokens of chat.completions.create")
    [again] = said(lambda: client().chat.completions.create(params, temperature=0.5))
    assert str(again.message) == str(found.message)


def test_an_object_made_before_the_call_warns_at_the_call_that_it_stands_in_and_no_other() -> None:
    message = AssistantMessage.model_validate({"content": None, "function_call": CALLED})
    messages: list[Any] = [UserMessage(content="Hi"), message]
    [found] = said(lambda: client().chat.completions.create(model="m", messages=messages))
    assert str(found.message).startswith("AssistantMessage.function_call")
    assert said(lambda: client().chat.completions.create(**HELLO)) == []


def test_a_call_that_is_awaited_warns_where_it_is_awaited() -> None:
    async def asked() -> None:
        http = Wire(completion("Hi")).async_client()
        await AsyncOpenAI(api_key=KEY, http_client=http).chat.completions.create(**HELLO, max_tokens=5)

    [found] = said(lambda: asyncio.run(asked()))
    assert found.filename == __file__


@pytest.mark.parametrize("area", ENDS)
def test_every_operation_of_an_area_that_ends_says_when(area: str) -> None:
    operations = {title: each for title, each in declared.declared().items() if title.startswith(f"{area}.")}
    assert operations
    for title, each in operations.items():
        assert isinstance(each.deprecated, Ends), title
        assert ENDS[area] in each.deprecated
        assert ENDS[area] in each.purpose


def test_helpers_of_an_area_that_ends_warn_too() -> None:
    http = Wire(status(200, {"id": "v", "object": "video", "status": "completed"})).client()
    found = said(lambda: OpenAI(api_key=KEY, http_client=http).videos.poll("v"))
    assert [str(each.message).partition(" ")[0] for each in found] == ["videos.poll"]


# -- the description ---------------------------------------------------------------------------------------------------


def is_marked(schema: Any) -> bool:
    """Whether a schema, or what it is beside null, is deprecated."""
    branches = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    return bool(schema.get("deprecated")) or (len(branches) == 1 and is_marked(branches[0]))


def described() -> dict[str, set[str]]:
    """Operation → its parameters that the description marks."""
    found: dict[str, set[str]] = {}
    for title, (schema, _) in declared.requests().items():
        waiting, names = [schema], set[str]()
        while waiting:
            this = waiting.pop()
            waiting += [spec.resolve(this["$ref"], spec.document())] if "$ref" in this else []
            waiting += this.get("allOf", [])
            names |= {name for name, each in this.get("properties", {}).items() if is_marked(each)}
        if names:
            found[title] = names
    return found


def test_every_parameter_that_the_description_marks_is_marked() -> None:
    assert len(described()) >= 5
    for title, names in described().items():
        model = declared.requests()[title][1]
        assert names <= deprecated_fields(model), title


def test_every_operation_that_the_description_marks_warns() -> None:
    marked = [
        each
        for each in declared.declared().values()
        if spec.operation_is_described(each.method, each.path)
        and spec.document()["paths"][each.path][each.method.lower()].get("deprecated")
    ]
    assert len(marked) >= 15
    assert [each.title for each in marked if not each.deprecated] == []


def test_the_prose_of_every_marked_field_says_so() -> None:
    marked = [(kind, name) for kind in classes(Model) for name in deprecated_fields(kind)]
    assert len(marked) >= 15
    silent = [
        f"{kind.__name__}.{name}"
        for kind, name in marked
        if "Deprecated by the service" not in attribute_docs(kind)[name]
    ]
    assert silent == []


def test_only_what_is_given_is_found() -> None:
    found = deprecated_in({"a": [Reasoning(generate_summary="auto"), Reasoning(summary="auto")], "b": ("x", None)})
    assert [*found] == [(Reasoning, "generate_summary")]
