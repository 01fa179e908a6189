"""Runs that ask for functions: step by step, as a stream, and handled in one call.

Run it with `python -m examples.assistant_tools` (`OPENAI_API_KEY`, or `OPENAI_BASE_URL` of a local server).
"""

from __future__ import annotations

from typing import Literal

from typed_openai import OpenAI, tool

MODEL = "gpt-4o-mini"
QUESTION = "What is the weather in San Francisco?"


@tool
def get_current_weather(location: str, unit: Literal["celsius", "fahrenheit"] = "celsius") -> str:
    """The weather in a city."""
    nice = "San Francisco" in location
    if unit == "celsius":
        return "The weather is nice 🌞 at 27°C" if nice else "The weather is icy 🥶 at -5°C"
    return "The weather is nice 🌞 at 80°F" if nice else "The weather is icy 🥶 at 23°F"


def by_hand(client: OpenAI, assistant_id: str) -> None:
    """Wait, call, submit, wait again. Outputs must come within ten minutes."""
    threads = client.beta.threads
    thread = threads.create(messages=[{"role": "user", "content": QUESTION}])
    run = threads.runs.create_and_poll(thread.id, assistant_id=assistant_id)
    while run.status == "requires_action":
        outputs: list[dict[str, object]] = []
        for call in run.tool_calls:
            print("asked for:", call.function.name, call.function.arguments)
            output = get_current_weather.invoke(call.function.arguments)  # checked by its annotations
            outputs.append({"tool_call_id": call.id, "output": output})
        run = threads.runs.submit_tool_outputs_and_poll(run.id, thread.id, tool_outputs=outputs)
    print(run.status, "-", threads.messages.list(thread.id).data[0].text)


def in_one_call(client: OpenAI, assistant_id: str) -> None:
    """The same loop, arguments checked, rounds bounded; async functions work with `AsyncOpenAI`."""
    threads = client.beta.threads
    thread = threads.create(messages=[{"role": "user", "content": QUESTION}])
    run = threads.runs.run_tools(thread.id, assistant_id=assistant_id, functions=[get_current_weather], max_rounds=3)
    print(run.status, "-", threads.messages.list(thread.id).data[0].text)


def as_a_stream(client: OpenAI, assistant_id: str) -> None:
    """Words as they come: events of the server by their names, and `text.delta` and the like above them."""
    thread = client.beta.threads.create(messages=[{"role": "user", "content": "Say hello."}])
    runs = client.beta.threads.runs
    with runs.stream(thread.id, assistant_id=assistant_id, tools=[]) as stream:
        for event in stream:
            if event.event == "thread.run.step.created":
                print("step:", event.data.type)
            elif event.event == "text.delta":
                print(event.delta, end="", flush=True)
        run = stream.get_final_run()
    print(f"\n{run.status}: {len(stream.get_final_messages())} message")
    for chunk in runs.create(thread.id, assistant_id=assistant_id, tools=[], stream=True):  # the bare events
        if chunk.event == "thread.message.delta":
            print(chunk.text, end="")
    print()


def main() -> None:
    with OpenAI() as client:
        assistant = client.beta.assistants.create(model=MODEL, tools=[get_current_weather])
        by_hand(client, assistant.id)
        in_one_call(client, assistant.id)
        as_a_stream(client, assistant.id)


if __name__ == "__main__":
    main()
