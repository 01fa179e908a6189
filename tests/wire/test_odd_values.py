"""Whatever value stands anywhere in an answer: it is typed as far as possible, nothing raises, nothing is lost.

One value after the other of a whole completion and of whole chunks is replaced by each of a list of odd ones; what the
engine makes of it must dump as it came, and the accumulators and readers above must put up with it.
"""

from __future__ import annotations

import copy
import json
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from tests.wire.bodies import COMPLETION, choice, completion, event, piece
from typed_openai.core.answer.meta import Meta
from typed_openai.core.answer.response import parse
from typed_openai.core.run.effects import Request
from typed_openai.errors import APIError
from typed_openai.models.base import Result
from typed_openai.models.chat.completions import ChatCompletion
from typed_openai.settings.config import Config
from typed_openai.streaming.chat import ChatCompletionAccumulator, ChatCompletionReader
from typed_openai.streaming.machine import StreamMachine

ODD: list[object] = [None, True, 0, 1.5, 2**70, "", "x", [], [None], [1, "x"], [[], {}], {}, {"a": 1}]
REQUEST = Request("chat.completions.create", "POST", "http://127.0.0.1/v1", (), {})
CALL = {"index": 0, "id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
LOGPROBS = {"content": [{"token": "a", "logprob": -1.0, "bytes": [97], "top_logprobs": []}], "refusal": None}
CITATION = {"url": "u", "title": "t", "start_index": 0, "end_index": 1}
WHOLE = completion(
    choices=[
        choice(
            logprobs=LOGPROBS,
            message={
                "role": "assistant",
                "content": "hi",
                "tool_calls": [CALL, {"id": "c2", "type": "custom", "custom": {"name": "f", "input": "x"}}],
                "audio": {"id": "a", "data": "AAAA", "expires_at": 1, "transcript": "t"},
                "annotations": [{"type": "url_citation", "url_citation": CITATION}],
            },
        )
    ],
    usage={**COMPLETION["usage"], "prompt_tokens_details": {"cached_tokens": 1}},
)  # fmt: skip
CHUNKS = [
    piece({"role": "assistant", "content": "", "reasoning": "hm"}),
    piece({"content": "Hi", "tool_calls": [CALL], "audio": {"id": "a", "data": "AAAA"}}),
    piece({"content": "!", "tool_calls": [{"index": 0, "function": {"arguments": "1"}}]}, finish_reason="stop"),
    piece(choices=[], usage=COMPLETION["usage"]),
]


def places(value: object, path: tuple[int | str, ...] = ()) -> Iterator[tuple[int | str, ...]]:
    """The path of every value inside a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def bent(value: Any, path: tuple[int | str, ...], odd: object) -> Any:
    """A copy with one value replaced."""
    whole = copy.deepcopy(value)
    inner = whole
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = odd
    return whole


def without(value: Any, path: tuple[int | str, ...]) -> Any:
    """A copy with one value left out."""
    whole = copy.deepcopy(value)
    inner = whole
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return whole


@pytest.mark.parametrize("path", list(places(WHOLE)), ids=lambda path: "/".join(map(str, path)))
def test_any_value_anywhere_in_a_completion_dumps_as_it_came(path: tuple[int | str, ...]) -> None:
    for body in [*(bent(WHOLE, path, odd) for odd in ODD), without(WHOLE, path)]:
        content = json.dumps(body).encode()
        if not body.get("choices"):
            with pytest.raises(APIError) as caught:
                parse(ChatCompletion, content, Meta(), Config(), REQUEST)
            assert (caught.value.body, caught.value.content) == (body, content)
            continue
        result: Any = parse(ChatCompletion, content, Meta(), Config(), REQUEST)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert result.model_dump() == body
            assert json.loads(result.model_dump_json()) == body
        assert isinstance(result.text, str)
        for answered in result.choices if isinstance(result.choices, list) else ():
            if hasattr(answered, "message") and hasattr(answered.message, "as_input"):
                answered.message.as_input()


class Job(Result):
    """A model with an `error` of its own."""

    id: str
    created: int
    error: dict[str, Any] | None = None


def test_an_error_that_is_part_of_the_object_is_no_error_of_the_call() -> None:
    body = {"id": "job-1", "created": 1.5, "error": {"message": "the file was bad"}}
    job = parse(Job, json.dumps(body).encode(), Meta(), Config(), REQUEST)
    assert (job.model_dump(), [issue.pointer for issue in job.issues]) == (body, ["/created"])
    with pytest.raises(APIError, match="no such job"):
        parse(Job, b'{"error": {"message": "no such job"}}', Meta(), Config(), REQUEST)


def places_in_chunks() -> list[tuple[int | str, ...]]:
    return [path for path in places(CHUNKS) if len(path) > 1]


@pytest.mark.parametrize("path", places_in_chunks(), ids=lambda path: "/".join(map(str, path)))
def test_any_value_anywhere_in_a_stream_adds_up_without_a_crash(path: tuple[int | str, ...]) -> None:
    for chunks in [*(bent(CHUNKS, path, odd) for odd in ODD), without(CHUNKS, path)]:
        machine = StreamMachine(ChatCompletionAccumulator, Config(), REQUEST, Meta())
        accumulator, reader = ChatCompletionAccumulator(), ChatCompletionReader()
        for data in chunks:
            for chunk in machine.feed(event(data)):
                assert chunk.model_dump() == data
                assert isinstance(chunk.text, str)
                accumulator.add(chunk)
                assert list(reader.read(chunk)) is not None
                accumulator.snapshot()
        list(reader.finish())
        completion = accumulator.snapshot()
        assert isinstance(completion, ChatCompletion)
        assert isinstance(completion.text, str)
        assert isinstance(accumulator.is_complete, bool)
        completion.model_dump_json()
        assert machine.partial().model_dump() == completion.model_dump()
