"""A chat request, read and checked: what `POST /chat/completions` may hold and what it means here.

`ChatRequest.read(arguments)` turns the JSON body into turns, tools, a choice, a form and limits. It refuses what the
service refuses: a missing model, messages without a known role, content parts of unknown type, tool results that
answer no call, a choice of a tool that is not on offer, numbers out of range.

Rules: `functions` and `function_call`, the forerunners of tools, are read into the same types, and `legacy` remembers
it for the answer. Sampling parameters are checked and then ignored: there is nothing to sample.

Weak spot: audio answers (`modalities` with `audio`) are refused, as nothing here can speak.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from typed_openai.local.arguments import Arguments, Json
from typed_openai.local.echo import Choice, Form, Tool, Turn
from typed_openai.local.errors import missing, wrong_type, wrong_value
from typed_openai.local.offers import choice_by_name, choice_by_word, function_in

ROLES = frozenset({"developer", "system", "user", "assistant", "tool", "function"})
PARTS = {"image_url": "image", "input_audio": "audio clip", "file": "file"}
"""Content parts that are not text: the member that holds them, which is also their type, and what to call them."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A checked chat request."""

    model: str
    messages: list[Json]
    turns: list[Turn]
    tools: list[Tool]
    choice: Choice
    form: Form
    legacy: bool
    number: int
    stops: list[str]
    limit: int | None
    logprobs: int | None
    stream: bool
    include_usage: bool
    store: bool
    metadata: dict[str, str]
    moderate: str | None

    @classmethod
    def read(cls, body: Arguments) -> ChatRequest:
        """Check a request body. Raises `ApiError` 400 with the member that is wrong."""
        model = body.string("model")
        _check_ranges(body)
        legacy = bool(body.array("functions"))
        tools = [function_in(each) for each in body.objects("functions")] if legacy else _tools(body)
        options = body.child("stream_options")
        limits = [body.integer(name, 1) for name in ("max_completion_tokens", "max_tokens")]
        moderation = body.child("moderation")
        return cls(
            model=model,
            messages=body.array("messages"),
            turns=_turns(body),
            tools=tools,
            choice=_choice(body, tools, "function_call" if legacy else "tool_choice"),
            form=_form(body),
            legacy=legacy,
            number=body.integer("n", 1, 128) or 1,
            stops=read_stops(body),
            limit=min((limit for limit in limits if limit is not None), default=None),
            logprobs=_logprobs(body),
            stream=body.flag("stream"),
            include_usage=options is not None and options.flag("include_usage"),
            store=body.flag("store"),
            metadata=body.metadata(),
            moderate=moderation.string("model") if moderation else None,
        )


def read_stops(body: Arguments) -> list[str]:
    """Up to four stop sequences, given as a string or a list of strings."""
    value = body.raw("stop")
    stops = [value] if isinstance(value, str) else body.strings("stop")
    if len(stops) > 4:
        raise wrong_value(body.path("stop"), f"There may be 4 stop sequences at most, not {len(stops)}.")
    return [stop for stop in stops if stop]


def _check_ranges(body: Arguments) -> None:
    body.number("temperature", 0, 2)
    body.number("top_p", 0, 1)
    body.number("frequency_penalty", -2, 2)
    body.number("presence_penalty", -2, 2)
    if "audio" in body.strings("modalities"):
        raise wrong_value(
            "modalities", "The parameter 'modalities' asks for audio, but this local server cannot speak."
        )


def _logprobs(body: Arguments) -> int | None:
    """How many alternatives to list per token; None when no log probabilities were asked for."""
    top = body.integer("top_logprobs", 0, 20)
    if body.flag("logprobs"):
        return top or 0
    if top is not None:
        raise wrong_value("top_logprobs", "The parameter 'top_logprobs' needs 'logprobs' to be true.")
    return None


def _turns(body: Arguments) -> list[Turn]:
    body.required("messages")
    messages = body.objects("messages")
    if not messages:
        raise wrong_value("messages", "The parameter 'messages' must hold at least one message.")
    called: dict[str, str] = {}
    turns: list[Turn] = []
    for message in messages:
        role = message.choice("role", ROLES)
        text, extras = _content(message)
        tool = ""
        if role == "assistant":
            called |= _calls_made(message)
        elif role == "function":
            tool = message.string("name")
        elif role == "tool":
            identifier = message.string("tool_call_id")
            if identifier not in called:
                at = message.path("tool_call_id")
                raise wrong_value(at, f"{at!r} is {identifier!r}, but no assistant message before made such a call.")
            tool = called[identifier]
        if role not in ("assistant", "function") and message.raw("content") is None:
            raise missing(message.path("content"))
        turns.append(Turn(role, text, extras, tool))
    return turns


def _calls_made(message: Arguments) -> dict[str, str]:
    """The tool names by the ids of an assistant message's calls."""
    made: dict[str, str] = {}
    for call in message.objects("tool_calls"):
        kind = call.choice("type", ("function", "custom"))
        made[call.string("id")] = call.required_child(kind).string("name")
    return made


def _content(message: Arguments) -> tuple[str, Counter[str]]:
    """The text of a message's content and a count of everything else in it."""
    content = message.raw("content")
    extras: Counter[str] = Counter()
    if content is None or isinstance(content, str):
        return content or "", extras
    if not isinstance(content, list):
        raise wrong_type(message.path("content"), "a string or an array of content parts", content)
    texts: list[str] = []
    for part in message.objects("content"):
        kind = part.choice("type", {"text", "refusal", *PARTS})
        if kind in PARTS:
            part.required_child(kind)
            extras[PARTS[kind]] += 1
        else:
            texts.append(part.optional_string(kind) or "")
    return " ".join(texts), extras


def _tools(body: Arguments) -> list[Tool]:
    tools: list[Tool] = []
    for each in body.objects("tools"):
        if each.choice("type", ("function", "custom")) == "function":
            tools.append(function_in(each.required_child("function")))
        else:
            tools.append(Tool(each.required_child("custom").string("name"), "custom"))
    return tools


def _choice(body: Arguments, tools: list[Tool], param: str) -> Choice:
    value = body.raw(param)
    parallel = body.flag("parallel_tool_calls", default=True) and param == "tool_choice"
    if value is None:
        return Choice("auto", None, parallel)
    if not tools:
        raise wrong_value(param, f"The parameter {param!r} makes no sense without tools to choose from.")
    if isinstance(value, str):
        return choice_by_word(body, param, parallel)
    chosen = body.required_child(param)
    if param == "function_call":
        return choice_by_name([chosen], tools, parallel=False)
    kind = chosen.choice("type", ("function", "custom", "allowed_tools"))
    inner = chosen.required_child(kind)
    if kind != "allowed_tools":
        return choice_by_name([inner], tools, parallel)
    forced = inner.choice("mode", ("auto", "required")) == "required"
    names = [each.required_child(each.choice("type", ("function", "custom"))) for each in inner.objects("tools")]
    return choice_by_name(names, tools, parallel, forced)


def _form(body: Arguments) -> Form:
    given = body.child("response_format")
    if given is None:
        return Form()
    kind = given.choice("type", ("text", "json_object", "json_schema"))
    if kind == "json_object":
        return Form("json_object")
    if kind == "text":
        return Form()
    described = given.required_child("json_schema")
    described.string("name")
    described.child("schema")
    return Form("json_schema", described.raw("schema") or {"type": "object"})
