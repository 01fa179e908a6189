"""Functions: the model asks for the weather, we look, it answers. First with `@tool`, then all by hand.

python -m examples.functions
"""

from __future__ import annotations

import json
from typing import Literal

from typed_openai import OpenAI, tool
from typed_openai.models.chat import (
    ChatCompletionMessageFunctionToolCall,
    ChatMessage,
    FunctionDefinition,
    FunctionTool,
    ToolMessage,
    UserMessage,
)
from typed_openai.tools import ToolArgumentsError

QUESTION = "What is the weather like in San Francisco?"


@tool
def get_current_weather(location: str, unit: Literal["celsius", "fahrenheit"] = "fahrenheit") -> str:
    """Get the current weather in a given location.

    Args:
        location: The city and state, e.g. San Francisco, CA
        unit: Of the temperature.
    """
    # Here you could use a weather api to fetch the weather.
    return f"The weather in {location} is nice, in {unit}"


def with_tool(client: OpenAI) -> None:
    """Schema and arguments come from the function's signature."""
    messages: list[ChatMessage] = [UserMessage(content=QUESTION)]
    answer = client.chat.completions.create(
        model="gpt-4o", messages=messages, tools=[get_current_weather], tool_choice="required"
    )
    message = answer.choices[0].message
    messages.append(message)  # the answers must follow the message that asked for them
    for call in message.tool_calls or []:
        if isinstance(call, ChatCompletionMessageFunctionToolCall):
            try:
                result = get_current_weather.invoke(call.function.arguments)
            except ToolArgumentsError as error:
                result = str(error)  # the model reads what was wrong and tries again
            print("called", call.function.name, "->", result)
            messages.append(ToolMessage(tool_call_id=call.id, content=result))
    print(client.chat.completions.create(model="gpt-4o", messages=messages).text)


def by_hand(client: OpenAI) -> None:
    """The same with nothing but the API's own objects."""
    definition = FunctionTool(
        function=FunctionDefinition(
            name="get_current_weather",
            description="Get the current weather in a given location",
            parameters={
                "type": "object",
                "properties": {
                    "location": {"type": "string", "description": "The city and state, e.g. San Francisco, CA"},
                    "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
                },
                "required": ["location"],
            },
        )
    )
    messages: list[ChatMessage] = [UserMessage(content=QUESTION)]
    answer = client.chat.completions.create(
        model="gpt-4o", messages=messages, tools=[definition], tool_choice="required"
    )
    message = answer.choices[0].message
    messages.append(message)
    for call in message.tool_calls or []:
        if isinstance(call, ChatCompletionMessageFunctionToolCall) and call.function.name == "get_current_weather":
            arguments = json.loads(call.function.arguments)
            result = f"The weather in {arguments['location']} is nice"
            print("called", call.function.name, "->", result)
            messages.append(ToolMessage(tool_call_id=call.id, content=result))
    print(client.chat.completions.create(model="gpt-4o", messages=messages).text)


def main() -> None:
    with OpenAI() as client:
        with_tool(client)
        by_hand(client)


if __name__ == "__main__":
    main()
