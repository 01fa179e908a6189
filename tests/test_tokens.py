"""Counting tokens: the rough rule's exact numbers, tiktoken where it is there, and estimates of whole requests."""

from __future__ import annotations

import base64
import logging
import pickle
import re
import struct
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from typed_openai import NULL, estimate_tokens, parts, rough_token_count, tool
from typed_openai.models.chat.messages import ChatMessage, SystemMessage, UserMessage
from typed_openai.models.chat.params import ChatCompletionCreateParams
from typed_openai.models.shared import JSONSchema, ResponseFormatJSONSchema
from typed_openai.tokens import estimate as tokens
from typed_openai.tokens.costs import image_tokens
from typed_openai.tokens.estimate import TokenEstimate, TokenizerUnavailableError, count_tokens
from typed_openai.tokens.pictures import picture_size


def by_words(text: str) -> int:
    return len(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Red is my favorite color. Egg is not a necessary ingredient.", 15),
        ("", 0),
        ("a", 1),
        (" ", 1),
        ("    ", 1),  # 0.5, rounded away from zero
        ("a b ", 2),  # 1.83
        ("a b c   \n\t\r\v", 4),  # 12 characters, 3 words: 3.5
        ("a\u00a0b\u2003c", 1),  # Unicode spaces part no words: 5 characters, one word, 1.29
        ("a\x1cb", 1),  # nor do the separators that str.split() knows
        ("\U0001f600" * 4, 1),  # code points, not bytes: 1.17
        ("x" * 8 + " y z", 4),  # 12 characters, 3 words: 3.5
        ("x" * 16 + " y z", 5),  # 20 characters, 3 words: 4.5 (half to even would say 4)
        ("word " * 1000, 1292),
    ],
)
def test_the_rough_count_has_the_gems_numbers(text: str, expected: int) -> None:
    assert rough_token_count(text) == expected


@pytest.mark.parametrize("wrong", [None, 3, b"bytes", ["list"]])
def test_only_texts_are_counted(wrong: Any) -> None:
    with pytest.raises(TypeError, match=f"got {type(wrong).__name__}"):
        rough_token_count(wrong)
    with pytest.raises(TypeError, match=f"got {type(wrong).__name__}"):
        count_tokens(wrong)


# --- tiktoken ---------------------------------------------------------------------------------------------------------


class Encoding:
    """Every character is a token."""

    def encode(self, text: str, *, disallowed_special: object) -> list[int]:
        assert disallowed_special == ()
        return [ord(character) for character in text]


def offline(*_: object) -> Encoding:
    raise ConnectionError("no route to host")


def known(name: str) -> Encoding:
    if name not in ("gpt-4o", "o200k_base"):
        raise KeyError(name)
    return Encoding()


Pretend = Callable[[Callable[[str], Encoding] | None], None]


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pretend]:
    """A tiktoken that loads its tables like this; None for none at all."""

    def install(load: Callable[[str], Encoding] | None) -> None:
        module: Any = types.ModuleType("tiktoken")
        module.encoding_for_model = module.get_encoding = load
        monkeypatch.setitem(sys.modules, "tiktoken", module if load else None)

    tokens._counter.cache_clear()
    tokens._not_available.clear()
    yield install
    tokens._counter.cache_clear()
    tokens._not_available.clear()


def test_tiktoken_counts_exactly_when_it_is_there(pretend: Pretend) -> None:
    pretend(known)
    assert count_tokens("four") == 4
    assert count_tokens("<|endoftext|>", "somebody-elses-model") == 13
    assert estimate_tokens(model="gpt-4o", prompt="a text") == 6
    assert estimate_tokens(model="gpt-4o", prompt="a text").method == "tiktoken"


def test_without_tiktoken_the_error_says_how_to_get_it(pretend: Pretend) -> None:
    pretend(None)
    with pytest.raises(TokenizerUnavailableError, match=r'pip install "typed-openai\[tokens\]"'):
        count_tokens("four")


def test_an_estimate_falls_back_when_no_table_can_be_loaded(pretend: Pretend, caplog: pytest.LogCaptureFixture) -> None:
    asked = []

    def load(name: str) -> Encoding:
        asked.append(name)
        return offline()

    pretend(load)
    with pytest.raises(TokenizerUnavailableError, match=r"no route to host.*TIKTOKEN_CACHE_DIR"):
        count_tokens("four")
    with caplog.at_level(logging.INFO, "typed_openai"):
        for _ in range(3):
            estimate = estimate_tokens(model="gpt-4o", prompt="a text of words")
            assert (estimate, estimate.method) == (rough_token_count("a text of words"), "rough")
    assert asked == ["gpt-4o", "gpt-4o"]  # the estimates tried once
    assert len(caplog.records) == 1


# --- whole requests ---------------------------------------------------------------------------------------------------

HELLO: list[ChatMessage] = [SystemMessage(content="be kind"), UserMessage(content="hello there world", name="Ann")]
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 1024, 1024)


def test_a_conversation_costs_its_texts_and_frames() -> None:
    params = ChatCompletionCreateParams(model="gpt-4o", messages=HELLO)
    estimate = estimate_tokens(params, count=by_words)
    assert estimate == (3 + 1 + 2) + (3 + 1 + 3 + 1 + 1) + 3
    assert estimate == estimate.messages
    assert (estimate.tools, estimate.media, estimate.method, estimate.uncounted) == (0, 0, "given", ())


