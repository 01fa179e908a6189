"""Responses: an answer, a stream, a function of yours, work in the background, a conversation that goes on."""

from __future__ import annotations

from typed_openai import OpenAI, tool
from typed_openai.models.responses import EasyInputMessageParam, FunctionCallOutputParam

MODEL = "gpt-4o"


@tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"22 °C and sunny in {city}"


def main() -> None:
    client = OpenAI()

    response = client.responses.create(model=MODEL, input="Say hello.", instructions="Be brief.")
    print(response.output_text)

    with client.responses.stream(model=MODEL, input="Count to three.") as stream:
        for piece in stream.text():
            print(piece, end="", flush=True)
    print()

    question = EasyInputMessageParam(role="user", content="What's the weather in Paris?")
    asked = client.responses.create(model=MODEL, input=[question], tools=[get_weather])
    outputs = [
        FunctionCallOutputParam(call_id=call.call_id, output=get_weather.invoke(call.arguments))
        for call in asked.function_calls
    ]
    told = client.responses.create(model=MODEL, input=[question, asked, *outputs], tools=[get_weather])
    print(told.output_text)
    print(client.responses.run_tools(model=MODEL, input=[question], tools=[get_weather]).text)  # all of it in one call

    shorter = client.responses.create(model=MODEL, previous_response_id=told.id, input="And in one word?")
    print(shorter.output_text)

    poem = client.responses.create(model=MODEL, input="Write a poem.", background=True)
    poem = client.responses.wait(poem.id, wait={"interval": 0.1})
    print(poem.status, poem.output_text)

    # A stream that is made in the background goes on by itself when its connection breaks.
    with client.responses.stream(model=MODEL, input="Write another one.", background=True) as stream:
        print("".join(stream.text()))
    print(stream.get_final_response().status)


if __name__ == "__main__":
    main()
