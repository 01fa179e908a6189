"""What operations show of themselves: `inspect.signature`, what a parameter takes, what a call gives.

That these equal the stubs is for `mypy.stubtest` to say (`scripts/typing`); it passes over what raises, so here every
signature is asked for once.
"""

import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, StrictFloat, StrictInt

from tests.canned import is_coroutine_function
from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.core.answer.managers import AsyncStreamedResponseManager
from typed_openai.core.answer.pages import AsyncCursorPage, AsyncPaginator, SyncCursorPage
from typed_openai.core.answer.raw import APIResponse
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.resource import Mode, Nested
from typed_openai.core.declare.signature import accepted, signature_of
from typed_openai.models.base import Null
from typed_openai.models.chat.chunks import ChatCompletionChunk
from typed_openai.models.chat.completions import ChatCompletion
from typed_openai.models.chat.messages import (
    AssistantMessage,
    ChatMessage,
    SystemMessage,
    TextPart,
    ToolMessage,
    UserMessage,
)
from typed_openai.models.chat.params import ChatCompletionCreateParams, ChatCompletionUpdateParams
from typed_openai.models.shared import CustomVoice
from typed_openai.resources import Resources
from typed_openai.streaming.stream import AsyncStream, Stream


def endpoints(below: type) -> Iterator[Endpoint]:
    for value in vars(below).values():
        if isinstance(value, Nested):
            yield from endpoints(value.load())
        elif isinstance(value, Endpoint):
            yield value


@pytest.fixture
def client() -> OpenAI:
    return OpenAI(api_key="sk-test")


@pytest.fixture
def async_client() -> AsyncOpenAI:
    return AsyncOpenAI(api_key="sk-test")


def parameters(operation: Any) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(operation).parameters


# -- whole signatures -------------------------------------------------------------------------------------------------


def test_every_operation_has_a_signature_in_each_colour_and_mode() -> None:
    found = list(endpoints(Resources))
    modes: list[Mode] = ["plain", "raw", "streaming"]
    for endpoint in found:
        assert next(iter(inspect.signature(endpoint).parameters)) == "self"
        for mode in modes:
            for is_async in (False, True):
                assert "extra_headers" in signature_of(endpoint, is_async, mode).parameters
    assert len(found) >= 13


def test_a_bound_operation_shows_no_self(client: OpenAI) -> None:
    assert next(iter(parameters(client.chat.completions.retrieve))) == "completion_id"
    assert list(parameters(client.chat.completions.create))[:3] == ["params", "messages", "model"]


def test_what_is_required_has_no_default_and_the_rest_is_none(client: OpenAI) -> None:
    shown = parameters(client.chat.completions.create)
    required = [name for name, parameter in shown.items() if parameter.default is parameter.empty]
    assert required == ["messages", "model"]
    assert {parameter.default for name, parameter in shown.items() if name not in required} == {None}


def test_no_signature_has_an_ellipsis_for_a_default() -> None:
    modes: list[Mode] = ["plain", "raw", "streaming"]
    shown = [str(signature_of(endpoint, False, mode)) for endpoint in endpoints(Resources) for mode in modes]
    assert len(shown) > 200
    assert [text for text in shown if "= Ellipsis" in text or "= ..." in text] == []


def test_a_params_object_stands_in_for_what_is_required(client: OpenAI) -> None:
    create = inspect.signature(client.chat.completions.create)
    with pytest.raises(TypeError, match="missing a required"):
        create.bind(model="m")
    params = ChatCompletionCreateParams(model="m", messages=[UserMessage(content="a")])
    bound = create.bind(params, timeout=5)
    bound.apply_defaults()
    assert (bound.args, bound.arguments["timeout"]) == ((params,), 5)
    with pytest.raises(TypeError):
        create.bind(params, temprature=1)


def test_a_signature_binds_what_the_call_takes(client: OpenAI) -> None:
    create = inspect.signature(client.chat.completions.create)
    create.bind(ChatCompletionCreateParams(model="m", messages=[UserMessage(content="a")]), stream=True, timeout=5)
    create.bind(model="m", messages=[])
    update = inspect.signature(client.chat.completions.update)
    update.bind("chatcmpl-1", ChatCompletionUpdateParams(metadata={}))
    update.bind(completion_id="chatcmpl-1", metadata={})
    for wrong in ({"temprature": 1}, {"params": 1}, {"self": 1}):
        with pytest.raises(TypeError):
            create.bind(model="m", messages=[], **wrong)


def test_event_helpers_show_no_stream(client: OpenAI) -> None:
    assert "stream" in parameters(client.chat.completions.create)
    assert "stream" not in parameters(client.chat.completions.stream)


