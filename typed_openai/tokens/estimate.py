"""How many tokens something has: roughly for a text, as well as can be told for a whole request.

    rough_token_count(text)      by characters and words, without any tokenizer; as ruby-openai counts
    count_tokens(text, model)    exactly, with tiktoken (`pip install "typed-openai[tokens]"`)
    estimate_tokens(params)      a whole request: messages, tools, pictures, sound; texts with tiktoken if it is there

Rules
* tiktoken is optional and imported when first needed. It fetches its tables from the network the first time: where it
  is not installed or cannot, `count_tokens` raises `TokenizerUnavailableError`, and `estimate_tokens` counts texts
  roughly, says so once in the log, and in `.method` of the result.
* An estimate never fails for what it does not know; it lists it in `.uncounted`.
* For the exact number ask the server: `client.responses.input_tokens.count(...)` for the Responses API; for chat,
  `usage.prompt_tokens` of the answer is what was billed.

Weak spot: how a service turns a request into tokens is its own affair and changes; see `estimate_tokens` for how far
off this may be.
"""

from __future__ import annotations

import base64
import binascii
import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from pydantic_core import to_jsonable_python

from typed_openai.core.extras import needed
from typed_openai.core.redact import logger
from typed_openai.errors import OpenAIError
from typed_openai.models.base import Null, Params
from typed_openai.tokens.costs import (
    PER_MESSAGE,
    PER_NAME,
    PER_REPLY,
    TOOLS_END,
    UNKNOWN_SIZE,
    audio_tokens,
    image_tokens,
    tool_tokens,
)
from typed_openai.tokens.pictures import picture_size

__all__ = ["TokenEstimate", "TokenizerUnavailableError", "count_tokens", "estimate_tokens", "rough_token_count"]

_WORD = re.compile(r"[^ \t\n\v\f\r]+")
_NEWEST = "o200k_base"
"""The encoding of models that tiktoken does not know."""

Method = Literal["tiktoken", "rough", "given"]


class TokenizerUnavailableError(OpenAIError):
    """tiktoken is not installed, or could not load the table of an encoding."""


def rough_token_count(text: str) -> int:
    """About how many tokens a text has: the mean of characters / 4 and words * 4 / 3, at least 1; 0 for "".

    Characters are code points, words are what ASCII white space parts, halves round up. For English prose this is
    within about a fifth; for code, and for scripts without spaces (Chinese, Japanese, Thai), it can be several times
    too low.
    Raises `TypeError` for anything but a `str`.
    """
    if not isinstance(text, str):
        raise TypeError(f"rough_token_count counts a str, got {type(text).__name__}")
    if not text:
        return 0
    words = sum(1 for _ in _WORD.finditer(text))
    return max(1, (3 * len(text) + 16 * words + 12) // 24)  # in 24ths, so that a half is a half


def count_tokens(text: str, model: str = "gpt-4o") -> int:
    """How many tokens a text has for a model, counted by tiktoken.

    A model that tiktoken does not know is counted with its newest encoding, `o200k_base`. Names of special tokens in
    the text are text. Raises `TokenizerUnavailableError`.
    """
    if not isinstance(text, str):
        raise TypeError(f"count_tokens counts a str, got {type(text).__name__}")
    return _counter(model)(text)


class TokenEstimate(int):
    """A number of tokens, and how it came about.

    messages, tools, media: its parts (texts with their frames; definitions of tools and schemas; pictures and sound).
    method: how texts were counted: `tiktoken`, `rough`, or `given` (by a function of yours).
    uncounted: what was left out because nobody can tell, by its path: uploaded files, documents.
    """

    messages: int
    tools: int
    media: int
    method: Method
    uncounted: tuple[str, ...]

    def __new__(
        cls,
        total: int,
        *,
        messages: int = 0,
        tools: int = 0,
        media: int = 0,
        method: Method = "rough",
        uncounted: tuple[str, ...] = (),
    ) -> TokenEstimate:
        made = super().__new__(cls, total)
        made.messages, made.tools, made.media = messages, tools, media
        made.method, made.uncounted = method, uncounted
        return made


def estimate_tokens(
    params: Params | Mapping[str, object] | None = None,
    /,
    *,
    count: Callable[[str], int] | None = None,
    **parameters: object,
) -> TokenEstimate:
    """About how many tokens of input a request has, before it is sent.

    params: a params object (`ChatCompletionCreateParams(...)`), a mapping, or the parameters by name; of chat, of
    completions, embeddings and moderations, and of the Responses API. It is not checked and not changed.
    count: how to count one text; by default tiktoken for the `model`, `rough_token_count` where that is not available.

    How far off: a conversation of texts counted by tiktoken is right to a few tokens for OpenAI's chat models. Tools
    and schemas add an error of about a tenth of their size, more when nested. Pictures follow the published rules for
    the models these name; one behind a URL is taken for 1024 x 1024 pixels, which may be off by a factor of three.
    Sound is ten tokens a second. Roughly counted texts are off by about a fifth in English, by several times elsewhere.
    Models of other makers have other tokenizers: expect a fifth more or less. What a server adds of its own (reasoning,
    built-in tools, earlier responses) is unknown here. What could not be counted is in `.uncounted`.
    """
    given: Any = to_jsonable_python(
        {**_members(params), **{name: _plain(value) for name, value in parameters.items()}},
        exclude_none=True,
        by_alias=True,
        bytes_mode="base64",
        fallback=str,
    )
    model = str(given.get("model") or "")
    method: Method = "given"
    if count is None:
        count, method = _counter_or_rough(model)
    work = _Work(model, count)
    total = work.request(given)
    return TokenEstimate(
        total,
        messages=total - work.tools - work.media,
        tools=work.tools,
        media=work.media,
        method=method,
        uncounted=tuple(work.uncounted),
    )


def _members(params: Params | Mapping[str, object] | None) -> dict[str, object]:
    if params is None:
        return {}
    if not isinstance(params, Params | Mapping):
        raise TypeError(f"estimate_tokens takes a params object or a mapping, got {type(params).__name__}")
    return {name: _plain(value) for name, value in dict(params).items()}


def _plain(value: object) -> object:
    """Lists with what stands in them in its input shape (answers among messages, functions among tools)."""
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Null):
        return None
    as_input = getattr(type(value), "as_input", None)
    return value if as_input is None else as_input(value)


