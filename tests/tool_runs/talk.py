"""How a conversation with tools looks in chat and in responses: answers of a scripted server, and what it was told."""

from __future__ import annotations

from typing import Any

from tests.canned import status

HELLO = "What is the weather like?"


class Chat:
    """How a conversation looks in chat."""

    @staticmethod
    def answer(*calls: tuple[str, str], text: str = "") -> Any:
        message: dict[str, Any] = {"role": "assistant", "content": text or None, "refusal": None}
        if calls:
            message["tool_calls"] = [
                {"id": f"call-{number}", "type": "function", "function": {"name": name, "arguments": arguments}}
                for number, (name, arguments) in enumerate(calls)
            ]
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "tool_calls" if calls else "stop"}
        usage = {"prompt_tokens": 2, "completion_tokens": 1, "total_tokens": 3}
        head = {"id": "c", "object": "chat.completion", "created": 1, "model": "m"}
        return status(200, head | {"choices": [choice], "usage": usage})

    @staticmethod
    def run(client: Any, **more: Any) -> Any:
        return client.chat.completions.run_tools(model="m", messages=[{"role": "user", "content": HELLO}], **more)

    @staticmethod
    def told(body: Any) -> list[Any]:
        return [item["content"] for item in body["messages"] if item["role"] == "tool"]

    @staticmethod
    def again(client: Any, messages: Any) -> Any:
        return client.chat.completions.create(model="m", messages=messages)


class InResponses:
    """How a conversation looks in responses."""

    @staticmethod
    def answer(*calls: tuple[str, str], text: str = "") -> Any:
        part: dict[str, Any] = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
        message = {"type": "message", "id": "msg", "role": "assistant", "status": "completed", "content": [part]}
        output: list[dict[str, Any]] = [
            {"type": "function_call", "id": f"fc-{n}", "call_id": f"call-{n}", "name": name, "arguments": arguments}
            for n, (name, arguments) in enumerate(calls)
        ]
        usage = {
            "input_tokens": 2,
            "input_tokens_details": {"cached_tokens": 1},
            "output_tokens": 1,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 3,
        }
        head = {"id": "r", "object": "response", "created_at": 1, "model": "m", "status": "completed", "tools": []}
        more = {"parallel_tool_calls": True, "tool_choice": "auto", "output": output or [message], "usage": usage}
        return status(200, head | more)

    @staticmethod
    def run(client: Any, **more: Any) -> Any:
        return client.responses.run_tools(model="m", input=HELLO, **more)

    @staticmethod
    def told(body: Any) -> list[Any]:
        return [item["output"] for item in body["input"] if item.get("type") == "function_call_output"]

    @staticmethod
    def again(client: Any, messages: Any) -> Any:
        return client.responses.create(model="m", input=messages)


Api = type[Chat] | type[InResponses]


def weather(city: str, days: int = 1) -> dict[str, Any]:
    """The weather of a city."""
    return {"city": city, "days": days}


def boom(city: str) -> str:
    raise LookupError(f"no {city}")


PARIS = ("weather", '{"city": "Paris"}')
ROME = ("weather", '{"city": "Rome", "days": 2}')
