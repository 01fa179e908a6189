"""What every call takes beside its parameters, as keyword arguments: names, types and meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from typed_openai.core.setting_types import TimeoutLike


class CallOptions(TypedDict, total=False):
    """What every call takes beside its parameters."""

    extra_headers: Mapping[str, str | None] | None
    """Headers for this request; None as a value removes one that the client would send."""
    extra_query: Mapping[str, object] | None
    """Query parameters to add."""
    extra_body: Mapping[str, object] | None
    """Fields to put into the body as they are, on top of the others: nothing checks them."""
    timeout: float | TimeoutLike | None
    """Seconds for each network operation of an attempt, or an `httpx.Timeout`."""
    deadline: float | None
    """Seconds for the whole call: attempts, back-off, reading."""


class PostOptions(CallOptions, total=False):
    """What every call takes that makes or changes something."""

    idempotency_key: str | None
    """Kept over all attempts; made up when left out."""


class Betas(TypedDict, total=False):
    """What a call takes besides whose area is in beta."""

    betas: Sequence[str] | None
    """Names of betas that this request takes part in, such as `responses_multi_agent=v1`: the header `OpenAI-Beta`."""


class BetaOptions(Betas, CallOptions, total=False):
    """What a call of an area in beta takes beside its parameters."""


class BetaPostOptions(Betas, PostOptions, total=False):
    """What a call of an area in beta takes that makes or changes something."""


class CheckedOptions(PostOptions, total=False):
    """What a call takes whose content is looked into before it is sent."""

    check: bool | None
    """False: send without looking into the content first."""
