"""The tool loop: functions are called, the model is told, until it answers. In chat and in responses.

python -m examples.run_tools
"""

from __future__ import annotations

from typing import Literal

from typed_openai import OpenAI
from typed_openai.tools import ChatToolStep

QUESTION = "What is the weather like in Paris and in Rome?"


def get_weather(city: str, unit: Literal["celsius", "fahrenheit"] = "celsius") -> dict[str, object]:
    """What the weather is like.

    Args:
        city: Name of the city.
        unit: Of the temperature.
    """
    return {"city": city, "sky": "clear", "temperature": 21 if unit == "celsius" else 70}


def show(step: ChatToolStep) -> None:
    """Called after each round."""
    for call in step.calls:
        print(f"round {step.round}: {call.name}({call.arguments}) -> {call.output}")


def main() -> None:
    with OpenAI() as client:
        run = client.chat.completions.run_tools(
            model="gpt-4o",
            messages=[{"role": "user", "content": QUESTION}],
            tools=[get_weather],
            max_rounds=4,
            on_tool_error="feed_back",
            on_step=show,
        )
        print(run.text)
        if run.usage is not None:
            print(run.usage.total_tokens, "tokens in", len(run.steps), "requests")

        # The conversation goes on where it ended.
        thanks = {"role": "user", "content": "Thank you!"}
        print(client.chat.completions.create(model="gpt-4o", messages=[*run.messages, thanks]).text)

        # The same with the Responses API.
        print(client.responses.run_tools(model="gpt-4o", input=QUESTION, tools=[get_weather]).text)


if __name__ == "__main__":
    main()