def test_only_posts_take_an_idempotency_key(client: OpenAI) -> None:
    assert "idempotency_key" in parameters(client.embeddings.create)
    assert "idempotency_key" not in parameters(client.models.retrieve)
    assert "idempotency_key" not in parameters(client.models.delete)


# -- what a call gives ------------------------------------------------------------------------------------------------


def returns(operation: Any) -> Any:
    return inspect.signature(operation).return_annotation


def test_results_have_the_colour_of_the_client(client: OpenAI, async_client: AsyncOpenAI) -> None:
    assert returns(client.chat.completions.create) == ChatCompletion | Stream[ChatCompletionChunk]
    assert returns(async_client.chat.completions.create) == ChatCompletion | AsyncStream[ChatCompletionChunk]
    assert returns(client.chat.completions.list) == SyncCursorPage[ChatCompletion]
    paginator = AsyncPaginator[AsyncCursorPage[ChatCompletion], ChatCompletion]
    assert returns(async_client.chat.completions.list) == paginator


def test_results_have_the_mode_of_their_resource(client: OpenAI, async_client: AsyncOpenAI) -> None:
    assert returns(client.chat.completions.with_raw_response.retrieve) == APIResponse[ChatCompletion]
    streaming = async_client.chat.completions.with_streaming_response
    assert returns(streaming.retrieve) == AsyncStreamedResponseManager[ChatCompletion]
    streamed = AsyncStreamedResponseManager[AsyncStream[ChatCompletionChunk]]
    assert returns(streaming.create) == AsyncStreamedResponseManager[ChatCompletion] | streamed
    assert returns(async_client.files.with_streaming_response.content) == AsyncStreamedResponseManager[bytes]


def test_what_is_awaited_is_known_as_a_coroutine_function(client: OpenAI, async_client: AsyncOpenAI) -> None:
    completions = async_client.chat.completions
    awaited = [completions.create, completions.delete, completions.with_raw_response.list]
    assert all(map(is_coroutine_function, awaited))
    others = [completions.list, completions.stream, completions.with_streaming_response.create]
    assert not any(map(is_coroutine_function, [*others, client.chat.completions.create]))


def test_operations_of_both_colours_carry_their_documentation(client: OpenAI, async_client: AsyncOpenAI) -> None:
    text = inspect.getdoc(client.models.delete)
    assert text is not None
    assert text.startswith("Delete a fine-tuned model")
    assert inspect.getdoc(async_client.models.delete) == text


# -- what a parameter takes -------------------------------------------------------------------------------------------

OBJECT = Mapping[str, object]


@pytest.mark.parametrize(
    ("annotation", "taken"),
    [
        (str, str),
        (StrictInt, int),
        (Annotated[StrictFloat, Field(ge=0)], float),
        (Any, object),
        (Literal["a", "b"], Literal["a", "b"]),
        (CustomVoice, CustomVoice | OBJECT),
        (list[str], Sequence[str]),
        (list[list[StrictInt]], Iterable[Iterable[int]]),
        (list[Any], Sequence[object]),
        (list[Literal["a", "b"]], Iterable[Literal["a", "b"]]),
        (list[str | TextPart], Sequence[str | TextPart | OBJECT]),
        (tuple[str, ...], Sequence[str]),
        (list[TextPart], Iterable[TextPart | OBJECT]),
        (dict[str, Annotated[StrictInt, Field(ge=0)]], Mapping[str, int]),
        (dict[str, Any], Mapping[str, object]),
        (None | Null | StrictInt, int | Null | None),
        (None | str, str | None),
        (Annotated[Annotated[str, "a"] | Annotated[list[str], "b"], "c"], str | Sequence[str]),
        (SystemMessage | UserMessage, ChatMessage | OBJECT),
        (list[SystemMessage | UserMessage | None], Iterable[ChatMessage | OBJECT | None]),
        (Annotated[SystemMessage | AssistantMessage | ToolMessage, "role"] | None, ChatMessage | OBJECT | None),
        (Literal["auto"] | SystemMessage | UserMessage, Literal["auto"] | ChatMessage | OBJECT),
        (SystemMessage | TextPart, SystemMessage | TextPart | OBJECT),
        (str | CustomVoice, str | CustomVoice | OBJECT),
    ],
)
def test_a_parameter_takes_more_than_its_field(annotation: object, taken: object) -> None:
    assert accepted(annotation) == taken
    assert str(accepted(annotation)) == str(taken)


def test_a_required_parameter_does_not_take_none(client: OpenAI) -> None:
    assert parameters(client.completions.create)["prompt"].annotation == (
        str | Sequence[str] | Iterable[int] | Iterable[Iterable[int]] | Null
    )
    assert parameters(client.chat.completions.create)["user"].annotation == str | None
