"""Why a server said no, where callers go on differently: too long, used up, not allowed. By code, type, or words.

The class stands below that of the status (`ContextLengthExceededError` is a `BadRequestError`), so that code which asks
for that goes on to work. A cause under another status than usual (a used up quota under 403) keeps the class of that.

Weak spot: words change; those looked for are what vLLM, llama.cpp, Ollama, Azure, Gemini and OpenRouter sent in 2026.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from typed_openai.errors import ContentPolicyError, ContextLengthExceededError, InsufficientQuotaError

if TYPE_CHECKING:
    from typed_openai.errors import APIStatusError

_CAUSES: list[tuple[type[APIStatusError], frozenset[str], re.Pattern[str] | None]] = [
    (
        ContextLengthExceededError,
        frozenset(("context_length_exceeded", "exceed_context_size_error", "model_max_prompt_tokens_exceeded")),
        re.compile(
            r"maximum context length|exceeds? (the )?(available |model'?s )?(maximum )?context (size|length|window)"
            r"|input token count .{0,30}exceeds|prompt is too long|larger than the (max|maximum|model'?s) context",
            re.IGNORECASE,
        ),
    ),
    (
        InsufficientQuotaError,
        frozenset(("insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "insufficient_credits")),
        None,
    ),
    (
        ContentPolicyError,
        frozenset(("content_filter", "content_policy_violation", "moderation_blocked", "responsibleaipolicyviolation")),
        None,
    ),
]


def class_by_cause(kind: type[APIStatusError], body: object, text: str) -> type[APIStatusError]:
    """The class of an error of a status class: a narrower one where its body tells why."""
    named = body if isinstance(body, dict) else {}
    inner = named.get("innererror")
    values = [named.get("code"), named.get("type"), inner.get("code") if isinstance(inner, dict) else None]
    said = {value.lower() for value in values if isinstance(value, str)}
    for cause, codes, words in _CAUSES:
        if issubclass(cause, kind) and (said & codes or (words is not None and words.search(text))):
            return cause
    return kind
