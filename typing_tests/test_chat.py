"""Chat as type checkers see it: results, streams and events in both colours, and what may be given as parameters.

Never executed: `scripts/typing` reads it with mypy --strict and pyright strict, against the installed wheel. Lines with
`# type: ignore[...]` (mypy) and `# pyright: ignore[...]` are errors that must be found: an ignore that nothing needs is
an error too.
"""

from typing import TypedDict, assert_type

from typed_openai import NOT_GIVEN, NULL, AsyncOpenAI, AsyncStream, NotGiven, OpenAI, Stream, omit
from typed_openai.models.chat import (
    AssistantMessage,
    ChatCompletion,
    ChatCompletionChunk,
    ChatCompletionCreateParams,
    ChatCompletionDeleted,
    ChatCompletionMessage,
    ChatCompletionTokenLogprob,
    ChatCompletionUpdateParams,
    ChatMessage,
    ChoiceDelta,
    CustomTool,
    CustomToolDefinition,
    FunctionCall,
    FunctionTool,
    FunctionToolCall,
    FunctionToolChoice,
    ImagePart,
    ImageURL,
    SystemMessage,
    TextPart,
    ToolMessage,
    ToolName,
    UserMessage,
)
from typed_openai.models.shared import (
    CompletionUsage,
    FunctionDefinition,
    JSONSchema,
    ResponseFormatJSONObject,
    ResponseFormatJSONSchema,
)
from typed_openai.streaming.chat import (
    AsyncChatCompletionStream,
    ChatCompletionStream,
    ContentDelta,
    CustomCallDone,
    Finish,
    ToolCallDelta,
    ToolCallDone,
    Usage,
)

client = OpenAI()
async_client = AsyncOpenAI()
hello = [{"role": "user", "content": "Hello!"}]
params = ChatCompletionCreateParams(model="gpt-4o", messages=[UserMessage(content="Hello!")])


# -- results ----------------------------------------------------------------------------------------------------------


def a_call_gives_a_completion() -> None:
    completion = client.chat.completions.create(model="gpt-4o", messages=hello)
    assert_type(completion, ChatCompletion)
    assert_type(completion.choices[0].message, ChatCompletionMessage)
    assert_type(completion.choices[0].message.content, str | None)
    assert_type(completion.usage, CompletionUsage | None)
    assert_type(completion.text, str)
    assert_type(completion.meta.request_id, str | None)
    assert_type(client.chat.completions.create(model="gpt-4o", messages=hello, stream=False), ChatCompletion)
    assert_type(client.chat.completions.create(model="gpt-4o", messages=hello, stream=None), ChatCompletion)
    assert_type(client.chat.completions.retrieve("chatcmpl-1"), ChatCompletion)
    assert_type(client.chat.completions.retrieve(completion_id="chatcmpl-1"), ChatCompletion)
    assert_type(client.chat.completions.update("chatcmpl-1", metadata={"a": "b"}), ChatCompletion)
    assert_type(client.chat.completions.update("chatcmpl-1", metadata=NULL), ChatCompletion)
    assert_type(client.chat.completions.delete("chatcmpl-1"), ChatCompletionDeleted)


async def an_awaited_call_gives_a_completion() -> None:
    assert_type(await async_client.chat.completions.create(model="gpt-4o", messages=hello), ChatCompletion)
    assert_type(
        await async_client.chat.completions.create(model="gpt-4o", messages=hello, stream=False), ChatCompletion
    )
    assert_type(await async_client.chat.completions.retrieve("chatcmpl-1"), ChatCompletion)
    assert_type(await async_client.chat.completions.update("chatcmpl-1", metadata={"a": "b"}), ChatCompletion)
    assert_type(await async_client.chat.completions.delete("chatcmpl-1"), ChatCompletionDeleted)


# -- streams ----------------------------------------------------------------------------------------------------------


def a_stream_gives_chunks(streaming: bool) -> None:
    stream = client.chat.completions.create(model="gpt-4o", messages=hello, stream=True)
    assert_type(stream, Stream[ChatCompletionChunk])
    for chunk in stream:
        assert_type(chunk, ChatCompletionChunk)
        assert_type(chunk.choices[0].delta, ChoiceDelta)
    with stream as entered:
        assert_type(next(entered), ChatCompletionChunk)
    either = client.chat.completions.create(model="gpt-4o", messages=hello, stream=streaming)
    assert_type(either, ChatCompletion | Stream[ChatCompletionChunk])


