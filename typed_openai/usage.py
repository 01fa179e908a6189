"""What calls consume, counted over everything that happens inside a `with`, and stopped at a budget.

    with usage_scope(budget=50_000) as used:
        client.chat.completions.create(...)
    print(used.total_tokens, used.requests, used.by_model, used.cost)

Rules
* Counted are the answers of every client in this context: plain, raw, streamed, in tools' rounds, re-asks and maps.
* The scope is that of the request: an answer that is read after the `with` still counts.
* A stream counts when it ends, however it ends, with the usage that came until then.
* What an answer says of an object that stands in the URL asked (a run that is polled, a stored completion) counts once,
  and only when that object was made inside the scope, and is one of the `REMEMBERED` that were seen last.
* A session of an agent says what all of its turns consumed: of one that was made elsewhere counts what comes to that
  after it was first seen. What a turn says of itself counts where its session says nothing.
* `budget_usd` is the same in dollars. It is kept or it is an error: a model whose price nobody knows is not asked.
* Past the budget the next POST of whatever kind is refused before a byte is sent, also as a further attempt; what reads
  and deletes is let through. Requests that are under way come to their end, so they may overshoot a budget.
* Scopes nest: the inner one counts for itself and for those around it, and keeps to all their budgets.
* Tasks of asyncio, `asyncio.to_thread` and the threads of `client.map` belong to the scope they were started in. A
  `threading.Thread` or an executor of your own does not: run `contextvars.copy_context().run` in it.

Weak spots: only what servers report is counted: attempts that failed, what of `with_streaming_response` is read
bit by bit, and servers that send no usage count as requests without tokens.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import from_json

from typed_openai.core.answer.records import HasRecords, Records
from typed_openai.core.run.effects import OPEN
from typed_openai.errors import BudgetExceededError, ConfigurationError
from typed_openai.models.dialects import usage_of

if TYPE_CHECKING:
    from decimal import Decimal

    from typed_openai.core.run.effects import Request
    from typed_openai.prices.cost import Cost
    from typed_openai.prices.spent import Spent
    from typed_openai.streaming.machine import StreamMachine


class Tokens(NamedTuple):
    """What was consumed, in tokens: read, generated, and all together."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0

    def plus(self, other: Tokens, sign: int = 1) -> Tokens:
        """Both together; with `sign=-1` what is left of this."""
        return Tokens(*(mine + sign * theirs for mine, theirs in zip(self, other, strict=True)))


class UsageScope(HasRecords):
    """The count of one scope; it may be read at any time, and after the end. `budget` is in tokens, `budget_usd` in US
    dollars, None for no end. `records()` are `model` and tokens, a row for each model."""

    def __init__(
        self,
        budget: int | None = None,
        around: UsageScope | None = None,
        budget_usd: float | Decimal | None = None,
    ) -> None:
        from typed_openai.prices.ledger import Ledger, in_dollars  # who counts nothing needs no money

        if budget is not None and (type(budget) is not int or budget < 0):
            raise ConfigurationError(f"budget: a whole number of tokens, 0 or more, got {budget!r}")
        self.budget: int | None = budget
        self.budget_usd: Decimal | None = in_dollars("budget_usd", budget_usd)
        self._ledger = Ledger()
        self.requests = 0
        """Requests sent, further attempts included."""
        self.by_model: dict[str, Tokens] = {}
        """What each model consumed, by the name that the answer gives it; `""` where nobody named one. A new dict with
        each answer: what you hold does not change."""
        self._around = around
        self._tokens = Tokens()
        self._made: dict[str, Tokens] = {}
        self._lock = RLock()  # a stream that is collected while it is held counts here, too

    @property
    def prompt_tokens(self) -> int:
        """Tokens read."""
        return self._tokens.prompt_tokens

    @property
    def completion_tokens(self) -> int:
        """Tokens generated."""
        return self._tokens.completion_tokens

    @property
    def total_tokens(self) -> int:
        """All of them."""
        return self._tokens.total_tokens

    @property
    def cost(self) -> Cost:
        """What it all cost, in US dollars (extra `[prices]`, or `Provider(prices=...)`). Raises `UnknownPriceError`
        where nobody knows part of it; `known` of that error is the rest."""
        return self._ledger.cost()

    @property
    def remaining(self) -> int | None:
        """What is left of the budget, never less than 0; None without one."""
        return None if self.budget is None else max(0, self.budget - self.total_tokens)

    def _records(self) -> Records:
        return Records({"model": model, **tokens._asdict()} for model, tokens in self.by_model.items())

    def __repr__(self) -> str:
        budget = "" if self.budget is None else f" of {self.budget}"
        return f"<UsageScope {self.total_tokens}{budget} tokens, {self.requests} requests>"

    # -- what the engine calls -----------------------------------------------------------------------------------

    def admit(self, request: Request) -> None:
        """Before each attempt: count it, or raise `BudgetExceededError`."""
        from typed_openai.prices.spent import spent_by

        scopes = self._scopes()
        if request.method == "POST":
            for scope in scopes:
                if scope.budget is not None and scope.total_tokens >= scope.budget:
                    raise BudgetExceededError(request.operation, scope.budget, scope.total_tokens)
                if scope.budget_usd is not None:
                    asked = spent_by(None, request.url, _asked(request), request.prices)
                    if not scope._ledger.admits(asked, scope.budget_usd):
                        raise BudgetExceededError(request.operation, scope.budget_usd, scope.cost.total)
        for scope in scopes:
            with scope._lock:
                scope.requests += 1

    def unpaid(self) -> None:
        """Of an answer that was kept only the request counts."""

    def count(self, request: Request, answer: Any) -> None:
        """Take an answer into account."""
        from typed_openai.prices.spent import spent_by

        tokens = _tokens_of(usage_of(answer))
        name = _field(answer, "id")
        spent = spent_by(answer, request.url, _asked(request), request.prices)
        if tokens is None and not isinstance(name, str) and not spent.amounts:
            return
        adds_up = _field(answer, "object") == "agent.session"
        model = spent.models[0] if spent.models else str(_field(_field(answer, "agent"), "model") or "")
        for scope in self._scopes():
            scope._add(request.url, name if isinstance(name, str) else "", model, tokens or Tokens(), spent, adds_up)

    def count_stream(self, machine: StreamMachine[Any]) -> None:
        """Take a stream that ended into account."""
        content = b"".join(machine.blocks)
        if b'"usage"' in content:
            told = _last_told(content)
            self.count(machine.request, machine.partial() if told is None else told)

    def _add(self, url: str, name: str, model: str, tokens: Tokens, spent: Spent, adds_up: bool) -> None:
        """Take the tokens of an object into account; what `adds_up` (a session) counts from where it was first seen."""
        with self._lock:
            if name and name in url.partition("?")[0].split("/"):
                before = self._made.get(name, tokens if adds_up else None)
                if before is None:
                    return
                change = tokens.plus(before, -1) if tokens.total_tokens > before.total_tokens else Tokens()
            else:
                before, change = Tokens(), tokens
            if name:
                self._made.pop(name, None)  # the one that was seen last stands last
                self._made[name] = before.plus(change)
                if len(self._made) > REMEMBERED:
                    del self._made[next(iter(self._made))]
            if spent.amounts and (change != Tokens() or tokens == Tokens()):
                self._ledger.add(spent if before == Tokens() else spent.only(*change[:2]))
            if change != Tokens():
                self._tokens = self._tokens.plus(change)
                self.by_model = {**self.by_model, model: self.by_model.get(model, Tokens()).plus(change)}

    def _scopes(self) -> list[UsageScope]:
        """This one and those around it."""
        found: list[UsageScope] = []
        scope: UsageScope | None = self
        while scope is not None:
            found.append(scope)
            scope = scope._around
        return found


