"""Answers that say what was consumed know what it cost: `completion.cost()`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typed_openai.prices import Cost


class Priced:
    """An answer with a usage."""

    __slots__ = ()

    def cost(self, *, provider: str | None = None, model: str | None = None) -> Cost:
        """What it cost, in US dollars: `cost().total` is a `Decimal`. Extra `[prices]`, or `Provider(prices=...)`.

        The server that was asked tells whose prices hold; `provider` names another list of genai-prices (`"openai"`),
        `model` the model where the answer does not. Raises `UnknownPriceError` where nobody knows, never gives 0 then,
        and `ConfigurationError` where genai-prices is not installed.
        """
        from typed_openai.prices import cost_of

        return cost_of(self, provider=provider, model=model)


class PricedRun:
    """Several answers, one after the other (`steps`)."""

    __slots__ = ()
    steps: Sequence[Any]

    def cost(self, *, provider: str | None = None) -> Cost:
        """What all answers cost together; as `Priced.cost`."""
        from typed_openai.prices import Cost

        return sum((step.answer.cost(provider=provider) for step in self.steps), Cost.nothing())