async def an_async_stream_gives_chunks(streaming: bool) -> None:
    stream = await async_client.chat.completions.create(model="gpt-4o", messages=hello, stream=True)
    assert_type(stream, AsyncStream[ChatCompletionChunk])
    async for chunk in stream:
        assert_type(chunk, ChatCompletionChunk)
    async with stream as entered:
        assert_type(await anext(entered), ChatCompletionChunk)
    either = await async_client.chat.completions.create(model="gpt-4o", messages=hello, stream=streaming)
    assert_type(either, ChatCompletion | AsyncStream[ChatCompletionChunk])


# -- params objects ---------------------------------------------------------------------------------------------------


def a_params_object_stands_for_all_parameters(streaming: bool) -> None:
    assert_type(client.chat.completions.create(params), ChatCompletion)
    assert_type(client.chat.completions.create(params, timeout=5), ChatCompletion)
    assert_type(client.chat.completions.create(params, stream=False), ChatCompletion)
    assert_type(client.chat.completions.create(params, stream=True), Stream[ChatCompletionChunk])
    assert_type(client.chat.completions.create(params, stream=streaming), ChatCompletion | Stream[ChatCompletionChunk])
    changes = ChatCompletionUpdateParams(metadata={"a": "b"})
    assert_type(client.chat.completions.update("chatcmpl-1", changes), ChatCompletion)
    client.chat.completions.create(changes)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]


async def an_async_call_takes_one_too() -> None:
    assert_type(await async_client.chat.completions.create(params), ChatCompletion)
    assert_type(await async_client.chat.completions.create(params, stream=True), AsyncStream[ChatCompletionChunk])
    assert_type(async_client.chat.completions.stream(params), AsyncChatCompletionStream)


def marks_of_the_official_package_are_taken(temperature: float | NotGiven = NOT_GIVEN) -> None:
    completion = client.chat.completions.create(model="gpt-4o", messages=hello, temperature=temperature, tools=omit)
    assert_type(completion, ChatCompletion)
    assert_type((client.max_retries, client.base_url), tuple[int, str])


# -- typed events -----------------------------------------------------------------------------------------------------


def events_are_told_apart_by_type() -> None:
    with client.chat.completions.stream(model="gpt-4o", messages=hello) as stream:
        assert_type(stream, ChatCompletionStream)
        for event in stream:
            if event.type == "content.delta":
                assert_type(event, ContentDelta)
                assert_type(event.delta, str)
            elif event.type == "tool_calls.function.arguments.done":
                assert_type(event, ToolCallDone)
                assert_type((event.index, event.choice), tuple[int, int])
            elif event.type == "tool_calls.custom.input.done":
                assert_type(event, CustomCallDone)
            elif event.type == "refusal.done":
                assert_type(event.refusal, str)
            elif event.type == "logprobs.content.delta":
                assert_type(event.content, list[ChatCompletionTokenLogprob])
            elif event.type == "usage":
                assert_type(event.usage, CompletionUsage)
    assert_type(stream.get_final_completion(), ChatCompletion)
    assert_type(stream.snapshot, ChatCompletion | None)
    for text in client.chat.completions.stream(model="gpt-4o", messages=hello).text():
        assert_type(text, str)


def events_are_told_apart_by_class() -> None:
    for event in client.chat.completions.stream(params):
        if isinstance(event, ContentDelta):
            assert_type(event.delta, str)
        elif isinstance(event, ToolCallDelta):
            assert_type(event.arguments_delta, str)
        elif isinstance(event, Finish):
            assert_type(event.reason, str)
        elif isinstance(event, Usage):
            assert_type(event.usage.total_tokens, int)


async def async_events_are_told_apart() -> None:
    async with async_client.chat.completions.stream(model="gpt-4o", messages=hello) as stream:
        assert_type(stream, AsyncChatCompletionStream)
        async for event in stream:
            if event.type == "content.delta":
                assert_type(event.delta, str)
    assert_type(await stream.get_final_completion(), ChatCompletion)
    async for text in async_client.chat.completions.stream(model="gpt-4o", messages=hello).text():
        assert_type(text, str)


# -- messages ---------------------------------------------------------------------------------------------------------


class Said(TypedDict):
    """A message as some applications declare it."""

    role: str
    content: str


def messages_may_be_plain_dicts(typed: list[Said], plain: list[dict[str, str]], loose: list[dict[str, object]]) -> None:
    for messages in (typed, plain, loose):
        assert_type(client.chat.completions.create(model="gpt-4o", messages=messages), ChatCompletion)
    client.chat.completions.create(model="gpt-4o", messages=({"role": "user", "content": "a tuple"},))


