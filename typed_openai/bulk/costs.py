"""What an answer costs, for the reports and budgets of bulk jobs: by a function of the user's, or by known prices.

Weak spot: prices that are known are a matter of another package (`typed-openai[prices]`); without it, and for models
that it does not know, a cost is unknown (None), never 0.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    from typed_openai.bulk.report import Price


def price_by(given: Price | None, budget: Decimal | None) -> Price | None:
    """What tells the price of an answer; None when nobody does. Raises `ConfigurationError` for a budget of money that
    nobody could keep."""
    if given is not None and not callable(given):
        raise ConfigurationError(f"price: a function of an answer, got {type(given).__name__}")
    if given is None and budget is not None:
        raise ConfigurationError("budget_usd: needs prices: pass price=..., a function that gives what an answer cost")
    return given