class _Work:
    """Counts one request, and keeps apart what tools and media are of it."""

    def __init__(self, model: str, count: Callable[[str], int]) -> None:
        self.model = model
        self.count = count
        self.tools = 0
        self.media = 0
        self.uncounted: list[str] = []

    def request(self, given: Mapping[str, Any]) -> int:
        total = sum(self.definition(each) for each in _listed(given.get("tools")))
        total += sum(tool_tokens(each, self.model, self.count) for each in _objects(given.get("functions")))
        if total:
            total += TOOLS_END
        for name in ("response_format", "text"):
            total += self.schema(given.get(name))
        self.tools = total
        is_chat = "messages" in given
        for place, message in enumerate(_objects(given.get("messages"))):
            total += PER_MESSAGE + self.message(message, f"messages[{place}]")
        if isinstance(given.get("instructions"), str):
            total += PER_MESSAGE + self.count(given["instructions"])
            is_chat = True
        for name in ("prompt", "input"):
            total += self.input(given.get(name), name)
            is_chat = is_chat or any(map(_is_item, _listed(given.get(name))))
        return total + (PER_REPLY if is_chat else 0)

    def definition(self, tool: Any) -> int:
        """A tool of chat, of the Responses API, or one that the service brings itself."""
        if not isinstance(tool, Mapping):
            return 0
        inner = tool.get("function") or tool.get("custom") or tool
        if isinstance(inner, Mapping) and "name" in inner:
            return tool_tokens(inner, self.model, self.count)
        self.uncounted.append(f"tools: {tool.get('type', 'unknown')}")
        return 0

    def schema(self, form: Any) -> int:
        """The schema that an answer shall keep to: its text."""
        if not isinstance(form, Mapping):
            return 0
        form = form.get("json_schema") or form.get("format") or {}
        found = form.get("schema") if isinstance(form, Mapping) else None
        return self.count(json.dumps(found, separators=(",", ":"))) if found else 0

    def message(self, message: Mapping[str, Any], path: str) -> int:
        total = self.count(str(message.get("role", "")))
        if isinstance(message.get("name"), str):
            total += PER_NAME + self.count(message["name"])
        total += self.content(message.get("content"), f"{path}.content")
        total += sum(
            self.count(message[name]) for name in ("refusal", "reasoning_content") if isinstance(message.get(name), str)
        )
        for call in (*_objects(message.get("tool_calls")), {"function": message.get("function_call")}):
            inner = call.get("function") or call.get("custom")
            if isinstance(inner, Mapping):
                said = inner.get("arguments") or inner.get("input") or ""
                total += PER_MESSAGE + self.count(str(inner.get("name", ""))) + self.count(str(said))
        if isinstance(message.get("audio"), Mapping):
            self.uncounted.append(f"{path}.audio")
        return total

    def input(self, value: Any, path: str) -> int:
        """A prompt or an input: a text, texts, tokens, lists of tokens, or items of the Responses API."""
        if isinstance(value, str):
            return self.count(value)
        if isinstance(value, list) and value and all(isinstance(each, int) for each in value):
            return len(value)
        total = 0
        for place, each in enumerate(_listed(value)):
            where = f"{path}[{place}]"
            if isinstance(each, str | list):
                total += self.input(each, where)
            elif _is_item(each):
                total += PER_MESSAGE + (self.message(each, where) if "role" in each else self.item(each, where))
            elif isinstance(each, Mapping):
                total += self.content([each], path)
        return total

    def item(self, item: Mapping[str, Any], path: str) -> int:
        """An item that is not a message: a call, its output (a text or parts), thoughts."""
        texts = [item.get(name) for name in ("name", "arguments", "input")]
        total = sum(self.count(each) for each in texts if isinstance(each, str))
        total += self.content(item.get("output"), f"{path}.output")
        return total + sum(self.count(str(each.get("text", ""))) for each in _objects(item.get("summary")))

    def content(self, content: Any, path: str) -> int:
        if isinstance(content, str):
            return self.count(content)
        total = 0
        for place, part in enumerate(_objects(content)):
            text = part.get("text", part.get("refusal"))
            if isinstance(text, str):
                total += self.count(text)
            else:
                found = self.medium(part, f"{path}[{place}]")
                self.media += found
                total += found
        return total

    def medium(self, part: Mapping[str, Any], path: str) -> int:
        kind = part.get("type")
        if kind in ("image_url", "input_image"):
            image = part.get("image_url")
            detail = (image if isinstance(image, Mapping) else part).get("detail", "auto")
            url = image.get("url", "") if isinstance(image, Mapping) else image
            content = _content(url) if isinstance(url, str) else b""
            return image_tokens(self.model, picture_size(content) or UNKNOWN_SIZE, str(detail))
        sound = part.get("input_audio")
        if kind == "input_audio" and isinstance(sound, Mapping):
            return audio_tokens(_decoded(str(sound.get("data", ""))))
        self.uncounted.append(path)
        return 0


