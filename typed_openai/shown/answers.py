"""Answers as Markdown: what a model said, what it wants called, what it cost.

What is read lies in the answer, whatever it is (`compact.value_of`): data that a server got wrong is left out, nothing
raises. What is said goes through `markup.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from typed_openai.core.known_secrets import without
from typed_openai.shown.compact import listed, short, value_of
from typed_openai.shown.markup import inline_code, markdown, plain

_LONGEST_ARGUMENTS = 400


def chat(answer: object) -> Mapping[str, str]:
    """A chat completion: its messages, one after the other."""
    choices = listed(answer, "choices")
    blocks: list[str] = []
    for number, choice in enumerate(choices, 1):
        if len(choices) > 1:
            blocks.append(f"**{number} of {len(choices)}**")
        blocks += _message(value_of(choice, "message"))
        reason = value_of(choice, "finish_reason")
        if reason not in (None, "stop", "tool_calls", "function_call"):
            blocks.append(f"*ended: {_told(reason)}*")
    return _page(blocks, answer)


def _message(message: object) -> Iterator[str]:
    thought = value_of(message, "reasoning") or value_of(message, "reasoning_content")
    if isinstance(thought, str):
        yield _quoted(thought)
    yield from _texts(value_of(message, "content"))
    yield from _refused(value_of(message, "refusal"))
    called = value_of(message, "function_call")
    for call in [*listed(message, "tool_calls"), *([] if called is None else [called])]:
        body = value_of(call, "function") or value_of(call, "custom") or call
        yield _call(value_of(body, "name"), value_of(body, "arguments") or value_of(body, "input"))


def _texts(content: object) -> Iterator[str]:
    """A text, or parts that have one."""
    parts = content if isinstance(content, list) else [content]
    for part in parts:
        text = part if isinstance(part, str) else value_of(part, "text")
        text = text if isinstance(text, str) else value_of(text, "value")
        if isinstance(text, str) and text:
            yield markdown(text)
        yield from _refused(value_of(part, "refusal"))


def _refused(refusal: object) -> Iterator[str]:
    if isinstance(refusal, str) and refusal:
        yield f"*refused:* {plain(refusal)}"


def _call(name: object, arguments: object) -> str:
    told = without(arguments) if isinstance(arguments, str) else short(arguments)
    cut = told if len(told) <= _LONGEST_ARGUMENTS else f"{told[:_LONGEST_ARGUMENTS]}… ({len(told):,} characters)"
    return f"* calls {inline_code(f'{name}({cut})')}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {plain(line)}" for line in text.splitlines())


def _told(value: object) -> str:
    return plain(value if isinstance(value, str) else short(value))


def completion(answer: object) -> Mapping[str, str]:
    """An older completion: its texts."""
    return _page([block for choice in listed(answer, "choices") for block in _texts(value_of(choice, "text"))], answer)


def response(answer: object) -> Mapping[str, str]:
    """A response: what is said and called in its output, item by item."""
    blocks: list[str] = []
    for item in listed(answer, "output"):
        kind = value_of(item, "type")
        if kind == "message":
            blocks += _texts(value_of(item, "content"))
        elif kind == "reasoning":
            thoughts = [value_of(part, "text") for part in listed(item, "summary")]
            blocks += [_quoted(thought) for thought in thoughts if isinstance(thought, str)]
        elif value_of(item, "name") is not None:
            blocks.append(_call(value_of(item, "name"), value_of(item, "arguments") or value_of(item, "input")))
        else:
            blocks.append(f"* {_told(kind)}")
    status = value_of(answer, "status")
    if status not in (None, "completed"):
        why = value_of(answer, "error") or value_of(answer, "incomplete_details")
        told = value_of(why, "message") or value_of(why, "reason")
        blocks.append(f"*{_told(status)}{f': {_told(told)}' if told is not None else ''}*")
    return _page(blocks, answer)


def parsed_chat(answer: object) -> Mapping[str, str]:
    """A completion that was read as values: those, in place of the text."""
    found = [value_of(value_of(choice, "message"), "parsed") for choice in listed(answer, "choices")]
    return _values([value for value in found if value is not None], value_of(answer, "completion"), chat)


def parsed_response(answer: object) -> Mapping[str, str]:
    """The same of a response."""
    value = value_of(answer, "_value")
    return _values([] if value is None else [value], value_of(answer, "response"), response)


def _values(values: list[Any], answer: object, otherwise: Any) -> Mapping[str, str]:
    if not values:
        found: Mapping[str, str] = otherwise(answer)
        return found
    return _page([inline_code(short(value)) for value in values], answer)


def message(answer: object) -> Mapping[str, str]:
    """A message of a thread."""
    return _page([*_texts(value_of(answer, "content"))], answer)


def transcript(answer: object) -> Mapping[str, str]:
    """What was heard."""
    text = value_of(answer, "text")
    return {"text/markdown": plain(text)} if isinstance(text, str) else {}


def tool_run(run: object) -> Mapping[str, str]:
    """The last answer of a conversation with tools, and how many rounds it took."""
    steps = listed(run, "steps")
    answer = value_of(steps[-1], "answer") if steps else None
    found = response(answer) if value_of(answer, "output") is not None else chat(answer)
    return {kind: f"{text}\n\n*{len(steps)} rounds*" for kind, text in found.items()}


def _page(blocks: list[str], answer: object) -> Mapping[str, str]:
    """The blocks, and a last line: model, usage, id."""
    usage = value_of(answer, "usage")
    counts = [
        value_of(usage, chat_name) if value_of(usage, chat_name) is not None else value_of(usage, name)
        for chat_name, name in (("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens"))
    ]
    spent = f"{short(counts[0])} + {short(counts[1])} tokens" if counts[0] is not None else None
    told = [value_of(answer, "model"), spent, value_of(answer, "id")]
    last = " · ".join(_told(value) for value in told if value is not None)
    return {"text/markdown": "\n\n".join([*blocks, f"*{last}*"] if last else blocks)}
