"""What the answers of a scope cost together: noted as they come, priced when somebody asks.

Pricing loads genai-prices, which takes a third of a second, so it waits until the sum is asked for, or until so many
answers wait that they would fill the memory. What cannot be priced is kept by name: a sum never leaves it out silently.
"""

from __future__ import annotations

from decimal import Decimal
from threading import RLock

from typed_openai.errors import ConfigurationError
from typed_openai.prices.cost import Cost, UnknownPriceError, check_known, cost_of_spent
from typed_openai.prices.spent import Spent

MOST_WAITING = 1000
"""Answers that wait to be priced."""
_MOST = 10**12


def in_dollars(name: str, amount: object) -> Decimal | None:
    """An amount that was given as a budget, None for none. Raises `ConfigurationError` when it is not a number."""
    if amount is None:
        return None
    if isinstance(amount, bool) or not isinstance(amount, int | float | Decimal) or not 0 <= amount < _MOST:
        raise ConfigurationError(f"{name}: a number of US dollars, 0 or more, got {amount!r}")
    return Decimal(str(amount))


class Ledger:
    """The sum of one scope; any number of threads may add to it."""

    def __init__(self) -> None:
        self._waiting: list[Spent] = []
        self._known = Cost.nothing()
        self._unknown: dict[str, str] = {}
        self._lock = RLock()

    def add(self, spent: Spent) -> None:
        """Note what an answer consumed."""
        with self._lock:
            self._waiting.append(spent)
            if len(self._waiting) >= MOST_WAITING:
                self._settle()

    def admits(self, spent: Spent, budget: Decimal) -> bool:
        """Whether there is money left for another request. Raises `UnknownPriceError` where nobody knows what its model
        costs, or what was spent so far: a budget that cannot be kept is no budget."""
        if spent.models:
            check_known(spent)
        return self.cost().total < budget

    def cost(self) -> Cost:
        """The sum. Raises `UnknownPriceError` when part of it is not known: what is known is on the error."""
        with self._lock:
            self._settle()
            if self._unknown:
                said = "; ".join(self._unknown.values())
                raise UnknownPriceError(f"{said}. What is known comes to {self._known}", self._unknown, self._known)
            return self._known

    def _settle(self) -> None:
        waiting, self._waiting = self._waiting, []
        for spent in waiting:
            try:
                self._known += cost_of_spent(spent)
            except (UnknownPriceError, ConfigurationError) as error:
                self._unknown.setdefault(spent.models[0] if spent.models else "", str(error))
