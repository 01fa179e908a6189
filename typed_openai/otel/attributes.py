"""What the GenAI semantic conventions call what is asked and answered: from an `ObservedCall` to attributes.

Rules
* An attribute that has no value is left out; so is one that says the usual (one choice, tier `auto`, no cached tokens).
* Nothing that people or models wrote is among these (`otel/content.py` has that), whatever it is.

Weak spot: which service answers is read from the host of the URL; what is not known there is called `openai`, as it
speaks that protocol.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from typed_openai.errors import APIStatusError, OpenAIError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typed_openai.core.observers import ObservedCall

Value: TypeAlias = "str | bool | int | float | Sequence[str]"
Attributes: TypeAlias = dict[str, Value]


class Recorded(NamedTuple):
    """How an operation is recorded."""

    name: str
    """`gen_ai.operation.name`."""
    output: str | None = None
    """`gen_ai.output.type`, where it follows from the operation."""
    api: str | None = None
    """`openai.api.type`, where it is not chat."""


FETCHES = "fetch_response"
"""The name of what asks for an answer that was made before, and paid for by who made it."""
RECORDED: Mapping[str, Recorded] = {
    "chat.completions.create": Recorded("chat"),
    "chat.completions.stream": Recorded("chat"),
    "responses.create": Recorded("chat", api="responses"),
    "responses.stream": Recorded("chat", api="responses"),
    "responses.retrieve": Recorded(FETCHES, api="responses"),
    "beta.responses.create": Recorded("chat", api="responses"),
    "beta.responses.retrieve": Recorded(FETCHES, api="responses"),
    "completions.create": Recorded("text_completion"),
    "embeddings.create": Recorded("embeddings"),
    "images.generate": Recorded("generate_content", "image"),
    "images.edit": Recorded("generate_content", "image"),
    "images.create_variation": Recorded("generate_content", "image"),
    "audio.speech.create": Recorded("generate_content", "speech"),
    "audio.transcriptions.create": Recorded("generate_content", "text"),
    "audio.translations.create": Recorded("generate_content", "text"),
    "chat.completions.run_tools": Recorded("invoke_agent"),
    "responses.run_tools": Recorded("invoke_agent", api="responses"),
    "beta.threads.runs.run_tools": Recorded("invoke_agent"),
    "beta.agents.sessions.run_tools": Recorded("invoke_agent"),
    "decisions.run_tools": Recorded("invoke_agent"),
}
"""By the title of the operation; what is not here has no span of its own."""
_PROVIDERS = {
    "azure.com": "azure.ai.openai",
    "anthropic.com": "anthropic",
    "googleapis.com": "gcp.gemini",
    "amazonaws.com": "aws.bedrock",
    "groq.com": "groq",
    "mistral.ai": "mistral_ai",
    "deepseek.com": "deepseek",
    "perplexity.ai": "perplexity",
    "x.ai": "x_ai",
    "cohere.com": "cohere",
    "cohere.ai": "cohere",
}
"""By the end of the host: what the conventions call a service."""
_ASKED = {
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "presence_penalty": "gen_ai.request.presence_penalty",
    "max_output_tokens": "gen_ai.request.max_tokens",
    "max_tokens": "gen_ai.request.max_tokens",
    "max_completion_tokens": "gen_ai.request.max_tokens",
    "seed": "gen_ai.request.seed",
    "reasoning_effort": "gen_ai.request.reasoning.level",
    "previous_response_id": "gen_ai.request.previous_response.id",
    "dimensions": "gen_ai.embeddings.dimension.count",
}
"""By parameter; a later one counts more."""
_OUTPUT_TYPES = {"json_object": "json", "json_schema": "json"}
_DETAILS = {
    "cached_tokens": "gen_ai.usage.cache_read.input_tokens",
    "cache_write_tokens": "gen_ai.usage.cache_write.input_tokens",
    "reasoning_tokens": "gen_ai.usage.reasoning.output_tokens",
}
_TOKENS = {
    "input": ("prompt_tokens", "input_tokens"),
    "output": ("completion_tokens", "output_tokens"),
}
_WHY_INCOMPLETE = {"max_output_tokens": "length"}


def field_of(owner: object, name: str) -> Any:
    """A field of a model, or a member of a dict; None where there is none."""
    return owner.get(name) if isinstance(owner, Mapping) else getattr(owner, name, None)


def known(values: Mapping[str, Any]) -> Attributes:
    """Those that have a value which an attribute can hold: a server, or who checks nothing, may say anything."""
    return {name: value for name, value in values.items() if _is_value(value)}


def _is_value(value: object) -> bool:
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(each, str) for each in value)
    return isinstance(value, str | bool | int | float)


def text_of(owner: object, name: str) -> str | None:
    """A text of a model, or of a dict; None where there is none."""
    found = field_of(owner, name)
    return found if isinstance(found, str) else None


def fetches(call: ObservedCall) -> bool:
    """Whether a call asks for an answer that was made before."""
    return RECORDED[call.operation].name == FETCHES


def identity(call: ObservedCall) -> Attributes:
    """What is known before anything is sent, on spans and on metrics."""
    recorded = RECORDED[call.operation]
    url = urlsplit(call.base_url)
    host = url.hostname or ""
    provider = next((name for end, name in _PROVIDERS.items() if host == end or host.endswith(f".{end}")), "openai")
    model = call.asked("model")
    return known(
        {
            "gen_ai.operation.name": recorded.name,
            "gen_ai.provider.name": provider,
            "gen_ai.request.model": model if isinstance(model, str) else None,
            "server.address": host or None,
            "server.port": None if url.port == 443 else url.port,
        }
    )


def asked(call: ObservedCall) -> Attributes:
    """What was asked for."""
    stop, count, tier = call.asked("stop"), call.asked("n"), call.asked("service_tier")
    conversation, encoding = call.asked("conversation"), call.asked("encoding_format")
    output = text_of(call.asked("response_format"), "type") or text_of(field_of(call.asked("text"), "format"), "type")
    recorded = RECORDED[call.operation]
    found = {attribute: call.asked(name) for name, attribute in _ASKED.items() if call.asked(name) is not None}
    reasoning = field_of(call.asked("reasoning"), "effort")
    return known(
        {
            "openai.api.type": recorded.api,
            "gen_ai.output.type": recorded.output or _OUTPUT_TYPES.get(output or "", output),
            "gen_ai.request.stop_sequences": [stop] if isinstance(stop, str) else stop or None,
            "gen_ai.request.choice.count": count if isinstance(count, int) and count != 1 else None,
            "gen_ai.request.stream": True if call.asked("stream") is True or call.streams else None,
            "gen_ai.request.encoding_formats": [encoding] if isinstance(encoding, str) else None,
            "gen_ai.conversation.id": conversation if isinstance(conversation, str) else field_of(conversation, "id"),
            "gen_ai.agent.id": call.asked("assistant_id"),
            "openai.request.service_tier": tier if tier != "auto" else None,
            "gen_ai.request.reasoning.level": reasoning,
            **found,
        }
    )


def answered(call: ObservedCall, result: object) -> Attributes:
    """What is known of the answer, but for tokens."""
    first = call.arrivals[0] if call.arrivals else None
    vectors = field_of(result, "data") if call.operation == "embeddings.create" else None
    numbers = field_of(vectors[0], "embedding") if isinstance(vectors, list) and vectors else None
    size = len(numbers) if isinstance(numbers, list) and call.asked("dimensions") is None else None
    status = field_of(result, "status") if fetches(call) else None
    return known(
        {
            **served(result),
            "gen_ai.response.id": field_of(result, "id"),
            "gen_ai.response.finish_reasons": finish_reasons(result) or None,
            "gen_ai.response.status": status,
            "gen_ai.response.time_to_first_chunk": first,
            "gen_ai.embeddings.dimension.count": size,
        }
    )


def served(result: object) -> Attributes:
    """What answered, on spans and on metrics."""
    return known(
        {
            "gen_ai.response.model": field_of(result, "model"),
            "openai.response.service_tier": field_of(result, "service_tier"),
            "openai.response.system_fingerprint": field_of(result, "system_fingerprint"),
        }
    )


def finish_reasons(result: object) -> list[str]:
    """Why the model stopped: of each choice, or of a response as a whole, in the words of chat."""
    choices = field_of(result, "choices")
    if isinstance(choices, list):
        return [reason for choice in choices if (reason := text_of(choice, "finish_reason"))]
    status, output = text_of(result, "status"), field_of(result, "output")
    if not isinstance(output, list) or status in ("queued", "in_progress", None):
        return []
    if status == "incomplete":
        reason = text_of(field_of(result, "incomplete_details"), "reason") or status
        return [_WHY_INCOMPLETE.get(reason, reason)]
    if status != "completed":
        return ["error"]
    kinds = [str(field_of(item, "type")) for item in output]
    called = [kind for kind in kinds if kind in ("function_call", "custom_tool_call", "computer_call")]
    return [*(["stop"] if "message" in kinds or not called else []), *(["tool_calls"] if called else [])]


def tokens(result: object) -> dict[str, int]:
    """Tokens read and generated, by what the conventions call them (`input`, `output`)."""
    usage = field_of(result, "usage")
    found = {kind: [field_of(usage, name) for name in names] for kind, names in _TOKENS.items()}
    counts = {kind: next((each for each in values if isinstance(each, int)), None) for kind, values in found.items()}
    return {kind: count for kind, count in counts.items() if count is not None}


def spent(result: object) -> Attributes:
    """Tokens as attributes of a span."""
    usage = field_of(result, "usage")
    found: dict[str, Any] = {f"gen_ai.usage.{kind}_tokens": count for kind, count in tokens(result).items()}
    for side in ("prompt_tokens_details", "completion_tokens_details", "input_tokens_details", "output_tokens_details"):
        details = field_of(usage, side)
        found |= {attribute: field_of(details, name) for name, attribute in _DETAILS.items() if field_of(details, name)}
        way = "output" if side.startswith(("completion", "output")) else "input"
        for kind in ("audio", "image"):
            found[f"gen_ai.usage.{kind}.{way}_tokens"] = field_of(details, f"{kind}_tokens") or found.get(
                f"gen_ai.usage.{kind}.{way}_tokens"
            )
    return known(found)


def error_type(error: BaseException) -> str:
    """What an error is called: by the name that users catch it with."""
    kind = type(error)
    if isinstance(error, OpenAIError):
        return f"typed_openai.{kind.__name__}"
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def description(error: BaseException) -> str:
    """What a status says of an error without anything that was said: messages quote what was given."""
    if isinstance(error, APIStatusError):
        return f"{error.status_code} {error.code or error.type or type(error).__name__}"
    return type(error).__name__
