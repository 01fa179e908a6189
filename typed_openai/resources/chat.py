"""Chat completions: plain, streamed, with typed events, and stored ones (API reference: Chat)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.call_options import CallOptions
from typed_openai.core.caller import Caller
from typed_openai.core.declare.flow_methods import flow_method, repeated
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.models.base import Wanted
from typed_openai.models.chat.answers import ChatCompletionStoreMessage
from typed_openai.models.chat.completions import ChatCompletion, ChatCompletionDeleted
from typed_openai.models.chat.params import (
    ChatCompletionCreateParams,
    ChatCompletionListParams,
    ChatCompletionUpdateParams,
    MessageListParams,
)
from typed_openai.models.shared import StreamOptions

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from typed_openai.core.run.effects import Flow
    from typed_openai.structured.chat import ParsedChatCompletion
    from typed_openai.tools.chat_loop import ChatToolRun, ChatToolStep
    from typed_openai.tools.mcp import MCPSession

CHUNKS = "typed_openai.streaming.chat.ChatCompletionAccumulator"


def with_usage(client: Caller, params: dict[str, Any]) -> dict[str, Any]:
    """Ask for the usage at the end, where the server is known to take the question and the caller has not chosen."""
    wanted = client.config.capabilities.stream_usage and params.get("stream_options") is None
    return {"stream_options": StreamOptions(include_usage=True)} if wanted else {}


class Messages(Resource):
    """The messages of a stored completion."""

    list = get("/chat/completions/{completion_id}/messages", MessageListParams, CursorPage[ChatCompletionStoreMessage])
    """List the messages that led to a stored completion, oldest first unless `order` says otherwise."""


class Completions(Resource):
    """Ask a model, and look after what was stored."""

    create = post("/chat/completions", ChatCompletionCreateParams, ChatCompletion, stream=CHUNKS)
    """Ask for the next message of a conversation; with `stream=True` chunk by chunk."""
    stream = post(
        "/chat/completions",
        ChatCompletionCreateParams,
        ChatCompletion,
        stream=CHUNKS,
        events="typed_openai.streaming.chat.EVENTS",
        typed=("response_format", "typed_openai.streaming.parsed_chat.EVENTS"),
        prepare=with_usage,
    )
    """Ask for the next message as typed events, with a running snapshot and `get_final_completion()`.

    With a type (or a `TypeAdapter` of it) as `response_format` there are values of it among the events: what is there
    already (`output.partial`) after each piece of text, the value (`output.parsed`) at the end, and `parsed` on the
    final completion. What `parse` would raise is raised after the last event then.
    """
    retrieve = get("/chat/completions/{completion_id}", ChatCompletion)
    """Fetch a stored completion (one created with `store=True`)."""
    update = post("/chat/completions/{completion_id}", ChatCompletionUpdateParams, ChatCompletion)
    """Replace the metadata of a stored completion."""
    list = get("/chat/completions", ChatCompletionListParams, CursorPage[ChatCompletion])
    """List stored completions, oldest first unless `order` says otherwise."""
    delete = delete("/chat/completions/{completion_id}", ChatCompletionDeleted)
    """Delete a stored completion."""
    messages = nested(Messages)

    @flow_method(
        params=ChatCompletionCreateParams,
        leave_out=("stream", "stream_options", "response_format"),
        options=(CallOptions,),
        raw=True,
    )
    def parse(
        self, *, response_format: type[Wanted] | TypeAdapter[Wanted] | None = None, reasks: int = 0, **params: Any
    ) -> Flow[ParsedChatCompletion[Wanted]]:
        """Ask for a value of a type: `parsed` of what this gives is one.

        `response_format` is any type that pydantic can describe, or a `TypeAdapter` of it (for unions); it may be left
        out where only tools are typed (`parsed_arguments` of their calls).
        Where the answer does not fit, the model is told so and asked again up to `reasks` times; `usage` is that of all
        asks. `deadline` (seconds) is for all of them together. Raises `SchemaError` for a type that strict schemas
        cannot say, and `LengthFinishReasonError`, `ContentFilterFinishReasonError`, `RefusalError` or
        `OutputValidationError` (all `OutputError`, with the completion on them) where there is no value.
        """
        from typed_openai.structured.chat import parsing

        create = repeated("chat.completions.parse", self.create, params)
        return (yield from parsing(create, response_format, reasks, params))

    @flow_method(
        params=ChatCompletionCreateParams,
        leave_out=("stream", "stream_options", "tools", "n", "functions", "function_call"),
        options=("typed_openai.tools.loop.ToolOptions", CallOptions),
    )
    def run_tools(
        self,
        *,
        tools: Sequence[Callable[..., Any] | MCPSession],
        on_step: Callable[[ChatToolStep], object] | None = None,
        **params: Any,
    ) -> Flow[ChatToolRun]:
        """Ask, call the functions that the model wants called, tell it the outcomes, until it answers.

        An error that ends the run early still has it: `ChatToolRun.of(error)` is the run so far. `timeout` is for each
        request, `deadline` (seconds) for all of the run; a `tool_choice` that forces calls is for the first request.

        tools: functions, plain or made with `tool`; async ones, and sessions of MCP servers, with an async client.
        on_step: called after each round with a `ChatToolStep`; it may be async with an async client.
        """
        from typed_openai.tools.chat_loop import ChatToolLoop

        return (yield from ChatToolLoop(self.create, tools, on_step, params).converse())


class Chat(Resource):
    """Conversations with a model."""

    path = "chat"

    completions = nested(Completions)
