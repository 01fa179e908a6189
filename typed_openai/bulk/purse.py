"""What a bulk job may still spend, in tokens and in money. Pure; shared by threads, and by workers through an actor.

Rules: what is under way counts as expected, in tokens as each line was, in money as the mean so far. So a budget is
overspent by the error of the expectation at most; the first line is waited for, to have one. What fails is taken for
free, what says nothing of its tokens for what was expected. A budget of money that cannot be kept, because a price is
not known, is used up.
"""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Protocol


class Spending(Protocol):
    """What a job asks before it draws a line, and tells when the line is through."""

    def used_up(self) -> str:
        """Why nothing more may begin; `""` when it may."""
        ...

    def reserve(self, tokens: int) -> None:
        """A line begins that is expected to take so many tokens."""
        ...

    def settle(self, expected: int, taken: int, cost: Decimal | None) -> None:
        """It is through, and took this; the cost is None when nobody knows it."""
        ...


class Purse:
    """The budgets of one job; None for no end."""

    def __init__(self, budget: int | None = None, budget_usd: Decimal | None = None) -> None:
        self._budget = budget
        self._budget_usd = budget_usd
        self._tokens = 0
        self._cost: Decimal | None = Decimal()
        self._paid = 0
        self._reserved = 0
        self._under_way = 0
        self._lock = threading.Lock()

    def used_up(self) -> str:
        """Why nothing more may begin; `""` when it may."""
        return self.state()[0]

    def state(self) -> tuple[str, int]:
        """The same, and how many lines are under way: while there are any, it may be less than they were expected to
        take."""
        with self._lock:
            return self._why(), self._under_way

    def _why(self) -> str:
        if self._budget is None and self._budget_usd is None:
            return ""
        if self._under_way and not self._paid:
            return "nobody knows yet what a line takes"
        if self._budget is not None and self._tokens + self._reserved >= self._budget:
            return f"the budget of {self._budget:,} tokens is used up: {self._tokens:,} tokens"
        if self._budget_usd is None:
            return ""
        if self._cost is None:
            return "budget_usd cannot be kept: an answer came whose price is not known"
        expected = self._under_way * self._cost / self._paid if self._paid else Decimal()
        if self._cost + expected >= self._budget_usd:
            return f"the budget of ${self._budget_usd} is used up: ${self._cost:.4f}"
        return ""

    def reserve(self, tokens: int) -> None:
        """A line begins that is expected to take so many tokens."""
        with self._lock:
            self._reserved += tokens
            self._under_way += 1

    def settle(self, expected: int, taken: int, cost: Decimal | None) -> None:
        """It is through, and took this; the cost is None when nobody knows it."""
        with self._lock:
            self._reserved -= expected
            self._under_way -= 1
            self._tokens += taken
            self._paid += bool(taken)
            self._cost = None if cost is None or self._cost is None else self._cost + cost
