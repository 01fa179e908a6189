"""What an answer costs, for the reports and budgets of bulk jobs: by a function of the user's, or by what it says.

Answers say it where the package knows prices (`answer.cost().total`, extra `[prices]`). Rule: a cost that nobody knows
is None, never 0. Weak spot: what the Batch service takes off is not known here.
"""

from __future__ import annotations

import importlib.util
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from typed_openai.core.extras import missing
from typed_openai.errors import ConfigurationError, OpenAIError

if TYPE_CHECKING:
    from typed_openai.bulk.report import Price
    from typed_openai.models.base import Result


def price_by(given: Price | None, budget: Decimal | None) -> Price:
    """What tells the price of an answer. Raises `ConfigurationError` for a budget of money that nobody could keep."""
    if given is not None and not callable(given):
        raise ConfigurationError(f"price: a function of an answer, got {type(given).__name__}")
    if given is None and budget is not None and importlib.util.find_spec("genai_prices") is None:
        instead = "or pass price=..., a function that gives what an answer cost"
        raise ConfigurationError(missing("budget_usd", "genai_prices", instead=instead))
    return given or known_price


def known_price(answer: Result) -> Decimal | None:
    """What an answer says that it cost, in US dollars; None where it does not know."""
    cost: Any = getattr(answer, "cost", None)
    if not callable(cost):
        return None
    try:
        told: Any = cost()
    except OpenAIError:  # no such price, or the extra is not installed
        return None
    total: object = told.total
    return total if isinstance(total, Decimal) else None
