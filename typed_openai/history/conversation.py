"""A conversation that remembers: what was said is kept, cut to what fits, and sent with what is said next.

    conversation = Conversation(client, model="gpt-4o", instructions="Be brief.", tokens=100_000)
    print(conversation.say("When is tea?").text)
    print(conversation.say("And who makes it?").text)

    json.dumps(conversation.messages)     # kept somewhere, and given back as Conversation(..., messages=...)

Rules
* `messages` is everything that was said, and only grows; what is sent of it is its end (`trimming.py`), if `tokens` is
  given. Instructions are its first message.
* A call that fails leaves the history as it was: the same may be said again.
* Functions among `tools` are called (`run_tools`), and what was called is part of the history.
* `asking(...)` and `answered(...)` are the two halves of `say(...)`, for calls of your own: streams, `parse`.

Weak spots: what is said at the same time (threads, tasks) is answered without the rest, and kept in the order of the
answers. Of an answer with several choices the first counts. What the service keeps (`conversation=`,
`previous_response_id=`) is another way to do this; here nothing needs to be stored but by you.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, overload

from typed_openai.core.option_values import check_count
from typed_openai.core.request.faults import shown
from typed_openai.errors import ConfigurationError
from typed_openai.history.trimming import trim
from typed_openai.tokens.estimate import estimate_tokens
from typed_openai.tools.definition import DefinedTool, ToolFunction, tool

if TYPE_CHECKING:
    from typed_openai.client import AsyncOpenAI, OpenAI
    from typed_openai.core.run.effects import Flow
    from typed_openai.models.chat.completions import ChatCompletion
    from typed_openai.models.responses.results import Response

__all__ = ["AsyncConversation", "Conversation"]

A = TypeVar("A")
_SENT_AS = {"chat": "messages", "responses": "input"}


class _Kept(Generic[A]):
    """What both colours share: the history, and what a call makes of it."""

    is_async = False

    @overload
    def __init__(
        self: _Kept[ChatCompletion],
        client: OpenAI | AsyncOpenAI,
        *,
        model: str,
        api: Literal["chat"] = "chat",
        instructions: str | None = None,
        messages: Iterable[Any] = (),
        tokens: int | None = None,
        tools: Sequence[Any] = (),
        **params: Any,
    ) -> None: ...
    @overload
    def __init__(
        self: _Kept[Response],
        client: OpenAI | AsyncOpenAI,
        *,
        model: str,
        api: Literal["responses"],
        instructions: str | None = None,
        messages: Iterable[Any] = (),
        tokens: int | None = None,
        tools: Sequence[Any] = (),
        **params: Any,
    ) -> None: ...
    def __init__(
        self,
        client: OpenAI | AsyncOpenAI,
        *,
        model: str,
        api: Literal["chat", "responses"] = "chat",
        instructions: str | None = None,
        messages: Iterable[Any] = (),
        tokens: int | None = None,
        tools: Sequence[Any] = (),
        **params: Any,
    ) -> None:
        """A conversation, new or gone on with; nothing is sent yet.

        client: whose calls these are.
        api: which calls: `chat` (`client.chat.completions`) or `responses`.
        instructions: the first message, as `system`.
        messages: what was said before; messages of chat, or items of the Responses API.
        tokens: how much of it is sent at most, in tokens of `model`, tools included; None for all of it. Leave room
            for the answer.
        tools: functions that the model may have called, and tools of the service.
        params: other parameters of every call: `temperature`, `timeout`, `max_rounds`.
        Raises `ConfigurationError` for an `api`, a `client` or a number of `tokens` that does not fit.
        """
        if api not in _SENT_AS:
            raise ConfigurationError(f"api: 'chat' or 'responses', got {api!r}")
        if not hasattr(client, "chat"):
            raise ConfigurationError(f"client: an OpenAI or AsyncOpenAI, got {shown(client)}")
        if tokens is not None:
            check_count("tokens", tokens)
        resource: Any = getattr(client.chat, "completions") if api == "chat" else client.responses  # noqa: B009 - a name of the stubs
        if resource.is_async is not self.is_async:
            other = "AsyncConversation" if resource.is_async else "Conversation"
            raise ConfigurationError(f"{type(self).__name__} does not go with {type(client).__name__}: use {other}")
        self.messages: list[Any] = [*messages]
        """Everything that was said so far."""
        if instructions is not None:
            self.messages.insert(0, {"role": "system", "content": instructions})
        self.model = model
        self.tokens = tokens
        self._resource = resource
        self._sent_as = _SENT_AS[api]
        self._params = params
        self._tools = [each if isinstance(each, DefinedTool) or not callable(each) else tool(each) for each in tools]
        self._asked: list[Any] = []

    def asking(self, said: object) -> dict[str, Any]:
        """The parameters of the call in which this is said; `answered` tells what came of it.

        said: a text, a list of parts of a message (texts, pictures), or a whole message.
        Raises `HistoryTooLongError` where it does not fit.
        """
        message = _message(said)
        made = self._call(message)
        self._asked = [message]
        return made

    def _call(self, message: object) -> dict[str, Any]:
        """The parameters of the call in which this message comes last."""
        sent = [*self.messages, message]
        beside: dict[str, Any] = {"tools": self._tools} if self._tools else {}
        if self.tokens is not None:
            room = self.tokens - estimate_tokens(beside, model=self.model)
            sent = trim(sent, tokens=max(1, room), model=self.model)
        return {**self._params, "model": self.model, self._sent_as: sent, **beside}

    def answered(self, answer: A) -> A:
        """Keep what was said by `asking`, and this answer; gives the answer."""
        self.messages += [*self._asked, *self._said_by(answer)]
        self._asked = []
        return answer

    def _said_by(self, answer: Any) -> list[Any]:
        if self._sent_as == "input":
            return [*answer.as_input()]
        return [choice.message.as_input() for choice in answer.choices[:1] if choice.message is not None]

    def _saying(self, said: object, params: Mapping[str, Any]) -> Flow[A]:
        """Ask, keep what was said, give the last answer. Question and answer are kept at once: who says several things
        at a time has each beside its answer."""
        message = _message(said)
        asking = {**self._call(message), **params}
        if asking.get("stream"):
            raise ConfigurationError("stream: say() gives whole answers; the halves of it are asking() and answered()")
        if not any(isinstance(each, ToolFunction) for each in self._tools):
            answer: A = yield from self._resource.create.flow(**asking)
            self.messages += [message, *self._said_by(answer)]
            return answer
        run = yield from self._resource.run_tools.flow(**asking)
        self.messages += [message, *run.messages[len(asking[self._sent_as]) :]]
        last: A = run.steps[-1].answer
        return last

    def __repr__(self) -> str:
        return f"<{type(self).__name__} with {self.model}: {len(self.messages)} messages>"


class Conversation(_Kept[A]):
    """A conversation over an `OpenAI`; `say` gives a `ChatCompletion`, with `api="responses"` a `Response`."""

    def say(self, said: object, **params: Any) -> A:
        """Say something, and get the answer; both are kept.

        said: a text, a list of parts of a message, or a whole message. `params` are those of this call alone.
        Raises what the call raises, and `HistoryTooLongError` where it does not fit; then nothing is kept.
        """
        answer: A = self._resource.client.driver.run(self._saying(said, params))
        return answer


class AsyncConversation(_Kept[A]):
    """The same over an `AsyncOpenAI`."""

    is_async = True

    async def say(self, said: object, **params: Any) -> A:
        """Say something, and get the answer; both are kept. See `Conversation.say`."""
        answer: A = await self._resource.client.driver.run(self._saying(said, params))
        return answer


def _message(said: object) -> Any:
    """What is said, as a message."""
    is_message = isinstance(said, Mapping) and "role" in said
    if is_message or (not isinstance(said, str | list | tuple) and hasattr(said, "role")):
        return said
    if isinstance(said, str | list | tuple):
        return {"role": "user", "content": said if isinstance(said, str) else [*said]}
    raise ConfigurationError(f"said: a text, a list of parts, or a message with a role, got {shown(said)}")
