"""`POST /completions`, the API from before chat, plain and streamed.

Each prompt gets `n` choices; a prompt is a text or a list of tokens, and there may be several. The answer is the echo
of the prompt, cut at 16 tokens unless `max_tokens` says otherwise, because that is this endpoint's default.

Rules: choices are numbered prompt by prompt; `echo` puts the prompt in front; log probabilities have this endpoint's
own form, four lists side by side.

Weak spots: a prompt of tokens can only be echoed by its numbers; `suffix` is accepted and plays no part; chunks before
the last have a null finish reason, as the service sends it, though the API description allows none there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from typed_openai.local import tokens
from typed_openai.local.arguments import Arguments, Json
from typed_openai.local.chat_request import read_stops
from typed_openai.local.echo import SIGN
from typed_openai.local.errors import missing, wrong_type, wrong_value
from typed_openai.local.exchange import Answer, Event, Reply, Request, StreamReply
from typed_openai.local.models import require_model
from typed_openai.local.router import route
from typed_openai.local.state import State

DEFAULT_LIMIT = 16
EMPTY_PROMPT = "<|endoftext|>"


@dataclass(frozen=True, slots=True)
class _Chosen:
    """One choice: its text (with the prompt, when that is echoed), in how it ended, and its share of usage."""

    index: int
    text: str
    finish: str
    completion_tokens: int


@route("POST", "/completions")
def create(request: Request, state: State) -> Answer:
    """Continue prompts."""
    body = request.arguments()
    model = body.string("model")
    require_model(state, model)
    prompts = _prompts(body)
    number = body.integer("n", 1, 128) or 1
    _check(body, number)
    logprobs = body.integer("logprobs", 0, 5)
    stream = body.flag("stream")
    options = body.child("stream_options")
    chosen = [
        _choose(body, prompt, place * number + again, again)
        for place, (prompt, _) in enumerate(prompts)
        for again in range(number)
    ]
    usage = tokens.usage(sum(size for _, size in prompts), sum(each.completion_tokens for each in chosen))
    head: dict[str, object] = {
        "id": state.new_id("cmpl-"),
        "object": "text_completion",
        "created": state.now(),
        "model": model,
        "system_fingerprint": "fp_local",
    }
    if stream:
        return StreamReply(
            _chunks(head, chosen, logprobs, usage, options is not None and options.flag("include_usage"))
        )
    return Reply(head | {"choices": [_whole(each, logprobs) for each in chosen], "usage": usage})


def _check(body: Arguments, number: int) -> None:
    body.number("temperature", 0, 2)
    body.number("top_p", 0, 1)
    body.number("frequency_penalty", -2, 2)
    body.number("presence_penalty", -2, 2)
    body.optional_string("suffix")
    best_of = body.integer("best_of", 0, 20)
    if best_of is not None and best_of < number:
        raise wrong_value(
            "best_of", f"The parameter 'best_of' is {best_of}; it must be at least 'n', which is {number}."
        )


def _choose(body: Arguments, prompt: str, index: int, again: int) -> _Chosen:
    limit = body.integer("max_tokens", 0)
    sign = SIGN if again == 0 else f"{SIGN}, choice {again + 1}"
    said = tokens.cut_at_stop(f"{sign}: {prompt}", read_stops(body))
    text, was_cut = tokens.cut(said, DEFAULT_LIMIT if limit is None else limit)
    spent = tokens.count(text)
    return _Chosen(index, prompt + text if body.flag("echo") else text, "length" if was_cut else "stop", spent)


def _prompts(body: Arguments) -> list[tuple[str, int]]:
    """Each prompt as text, with its size in tokens."""
    value = body.raw("prompt")
    if value is None:
        if "prompt" not in body.members:
            raise missing("prompt")
        value = EMPTY_PROMPT
    if isinstance(value, str):
        return [(value, tokens.count(value))]
    if not isinstance(value, list):
        raise wrong_type("prompt", "a string or an array", value)
    if not value:
        raise wrong_value("prompt", "The parameter 'prompt' must hold at least one item.")
    if isinstance(value[0], int):
        return [_numbers(value, "prompt")]
    return [_prompt(item, f"prompt[{index}]") for index, item in enumerate(value)]


def _prompt(value: Json, at: str) -> tuple[str, int]:
    if isinstance(value, str):
        return value, tokens.count(value)
    if isinstance(value, list):
        return _numbers(value, at)
    raise wrong_type(at, "a string or an array of tokens", value)


def _numbers(value: list[Json], at: str) -> tuple[str, int]:
    if not value:
        raise missing(at)
    for index, item in enumerate(value):
        if isinstance(item, bool) or not isinstance(item, int):
            raise wrong_type(f"{at}[{index}]", "an integer", item)
    return f"the tokens {', '.join(str(item) for item in value)}", len(value)


def _whole(chosen: _Chosen, logprobs: int | None) -> dict[str, object]:
    pieces = tokens.split(chosen.text)
    return _entry(chosen, chosen.text, _logprobs(pieces, 0, 0, logprobs), chosen.finish)


def _chunks(
    head: dict[str, object],
    chosen: list[_Chosen],
    logprobs: int | None,
    usage: dict[str, object],
    include_usage: bool,
) -> Iterator[Event]:
    frame = head | {"usage": None} if include_usage else head
    for each in chosen:
        offset = 0
        for place, piece in enumerate(tokens.split(each.text)):
            entry = _entry(each, piece, _logprobs([piece], place, offset, logprobs), None)
            yield Event(frame | {"choices": [entry]})
            offset += len(piece)
        yield Event(frame | {"choices": [_entry(each, "", None, each.finish)]})
    if include_usage:
        nothing: list[object] = []
        yield Event(head | {"choices": nothing, "usage": usage})


def _entry(chosen: _Chosen, text: str, logprobs: dict[str, object] | None, finish: str | None) -> dict[str, object]:
    return {"text": text, "index": chosen.index, "logprobs": logprobs, "finish_reason": finish}


def _logprobs(pieces: list[str], place: int, offset: int, top: int | None) -> dict[str, object] | None:
    """Four lists over these tokens, the first of which stands at this place and offset of the text."""
    if top is None:
        return None
    offsets: list[int] = []
    for piece in pieces:
        offsets.append(offset)
        offset += len(piece)
    placed = list(enumerate(pieces, place))
    return {
        "tokens": pieces,
        "token_logprobs": [tokens.logprob(piece, at) for at, piece in placed],
        "top_logprobs": [dict(tokens.likeliest(piece, at, top)) for at, piece in placed],
        "text_offset": offsets,
    }
