"""`POST /completions`, the API from before chat, plain and streamed.

Each prompt gets `n` choices; a prompt is a text or a list of tokens, and there may be several. The answer is the echo
of the prompt, cut at 16 tokens unless `max_tokens` says otherwise, because that is this endpoint's default.

Rules: choices are numbered prompt by prompt; `echo` puts the prompt in front; log probabilities have this endpoint's
own form, four lists side by side.

Weak spots: a prompt of tokens can only be echoed by its numbers; `suffix` is accepted and plays no part; chunks before
the last have a null finish reason, as the service sends it, though the API description allows none there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from typed_openai.local import tokens
from typed_openai.local.echo import SIGN
from typed_openai.local.errors import refuse_empty, wrong_value
from typed_openai.local.exchange import Answer, Event, Reply, Request, StreamReply
from typed_openai.local.kept import Item
from typed_openai.local.models import require_model
from typed_openai.local.router import route
from typed_openai.local.state import State

DEFAULT_LIMIT = 16
EMPTY_PROMPT = "<|endoftext|>"


@route("POST", "/completions")
def create(request: Request, state: State) -> Answer:
    """Continue prompts."""
    given = request.given
    require_model(state, given["model"])
    number = given.get("n") or 1
    if (given.get("best_of") or number) < number:
        raise wrong_value("best_of", f"The parameter 'best_of' is {given['best_of']}; 'n' is {number}, which is more.")
    prompts = [_prompt(each) for each in tokens.inputs(EMPTY_PROMPT if given["prompt"] is None else given["prompt"])]
    refuse_empty("prompt", prompts)
    chosen = [
        _choose(given, prompt, place * number + again, again)
        for place, (prompt, _) in enumerate(prompts)
        for again in range(number)
    ]
    usage = tokens.usage(sum(size for _, size in prompts), sum(size for _, size in chosen))
    head: Item = {
        "id": state.new_id("cmpl-"),
        "object": "text_completion",
        "created": state.now(),
        "model": given["model"],
        "system_fingerprint": "fp_local",
    }
    choices = [choice for choice, _ in chosen]
    if given.get("stream"):
        told = bool((given.get("stream_options") or {}).get("include_usage"))
        return StreamReply(_chunks(head, choices, given.get("logprobs"), usage, told))
    return Reply(head | {"choices": choices, "usage": usage})


def _choose(given: Mapping[str, Any], prompt: str, index: int, again: int) -> tuple[Item, int]:
    """A choice (with the prompt, when that is echoed), and its share of usage."""
    sign = SIGN if again == 0 else f"{SIGN}, choice {again + 1}"
    said, limit = tokens.cut_at_stop(f"{sign}: {prompt}", given.get("stop")), given.get("max_tokens")
    text, was_cut = tokens.cut(said, DEFAULT_LIMIT if limit is None else limit)
    whole = prompt + text if given.get("echo") else text
    logprobs = _logprobs(tokens.split(whole), 0, 0, given.get("logprobs"))
    return _entry(index, whole, logprobs, "length" if was_cut else "stop"), tokens.count(text)


def _prompt(value: str | list[int]) -> tuple[str, int]:
    """A prompt as text, with its size in tokens."""
    return (value, tokens.count(value)) if isinstance(value, str) else (f"the tokens {str(value)[1:-1]}", len(value))


def _chunks(head: Item, choices: list[Item], logprobs: int | None, usage: Item, include_usage: bool) -> Iterator[Event]:
    frame = head | {"usage": None} if include_usage else head
    for each in choices:
        index, offset = each["index"], 0
        for place, piece in enumerate(tokens.split(each["text"])):
            yield Event(frame | {"choices": [_entry(index, piece, _logprobs([piece], place, offset, logprobs), None)]})
            offset += len(piece)
        yield Event(frame | {"choices": [_entry(index, "", None, each["finish_reason"])]})
    if include_usage:
        nothing: list[object] = []
        yield Event(head | {"choices": nothing, "usage": usage})


def _entry(index: int, text: str, logprobs: Item | None, finish: str | None) -> Item:
    return {"text": text, "index": index, "logprobs": logprobs, "finish_reason": finish}


def _logprobs(pieces: list[str], place: int, offset: int, top: int | None) -> Item | None:
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