def _is_item(value: Any) -> bool:
    """Whether something is an item of the Responses API: a message, a call, an output; not a mere part."""
    return isinstance(value, Mapping) and ("role" in value or "call_id" in value or "summary" in value)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    return (each for each in _listed(value) if isinstance(each, Mapping))


def _content(url: str) -> bytes:
    """What a data URL holds; nothing for other URLs."""
    head, _, data = url.partition(",")
    return _decoded(data) if head[:5].lower() == "data:" and head.endswith("base64") else b""


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data)
    except (binascii.Error, ValueError):
        return b""


# --- tiktoken --------------------------------------------------------------------------------------------------------

_not_available: set[str] = set()
"""Models for which tiktoken failed: an estimate does not try again, as each attempt may wait for the network."""


def _counter_or_rough(model: str) -> tuple[Callable[[str], int], Method]:
    if model not in _not_available:
        try:
            return _counter(model), "tiktoken"
        except TokenizerUnavailableError as error:
            _not_available.add(model)
            logger.info("texts are counted roughly: %s", error)
    return rough_token_count, "rough"


@functools.lru_cache(maxsize=64)
def _counter(model: str) -> Callable[[str], int]:
    instead = "rough_token_count() does without"
    tiktoken = needed("tiktoken", "to count tokens exactly", instead, TokenizerUnavailableError)
    try:
        encoding: Any = tiktoken.encoding_for_model(model)
    except KeyError:
        encoding = _load(tiktoken.get_encoding, _NEWEST)
    except (OSError, ValueError) as error:
        raise _not_loaded(model, error) from error

    def count(text: str) -> int:
        return len(encoding.encode(text, disallowed_special=()))

    _not_available.discard(model)
    return count


def _load(get: Callable[[str], Any], name: str) -> Any:
    try:
        return get(name)
    except (OSError, ValueError) as error:
        raise _not_loaded(name, error) from error


def _not_loaded(name: str, error: Exception) -> TokenizerUnavailableError:
    return TokenizerUnavailableError(
        f"tiktoken could not load its table for {name!r} ({type(error).__name__}: {error}); it is fetched once from "
        "the network and then kept in TIKTOKEN_CACHE_DIR; rough_token_count() does without"
    )