REMEMBERED = 10_000
"""How many objects a scope knows as its own: those made or polled last."""


@contextmanager
def usage_scope(budget: int | None = None, *, budget_usd: float | Decimal | None = None) -> Generator[UsageScope]:
    """Count what is consumed inside, in tokens and in money; with a budget refuse the next request once it is used.

    `budget` is in tokens, `budget_usd` in US dollars. Raises `ConfigurationError` for one that is not such a number.
    Refused requests raise `BudgetExceededError`; with `budget_usd` also `UnknownPriceError`: no price is known.
    """
    scope = UsageScope(budget, _open(), budget_usd)
    OPEN.set(scope)
    try:
        yield scope
    finally:
        if OPEN.get() is scope:  # else a generator was finalized elsewhere: its context keeps the scope
            OPEN.set(scope._around)


def _open() -> UsageScope | None:
    """The innermost scope; who else may count stands outside of it and is not asked."""
    counter = OPEN.get()
    return counter if isinstance(counter, UsageScope) else None


def _last_told(stream: bytes) -> Any:
    """What the last event says that has a usage, found from the end: nothing else is read. None when none has."""
    at = len(stream)
    while (at := stream.rfind(b'"usage"', 0, at)) >= 0:
        start = stream.rfind(b"\n", 0, at) + 1
        end = stream.find(b"\n", at)
        line = stream[start : len(stream) if end < 0 else end]
        at = start
        try:
            event = from_json(line.removeprefix(b"data:"))
        except ValueError:
            continue  # an event of several lines, or one that was cut
        for told in (_field(event, "session"), event, _field(event, "response")):
            if _tokens_of(usage_of(told)) is not None:
                return told
    return None


def tokens_told(content: bytes) -> int | None:
    """How many tokens an answer (whole, or a stream) says that it took, all together; None where it says nothing."""
    if b'"usage"' not in content:
        return None
    try:
        told = from_json(content)
    except ValueError:
        told = _last_told(content)
    tokens = _tokens_of(usage_of(told))
    return None if tokens is None else tokens.total_tokens


def _field(owner: Any, name: str) -> Any:
    return owner.get(name) if isinstance(owner, dict) else getattr(owner, name, None)


def _tokens_of(usage: object) -> Tokens | None:
    """The numbers under either of their names; None where there are none."""
    read = _number(usage, "prompt_tokens", "input_tokens")
    made = _number(usage, "completion_tokens", "output_tokens")
    total = _number(usage, "total_tokens")
    if read is None and made is None and total is None:
        return None
    return Tokens(read or 0, made or 0, (read or 0) + (made or 0) if total is None else total)


def _number(usage: object, *names: str) -> int | None:
    found = (_field(usage, name) for name in names)
    return next((value for value in found if isinstance(value, int) and value >= 0), None)


def _asked(request: Request) -> object:
    """The model that a request names; None where it names none."""
    model = request.asked("model")
    if model is None and request.content:
        with suppress(ValueError):
            model = _field(from_json(request.content), "model")
    return model
