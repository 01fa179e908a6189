"""Responses: an answer, a stream, a function of yours, work in the background, a conversation that goes on."""

from __future__ import annotations

from typed_openai import OpenAI
from typed_openai.models.response_item_params import EasyInputMessageParam, FunctionCallOutputParam
from typed_openai.models.response_tool_params import FunctionToolParam

MODEL = "gpt-4o"
WEATHER = FunctionToolParam(
    name="get_weather",
    description="The weather of a city.",
    parameters={
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
    strict=True,
)


def main() -> None:
    client = OpenAI()

    response = client.responses.create(model=MODEL, input="Say hello.", instructions="Be brief.")
    print(response.output_text)

    with client.responses.stream(model=MODEL, input="Count to three.") as stream:
        for piece in stream.text():
            print(piece, end="", flush=True)
    print()

    question = EasyInputMessageParam(role="user", content="What's the weather in Paris?")
    asked = client.responses.create(model=MODEL, input=[question], tools=[WEATHER])
    outputs = [FunctionCallOutputParam(call_id=call.call_id, output="22 °C, sunny") for call in asked.function_calls]
    told = client.responses.create(model=MODEL, input=[question, *asked.output, *outputs], tools=[WEATHER])
    print(told.output_text)

    shorter = client.responses.create(model=MODEL, previous_response_id=told.id, input="And in one word?")
    print(shorter.output_text)

    background = client.responses.create(model=MODEL, input="Write a poem.", background=True)
    background = client.responses.wait(background.id, wait={"interval": 0.1})
    print(background.status, background.output_text)


if __name__ == "__main__":
    main()
