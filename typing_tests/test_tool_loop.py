"""The tool loop as type checkers see it, in both colours.

Never executed: `scripts/typing` reads it with mypy --strict and pyright strict, against the installed wheel.
"""

from typing import Any, assert_type

from pydantic import BaseModel

from typed_openai import AsyncOpenAI, OpenAI, OpenAIError, parts, tool
from typed_openai.models.chat import ChatCompletion, ImagePart
from typed_openai.models.responses import Response, ResponseUsage
from typed_openai.models.shared import CompletionUsage
from typed_openai.tools import CalledTool, ChatToolRun, ChatToolStep, ResponseToolRun, ResponseToolStep

client = OpenAI()
async_client = AsyncOpenAI()
hello = [{"role": "user", "content": "Hello!"}]


@tool
def decorated(city: str) -> str:
    return city


class Place(BaseModel):
    city: str


modelled = tool(Place)


def plain(city: str, days: int = 1) -> dict[str, Any]:
    return {city: days}


async def later(city: str) -> str:
    return city


def plot(city: str) -> list[str | ImagePart]:
    return [city, parts.image(f"{city}.png")]


def see(step: ChatToolStep) -> None:
    assert_type(step.round, int)
    assert_type(step.completion, ChatCompletion)
    assert_type(step.calls, list[CalledTool])
    assert_type(step.calls[0].output, str | list[dict[str, Any]])
    assert_type(step.calls[0].error, Exception | None)


async def see_later(step: ResponseToolStep) -> None:
    assert_type(step.response, Response)


def decide(error: Exception, call: CalledTool) -> str:
    return f"{call.name}: {error}"


def runs_of_chat() -> None:
    run = client.chat.completions.run_tools(
        model="m", messages=hello, tools=[decorated, plain], max_rounds=3, on_step=see, on_tool_error=decide
    )
    assert_type(run, ChatToolRun)
    assert_type(run.completion, ChatCompletion)
    assert_type(run.text, str)
    assert_type(run.steps, list[ChatToolStep])
    assert_type(run.calls, list[CalledTool])
    assert_type(run.usage, CompletionUsage | None)
    client.chat.completions.create(model="m", messages=[*run.messages, {"role": "user", "content": "x"}])
    client.chat.completions.run_tools(model="m", messages=run.messages, tools=[plain], on_tool_error="feed_back")


def runs_of_responses() -> None:
    run = client.responses.run_tools(model="m", input="Hello!", tools=[decorated, plot, {"type": "web_search"}])
    assert_type(run, ResponseToolRun)
    assert_type(run.response, Response)
    assert_type(run.text, str)
    assert_type(run.steps, list[ResponseToolStep])
    assert_type(run.usage, ResponseUsage | None)
    client.responses.create(model="m", input=run.messages)


async def runs_in_the_other_colour() -> None:
    run = await async_client.chat.completions.run_tools(model="m", messages=hello, tools=[later, plain])
    assert_type(run, ChatToolRun)
    other = await async_client.responses.run_tools(input="Hello!", tools=[later], on_step=see_later)
    assert_type(other, ResponseToolRun)


def runs_that_ended_early(error: OpenAIError) -> None:
    assert_type(ChatToolRun.of(error), ChatToolRun | None)
    assert_type(ResponseToolRun.of(error), ResponseToolRun | None)
    run = ChatToolRun.of(error)
    if run is not None:
        assert_type(run.calls[0].finished, bool)


async def tools_stand_in_every_request() -> None:
    search: dict[str, str] = {"type": "web_search"}
    client.chat.completions.create(model="m", messages=hello, tools=[decorated, modelled])
    client.responses.create(model="m", input="Hello!", tools=[decorated, modelled, search])
    client.responses.stream(model="m", input="Hello!", tools=[decorated])
    client.beta.assistants.create(model="m", tools=[decorated, {"type": "code_interpreter"}])
    await async_client.chat.completions.create(model="m", messages=hello, tools=[decorated])
    await async_client.responses.create(model="m", input="Hello!", tools=[decorated])


def mistakes_are_found() -> None:
    client.chat.completions.with_raw_response.run_tools(model="m", messages=hello, tools=[plain])  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    client.chat.completions.run_tools(model="m", messages=hello, tools=[plain], on_tool_error="ignore")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.chat.completions.run_tools(model="m", messages=hello, tools=[plain], stream=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.chat.completions.run_tools(model="m", messages=hello)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.chat.completions.run_tools(model="m", messages=hello, tools=[3])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
