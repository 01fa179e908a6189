"""What one answer consumed, as far as it matters for its price: read from the answer, in any of the API's forms.

Chat says `prompt_tokens`, Responses `input_tokens`, transcriptions sometimes `seconds`; details say which of them were
cached, spoken or seen. Plain data in, plain numbers out; nothing is looked up here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from typed_openai.models.dialects import usage_of

Prices = Mapping[str, tuple[float, ...]]
"""Own prices: model → dollars for a million tokens read, generated[, read from the cache]; `*` is any other model."""


class Spent(NamedTuple):
    """One usage: of which model, where, and how much of what."""

    models: tuple[str, ...]
    """The names of the model, the more precise one first: that of the answer, that of the request."""
    url: str
    amounts: tuple[tuple[str, float], ...]
    """How much of each unit, by the names that genai-prices has for them (`input_tokens`, `cache_read_tokens`, ...)."""
    tier: str = ""
    """The service tier that the answer names."""
    at: int = 0
    """When it was made, in Unix seconds; 0 where nobody says."""
    prices: Prices | None = None
    """Prices of the server's own."""

    def only(self, read: float, made: float) -> Spent:
        """So many tokens read and generated in place of these amounts, for an answer whose usage has grown."""
        return self._replace(amounts=(("input_tokens", read), ("output_tokens", made)))

    def amount(self, unit: str) -> float:
        """How much of a unit."""
        return dict(self.amounts).get(unit, 0)


_DETAILS = (
    ("cached_tokens", "cache_read_tokens", ""),
    ("cache_write_tokens", "cache_write_tokens", ""),
    ("audio_tokens", "input_audio_tokens", "output_audio_tokens"),
    ("image_tokens", "input_image_tokens", "output_image_tokens"),
)
"""A detail → what it is called of the input, and of the output."""


_FIRST = 1_577_836_800
"""The year 2020: what is said to be older has no clock."""


def amounts_of(usage: Any) -> tuple[tuple[str, float], ...]:
    """The amounts of a usage; empty where it has none."""
    found: dict[str, float] = {}
    for side, (names, details) in enumerate(
        (
            (("input_tokens", "prompt_tokens"), ("input_tokens_details", "prompt_tokens_details")),
            (("output_tokens", "completion_tokens"), ("output_tokens_details", "completion_tokens_details")),
        )
    ):
        total = next((value for name in names if (value := _number(usage, name)) is not None), None)
        if total is None:
            continue
        found[names[0]] = total
        for name, *units in _DETAILS:
            amount = next((value for each in details if (value := _number(_field(usage, each), name))), None)
            if amount and units[side] and amount <= total:
                found[units[side]] = amount
    seconds = _number(usage, "seconds")
    if seconds is not None and not found:
        found["audio_seconds"] = seconds
    return tuple(found.items())


def spent_by(answer: Any, url: str, asked: object = None, prices: Prices | None = None, usage: Any = None) -> Spent:
    """What an answer (an object of ours, or JSON data) consumed. `asked`: the model that the request named; `usage`:
    that of several answers together, in place of its own."""
    names = (_field(answer, "model"), asked)
    models = tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name))
    tier = _field(answer, "service_tier")
    times = (_field(answer, name) for name in ("created", "created_at"))
    at = next((int(time) for time in times if isinstance(time, int | float) and time > _FIRST), 0)
    amounts = amounts_of(usage_of(answer) if usage is None else usage)
    return Spent(models, url, amounts, tier if isinstance(tier, str) else "", at, prices)


def _field(owner: Any, name: str) -> Any:
    return owner.get(name) if isinstance(owner, Mapping) else getattr(owner, name, None)


def _number(owner: Any, name: str) -> float | None:
    value = _field(owner, name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None