def messages_may_be_models() -> None:
    mixed = [SystemMessage(content="Be brief."), UserMessage(content="Hello!")]
    client.chat.completions.create(model="gpt-4o", messages=mixed)
    client.chat.completions.create(model="gpt-4o", messages=[SystemMessage(content="Be brief."), *hello])
    call = FunctionToolCall(id="call_1", function=FunctionCall(name="now", arguments="{}"))
    talk = [
        UserMessage(content=[TextPart(text="What is this?"), ImagePart(image_url=ImageURL(url="https://example.org"))]),
        AssistantMessage(tool_calls=[call]),
        ToolMessage(content="12:00", tool_call_id="call_1"),
    ]
    client.chat.completions.create(model="gpt-4o", messages=talk)


def an_answer_may_be_sent_back() -> None:
    messages: list[ChatMessage] = [UserMessage(content="Hello!")]
    completion = client.chat.completions.create(model="gpt-4o", messages=messages)
    messages.append(completion.choices[0].message)
    messages.append(UserMessage(content="And now?"))
    client.chat.completions.create(model="gpt-4o", messages=messages)


# -- other parameters -------------------------------------------------------------------------------------------------


def nested_objects_may_be_models_or_mappings(schema: dict[str, object]) -> None:
    clock = FunctionTool(function=FunctionDefinition(name="now", parameters=schema))
    tools = [clock, CustomTool(custom=CustomToolDefinition(name="free"))]
    client.chat.completions.create(model="gpt-4o", messages=hello, tools=tools, tool_choice="auto")
    choice = FunctionToolChoice(function=ToolName(name="now"))
    client.chat.completions.create(model="gpt-4o", messages=hello, tools=[clock], tool_choice=choice)
    written = [{"type": "function", "function": {"name": "now", "parameters": schema}}]
    client.chat.completions.create(model="gpt-4o", messages=hello, tools=written, tool_choice={"type": "function"})
    shape = ResponseFormatJSONSchema(json_schema=JSONSchema(name="answer", schema=schema, strict=True))
    client.chat.completions.create(model="gpt-4o", messages=hello, response_format=shape)
    client.chat.completions.create(model="gpt-4o", messages=hello, response_format=ResponseFormatJSONObject())
    client.chat.completions.create(model="gpt-4o", messages=hello, response_format={"type": "json_object"})


def simple_values_are_what_they_look_like(stops: list[str]) -> None:
    client.chat.completions.create(model="gpt-4o", messages=hello, stop="END", temperature=1, seed=NULL, user=None)
    client.chat.completions.create(model="gpt-4o", messages=hello, stop=stops, reasoning_effort="low")
    client.chat.completions.create(model="gpt-4o", messages=hello, stop=("a", "b"), modalities=["text", "audio"])
    client.chat.completions.create(model="gpt-4o", messages=hello, logit_bias={"50256": -100}, metadata={"a": "b"})


# -- errors that must be found ----------------------------------------------------------------------------------------


def a_wrong_parameter_is_found() -> None:
    create = client.chat.completions.create
    create(model="gpt-4o", messages=hello, temprature=1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    create(model="gpt-4o", messages=hello, temperature="hot")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    create(model="gpt-4o", messages=hello, reasoning_effort="lo")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    create(model="gpt-4o", messages="Hello!")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    create(model="gpt-4o")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    create(model=None, messages=hello)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    create("gpt-4o", hello)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    create(model="gpt-4o", messages=hello, tools=FunctionTool)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    client.chat.completions.stream(model="gpt-4o", messages=hello, stream=True)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    client.chat.completions.retrieve()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.chat.completions.retrieve(7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.chat.completions.retrieve("chatcmpl-1", idempotency_key="k")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.chat.completions.update("chatcmpl-1", metadata=None)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]


def a_wrong_field_of_a_model_is_found() -> None:
    UserMessage(contents="Hello!")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    UserMessage(content=7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    UserMessage(role="system", content="Hello!")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ChatCompletionCreateParams(model="gpt-4o", mesages=hello)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def a_wrong_attribute_is_found() -> None:
    completion = client.chat.completions.create(model="gpt-4o", messages=hello)
    completion.choises  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    completion.choices[0].mesage  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    client.chat.completion  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    client.chats  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def a_wrong_colour_is_found() -> None:
    await client.chat.completions.create(model="gpt-4o", messages=hello)  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    async_client.chat.completions.create(model="gpt-4o", messages=hello).text  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    for _ in async_client.chat.completions.stream(params):  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
        pass
    async for _chunk in client.chat.completions.create(params, stream=True):  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
        pass
