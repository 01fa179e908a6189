"""One turn of a conversation: ask, show the answer while it comes, remember it, say what it took.

Text is streamed; values of a schema and runs with tools come whole. What somebody wants as JSON (`--format json`,
`--select`) is the answer as the server gave it. An answer that was interrupted keeps what came.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from typed_openai.cli.live import Spoken
from typed_openai.cli.progress import waiting
from typed_openai.errors import ConfigurationError, OpenAIError
from typed_openai.prices import UnknownPriceError

if TYPE_CHECKING:
    from typed_openai.cli.conversation import Conversation
    from typed_openai.cli.session import Session
    from typed_openai.usage import UsageScope

_CODE = re.compile(r"^ {0,3}```[^\n]*\n(.*?)^ {0,3}```", re.MULTILINE | re.DOTALL)


@dataclass
class Wanted:
    """How an answer shall come."""

    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    tools: Sequence[Callable[..., Any]] = ()
    schema: Any = None
    """A type, or a JSON schema as data."""
    stream: bool = True
    code: bool = False
    """Only the first code block of it."""


def answer(session: Session, talk: Conversation, wanted: Wanted) -> None:
    """Ask for the next message of a conversation, show it, and add it to the conversation."""
    output = session.output
    asked = {"model": talk.model, "messages": talk.messages, **wanted.params}
    as_data = output.select is not None or output.format in ("json", "jsonl", "yaml")
    if wanted.tools:
        _with_tools(session, talk, wanted, asked)
    elif wanted.schema is not None:
        _value(session, talk, wanted.schema, asked)
    elif wanted.code or as_data or not wanted.stream:
        with waiting(session.terminal, talk.model):
            completion = session.client.chat.completions.create(**asked)
        talk.messages.append(_message(completion))
        _whole(session, completion, wanted.code)
    else:
        _streamed(session, talk, asked)


def _message(completion: Any) -> Any:
    return completion.choices[0].message if completion.choices else {"role": "assistant", "content": ""}


def _whole(session: Session, completion: Any, code: bool) -> None:
    output = session.output
    if output.select is not None or output.format in ("json", "jsonl", "yaml"):
        output.result(completion)
    elif code:
        found = _CODE.search(completion.text)
        if found is None:
            output.note("There is no code block in the answer; this is all of it.")
        output.result(found[1] if found is not None else completion.text)
    else:
        with Spoken(output) as spoken:
            spoken.add(completion.text)
    _notes(session, completion)


def _streamed(session: Session, talk: Conversation, asked: Mapping[str, Any]) -> None:
    config = session.client.config
    if config.provider is None or config.capabilities.stream_usage:  # of others it is known that they refuse it
        asked = {"stream_options": {"include_usage": True}, **asked}
    with session.client.chat.completions.stream(**asked) as events:
        words = events.text()
        try:
            with waiting(session.terminal, talk.model):
                first = next(words, "")
            with Spoken(session.output) as spoken:
                spoken.add(first)
                for piece in words:
                    spoken.add(piece)
        except (KeyboardInterrupt, OpenAIError):
            _keep_partial(talk, events.snapshot)
            raise
        completion = events.get_final_completion()
    talk.messages.append(_message(completion))
    _notes(session, completion)


def _keep_partial(talk: Conversation, snapshot: Any) -> None:
    text = snapshot.text if snapshot is not None else ""
    if text:
        talk.messages.append({"role": "assistant", "content": text})


def _with_tools(session: Session, talk: Conversation, wanted: Wanted, asked: Mapping[str, Any]) -> None:
    def told(step: Any) -> None:
        for call in step.calls:
            gave = f" → {call.output}" if isinstance(call.output, str) else ""
            session.output.note(f"[{call.name} {call.arguments}{gave}]")

    with waiting(session.terminal, talk.model):
        run = session.client.chat.completions.run_tools(
            tools=list(wanted.tools), on_step=told, on_tool_error="feed_back", **asked
        )
    talk.messages = list(run.messages)
    _whole(session, run.completion, wanted.code)


def _value(session: Session, talk: Conversation, schema: Any, asked: Mapping[str, Any]) -> None:
    chat, output = session.client.chat.completions, session.output
    if isinstance(schema, dict):
        form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
        with waiting(session.terminal, talk.model):
            completion = chat.create(response_format=form, **asked)
        talk.messages.append(_message(completion))
        value = _read(completion.text)
    else:
        with waiting(session.terminal, talk.model):
            parsed = chat.parse(response_format=schema, **asked)
        talk.messages.append(_message(parsed.completion))
        completion, value = parsed.completion, parsed.parsed
    output.data(value)
    _notes(session, completion)


def _read(text: str) -> Any:
    import json

    try:
        return json.loads(text)
    except ValueError:
        from typed_openai.errors import OutputError

        raise OutputError("the answer is not JSON, although a schema was asked for", partial_text=text) from None


def _notes(session: Session, completion: Any) -> None:
    """What there is to say beside the answer: why it ended early, what was refused."""
    first = completion.choices[0] if completion.choices else None
    reason = getattr(first, "finish_reason", None)
    if reason == "length":
        session.output.note("The answer was cut at the token limit.")
    elif reason == "content_filter":
        session.output.note("A content filter cut the answer.")
    refusal = getattr(getattr(first, "message", None), "refusal", None)
    if refusal:
        session.output.note(f"The model refused: {refusal}")


class Meter:
    """Tokens, money and seconds of what is asked while it runs."""

    def __init__(self, used: UsageScope) -> None:
        self._used = used
        self._began = time.monotonic()

    def told(self) -> str:
        """In one line."""
        used = self._used
        seconds = time.monotonic() - self._began
        return (
            f"{used.prompt_tokens:,} tokens read, {used.completion_tokens:,} written, "
            f"{self.money()}, {used.requests} request{'' if used.requests == 1 else 's'}, {seconds:.1f} s"
        )

    def money(self) -> str:
        """The cost, or why nobody knows it."""
        if self._used.requests and not self._used.total_tokens:
            return "cost not known (the server told no usage)"
        try:
            return str(self._used.cost)
        except UnknownPriceError as error:
            return f"price of {', '.join(error.models) or 'it'} not known"
        except (ConfigurationError, OpenAIError) as error:
            return str(error)
