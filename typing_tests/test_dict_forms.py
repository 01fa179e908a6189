"""Requests as dicts: variables of any kind pass, what is annotated with a form is checked in full.

Never executed. Mistakes in what is annotated: `test_dict_mistakes.py`.
"""

from collections.abc import Iterable, Sequence
from typing import Any, assert_type

from typed_openai.types.responses.response_create_params import ResponseCreateParams

from typed_openai import OpenAI, Stream
from typed_openai.models.chat import ChatCompletion, TextPart, UserMessage
from typed_openai.types import ChatModel, ImageGenerateParams
from typed_openai.types.chat import ChatCompletion as OfficialChatCompletion
from typed_openai.types.chat import (
    ChatCompletionAssistantMessageParam,
    ChatCompletionChunk,
    ChatCompletionMessageParam,
    ChatCompletionStreamOptionsParam,
    ChatCompletionToolChoiceOptionParam,
    ChatCompletionToolParam,
    CompletionCreateParams,
)
from typed_openai.types.responses import (
    FunctionToolParam,
    ResponseInputItemParam,
    ResponseInputParam,
    ToolParam,
)
from typed_openai.types.shared_params import Reasoning

client = OpenAI()
create = client.chat.completions.create


def the_shapes_of_messages_that_people_have_in_variables_pass(
    texts: list[dict[str, str]],
    objects: list[dict[str, object]],
    anything: list[dict[str, Any]],
    unknown: list[Any],
    forms: list[ChatCompletionMessageParam],
    models: list[UserMessage],
    several: Sequence[ChatCompletionMessageParam],
    earlier: ChatCompletion,
) -> None:
    create(model="gpt-4o", messages=texts)
    create(model="gpt-4o", messages=objects)
    create(model="gpt-4o", messages=anything)
    create(model="gpt-4o", messages=unknown)
    create(model="gpt-4o", messages=forms)
    create(model="gpt-4o", messages=models)
    create(model="gpt-4o", messages=several)
    create(model="gpt-4o", messages=[*forms, earlier.choices[0].message, {"role": "user", "content": "Again."}])
    create(model="gpt-4o", messages=[{"role": "user", "content": objects}])
    client.responses.create(model="gpt-4o", input=texts)
    client.responses.create(model="gpt-4o", input=objects, tools=anything)


def whatever_can_be_gone_over_passes_as_it_does_with_the_official_package(
    messages: Iterable[ChatCompletionMessageParam],
    tools: Iterable[ChatCompletionToolParam],
    items: Iterable[ResponseInputItemParam],
    kinds: Iterable[ToolParam],
    tokens: Iterable[Iterable[int]],
    by_id: dict[str, ChatCompletionMessageParam],
) -> None:
    create(model="gpt-4o", messages=messages, tools=tools)
    create(model="gpt-4o", messages=by_id.values(), stream=True)
    create(model="gpt-4o", messages=({"role": "user", "content": text} for text in ("a", "b")))
    client.chat.completions.stream(model="gpt-4o", messages=messages, tools=tools)
    client.responses.create(model="gpt-4o", input=items, tools=kinds, include={"message.output_text.logprobs"})
    client.embeddings.create(model="text-embedding-3-small", input=tokens)


def variables_with_forms_are_taken(
    options: ChatCompletionStreamOptionsParam,
    tool: ChatCompletionToolParam,
    choice: ChatCompletionToolChoiceOptionParam,
    items: ResponseInputParam,
    item: ResponseInputItemParam,
    thoughts: Reasoning,
    function: FunctionToolParam,
    kinds: list[ToolParam],
    name: ChatModel,
) -> None:
    messages: list[ChatCompletionMessageParam] = [{"role": "system", "content": "Be brief."}]
    messages.append({"role": "user", "content": [{"type": "text", "text": "Hello!"}, TextPart(text="?")]})
    create(model=name, messages=messages, stream=True, stream_options=options)
    create(model="of-another-server", messages=messages, tools=[tool], tool_choice=choice)
    items.append({"role": "user", "content": "Hello!"})
    client.responses.create(model="gpt-4o", input=items, reasoning=thoughts, tools=[function, *kinds])
    client.responses.create(model="gpt-4o", input=[*items, item])


def a_whole_request_in_a_form_is_a_call(
    asked: CompletionCreateParams, drawn: ImageGenerateParams, responded: ResponseCreateParams, stream: bool | None
) -> None:
    assert_type(create(**asked), ChatCompletion | Stream[ChatCompletionChunk])
    print(client.responses.create(**responded), client.images.generate(**drawn))
    assert_type(create(model="m", messages=[], stream=stream), ChatCompletion | Stream[ChatCompletionChunk])


def an_answer_goes_back_in_a_form(completion: OfficialChatCompletion) -> None:
    said = completion.choices[0].message
    kept: ChatCompletionAssistantMessageParam = {"role": "assistant", "content": said.content}
    if said.tool_calls:
        kept["tool_calls"] = said.tool_calls
    create(model="gpt-4o", messages=[kept])
    assert_type(completion, ChatCompletion)


def a_whole_request_has_a_form() -> None:
    asked: CompletionCreateParams = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello!"}]}
    print(asked["messages"])
