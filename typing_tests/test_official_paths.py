"""Official paths as type checkers see them: packages, the modules below them, results and dict forms."""

from typing import assert_type

from typed_openai.types.chat.chat_completion import Choice
from typed_openai.types.chat.chat_completion_user_message_param import ChatCompletionUserMessageParam

from typed_openai import OpenAI
from typed_openai.lib.streaming.chat import ChatCompletionStreamState
from typed_openai.models.chat import Choice as OurChoice
from typed_openai.types.chat import ChatCompletion, ChatCompletionMessageParam, ChatCompletionToolParam
from typed_openai.types.responses import EasyInputMessageParam, ResponseInputParam
from typed_openai.types.shared_params import Reasoning

client = OpenAI()
state = ChatCompletionStreamState[str]()


def ask(messages: list[ChatCompletionMessageParam], tools: list[ChatCompletionToolParam]) -> ChatCompletion:
    return client.chat.completions.create(model="gpt-4o", messages=messages, tools=tools)


def first(completion: ChatCompletion) -> Choice:
    assert_type(completion.choices[0], OurChoice)
    return completion.choices[0]


user: ChatCompletionUserMessageParam = {"role": "user", "content": [{"type": "text", "text": "Hi"}]}
wrong: ChatCompletionUserMessageParam = {"role": "user", "contents": "Hi"}  # type: ignore[typeddict-item, typeddict-unknown-key]  # pyright: ignore[reportAssignmentType]
tool: ChatCompletionToolParam = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}
first(ask([user], [tool]))

items: ResponseInputParam = [EasyInputMessageParam(role="user", content="Hi")]
reasoning: Reasoning = {"effort": "low"}
client.responses.create(model="gpt-4o", input=items, reasoning=reasoning)
