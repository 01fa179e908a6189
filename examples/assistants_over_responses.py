"""A program for the Assistants API that the service closed, over responses and conversations.

Run it with `python -m examples.assistants_over_responses` (`OPENAI_API_KEY`, or `OPENAI_BASE_URL` of a local server).
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from typed_openai import OpenAI, RequestValidationError
from typed_openai.bridge import assistants_over_responses

MODEL = "gpt-4o-mini"
FORECASTER = "asst_forecaster"
WEATHER: dict[str, object] = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"Sunny in {city}"


def as_before(client: OpenAI) -> None:
    """Nothing here knows that there are no assistants any more."""
    threads = client.beta.threads
    thread = threads.create(messages=[{"role": "user", "content": "What is the weather in Paris?"}])
    run = threads.runs.run_tools(thread.id, assistant_id=FORECASTER, functions=[get_weather])
    print(run.status, run.usage and run.usage.total_tokens)
    for message in threads.messages.list(thread.id, order="asc"):
        print(f"{message.role}: {message.text}")
    for step in threads.runs.steps.list(run.id, thread_id=thread.id, order="asc"):
        print("step:", step.type, step.status)


def what_was_really_asked(client: OpenAI) -> None:
    """A thread is a conversation, which responses go on with."""
    thread = client.beta.threads.create()
    client.responses.create(model=MODEL, conversation=thread.id, input="Say hello.")
    print([message.role for message in client.beta.threads.messages.list(thread.id)])


def what_cannot_be_had(client: OpenAI) -> None:
    """It is refused, and nothing is sent."""
    try:
        client.beta.threads.create_and_run(assistant_id=FORECASTER, max_prompt_tokens=1000)
    except RequestValidationError as error:
        print(error.faults[0].hint)


def main() -> None:
    with TemporaryDirectory() as folder, OpenAI() as plain:
        client = assistants_over_responses(
            plain,
            store=Path(folder) / "assistants.db",
            assistants={FORECASTER: {"model": MODEL, "tools": [WEATHER]}},
        )
        as_before(client)
        what_was_really_asked(client)
        what_cannot_be_had(client)


if __name__ == "__main__":
    main()