def test_params_mappings_and_names_count_alike() -> None:
    plain = [{"role": "system", "content": "be kind"}, {"role": "user", "content": "hello there world", "name": "Ann"}]
    expected = estimate_tokens(ChatCompletionCreateParams(model="gpt-4o", messages=HELLO), count=by_words)
    assert estimate_tokens({"model": "gpt-4o", "messages": plain, "stop": NULL}, count=by_words) == expected
    assert estimate_tokens(model="gpt-4o", messages=HELLO, count=by_words) == expected


def test_tools_and_schemas_are_counted_apart() -> None:
    @tool(strict=False)
    def weather(city: str, unit: str = "celsius") -> str:
        """What the weather is."""
        return city + unit

    with_tools = estimate_tokens(model="gpt-4o", messages=HELLO, tools=[weather], count=by_words)
    assert with_tools.tools == 7 + 4 + 3 + (3 + 1) + (3 + 1) + 12
    assert with_tools == with_tools.messages + with_tools.tools
    flat = estimate_tokens(model="gpt-4o", input="hi", tools=[weather.for_responses()], count=by_words)
    assert flat.tools == with_tools.tools
    form = ResponseFormatJSONSchema(json_schema=JSONSchema(name="x", schema={"type": "object"}))
    assert estimate_tokens(model="gpt-4o", messages=HELLO, response_format=form, count=by_words).tools == 1
    own = estimate_tokens(model="gpt-4o", input="hi", tools=[{"type": "web_search"}])
    assert own.uncounted == ("tools: web_search",)


def test_calls_and_their_answers_count() -> None:
    called = {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "a b c"}}],
    }
    answer = {"role": "tool", "tool_call_id": "1", "content": "d e"}
    assert estimate_tokens(messages=[called, answer], count=by_words) == (3 + 1 + 3 + 1 + 3) + (3 + 1 + 2) + 3


@pytest.mark.parametrize(
    ("model", "size", "detail", "expected"),
    [
        ("gpt-4o", (1024, 1024), "high", 765),  # the published example: 4 tiles
        ("gpt-4o", (2048, 4096), "auto", 1105),  # and the other: 6 tiles
        ("gpt-4o", (4096, 8192), "low", 85),
        ("gpt-4o-mini-2024-07-18", (512, 512), "high", 8500),
        ("gpt-4.1-mini", (1024, 1024), "auto", 1659),  # 1024 patches
        ("gpt-4.1-nano", (1800, 2400), "auto", 3572),  # the published example: 1452 patches
        ("unheard-of", (100, 100), "auto", 255),
    ],
)
def test_pictures_cost_what_is_published(model: str, size: tuple[int, int], detail: str, expected: int) -> None:
    assert image_tokens(model, size, detail) == expected


def test_media_in_messages_are_measured_and_documents_named() -> None:
    wav = b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16) + b"\0" * (32000 - 36)
    content = [parts.image(PNG), parts.audio(wav), parts.file(b"%PDF-1.7"), parts.image("https://example.com/a.png")]
    estimate = estimate_tokens(model="gpt-4o", messages=[UserMessage(content=content)], count=by_words)
    assert estimate.media == 765 + 20 + 765
    assert estimate.uncounted == ("messages[0].content[2]",)


def test_inputs_of_other_endpoints_count_too() -> None:
    def of(**parameters: object) -> int:
        return estimate_tokens(parameters, count=by_words)

    assert of(input="a b c") == 3
    assert of(input=["a b", "c"]) == 3
    assert of(input=[1, 2, 3]) == 3
    assert of(prompt=[[1, 2], [3]]) == 3
    assert of(input=[{"type": "text", "text": "a b"}]) == 2
    message = {"role": "user", "content": [{"type": "input_text", "text": "a b"}]}
    output = {"type": "function_call_output", "call_id": "1", "output": "c d e"}
    assert of(instructions="be kind", input=[message, output]) == (3 + 2) + (3 + 1 + 2) + (3 + 3) + 3


def test_odd_requests_are_counted_as_far_as_they_go() -> None:
    odd = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,?"}}, 7]}
    assert estimate_tokens(messages=[odd, "text"], tools="no", model=None, count=by_words) == 3 + 1 + 765 + 3
    assert estimate_tokens() == 0
    with pytest.raises(TypeError, match="got list"):
        estimate_tokens([])  # type: ignore[arg-type]  # that is the point


def test_an_estimate_is_a_number_that_pickles() -> None:
    estimate = estimate_tokens(model="gpt-4o", messages=HELLO, count=by_words)
    copy = pickle.loads(pickle.dumps(estimate))
    assert isinstance(copy, TokenEstimate)
    assert (copy, copy.messages, copy.method) == (estimate, estimate.messages, "given")
    assert re.fullmatch(r"\d+", f"{estimate}")


# --- sizes of pictures ------------------------------------------------------------------------------------------------

JPEG = "ffd8 ffe0 0004 0000 ffff c0 0011 08 0030 0040 03"


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 64, 48),
        b"GIF89a" + struct.pack("<HH", 64, 48),
        bytes.fromhex(JPEG),
        b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 10 + struct.pack("<HH", 64, 48),
        b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + struct.pack("<I", 63 | 47 << 14),
        b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0" + bytes([63, 0, 0, 47, 0, 0]),
    ],
)
def test_the_size_of_a_picture_is_read_from_its_head_and_a_cut_one_has_none(content: bytes) -> None:
    assert picture_size(content) == (64, 48)
    for end in range(len(content) - 2):
        assert picture_size(content[:end]) is None


def test_what_is_no_picture_has_no_size() -> None:
    assert picture_size(base64.b64decode("AAAA")) is None
    assert picture_size(b"RIFF\0\0\0\0WEBPVP9 ") is None
    assert picture_size(b"\xff\xd8\x00") is None
