"""The price of one usage: by the prices of the server's own, else by the tables of genai-prices (extra `[prices]`).

Rules
* What is not known is an error that says so (`UnknownPriceError`), and never 0: a model, a server, a kind of usage.
* The server is told by the URL that was asked. Gateways before OpenAI's service have OpenAI's prices; any other server
  has those that genai-prices knows for it, or none. `provider=` names one whose prices are to be used instead.
* The model is the one that the answer names, else the one that was asked for; the service tier is that of the answer.
* Money is `Decimal`, in US dollars.

Weak spots: what is not in the usage has no price here (a search, a container, storage). The tables are as new as the
genai-prices that is installed.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from typed_openai.core.extras import needed
from typed_openai.errors import ConfigurationError, OpenAIError
from typed_openai.prices.spent import Prices, Spent, spent_by
from typed_openai.providers import OPENAI, capabilities_of

_MILLION = Decimal(1_000_000)
ANY_MODEL = "*"


class UnknownPriceError(OpenAIError, LookupError):
    """Nobody knows what something costs. `models`: which; `known`: what the rest costs (None where there is none)."""

    def __init__(self, message: str, models: Iterable[str] = (), known: Cost | None = None) -> None:
        super().__init__(message)
        self.models: tuple[str, ...] = tuple(models)
        self.known = known


@dataclass(frozen=True, slots=True)
class Cost:
    """What something costs, in US dollars: `total`, and `input` and `output`, where tokens are what is paid for."""

    total: Decimal
    input: Decimal = Decimal(0)
    output: Decimal = Decimal(0)
    model: str = ""
    """Whose price it is; `""` for a sum of several."""
    provider: str = ""
    """Whose price list; `own` for prices that were given."""

    @classmethod
    def nothing(cls) -> Cost:
        """What nothing costs; the beginning of a sum."""
        return cls(Decimal(0))

    def __add__(self, other: Cost) -> Cost:
        if not self.total and not self.model:
            return other
        same = self.model == other.model and self.provider == other.provider
        return Cost(
            self.total + other.total,
            self.input + other.input,
            self.output + other.output,
            self.model if same else "",
            self.provider if same else "",
        )

    def __float__(self) -> float:
        return float(self.total)

    def __str__(self) -> str:
        return dollars(self.total)

    def __repr__(self) -> str:
        who = f" for {self.model} at {self.provider}" if self.model else ""
        return f"Cost({self}{who})"


def dollars(amount: Decimal) -> str:
    """An amount as people read it: cents where there are some, else as many places as tell something."""
    return f"${amount:,.2f}" if amount >= 10 or amount == 0 else f"${amount:.6f}"


def cost_of(answer: Any, *, provider: str | None = None, model: str | None = None, usage: Any = None) -> Cost:
    """What an answer cost. `provider` names a price list of genai-prices (`openai`, `groq`, ...) in place of that of
    the server, `model` the model where the answer does not; `usage` stands for that of several answers.

    Raises `UnknownPriceError` where the answer says nothing about its usage, or nobody knows the price, and
    `ConfigurationError` where genai-prices is needed and not installed.
    """
    meta = answer.meta
    prices = meta.prices if provider is None else None
    return cost_of_spent(spent_by(answer, meta.url, model, prices, usage), provider)


def cost_of_spent(spent: Spent, provider: str | None = None) -> Cost:
    """What a usage costs; raises as `cost_of`."""
    if not spent.amounts:
        raise UnknownPriceError("the answer does not say what was consumed, so nobody knows its cost", spent.models)
    if not spent.models:
        raise UnknownPriceError("the answer does not name its model, so nobody knows its cost: cost(model=...) does")
    own = _own(spent)
    return own if own is not None else _listed(spent, provider)


def _own(spent: Spent) -> Cost | None:
    """The cost by prices of the server's own; None where they do not name the model."""
    prices: Prices = spent.prices or {}
    name = next((name for name in (*spent.models, ANY_MODEL) if name in prices), None)
    if name is None:
        return None
    read, made, *cached = (Decimal(str(price)) for price in checked(name, prices[name]))
    whole = Decimal(str(spent.amount("input_tokens")))
    from_cache = Decimal(str(spent.amount("cache_read_tokens")))
    for_input = ((whole - from_cache) * read + from_cache * (cached[0] if cached else read)) / _MILLION
    for_output = Decimal(str(spent.amount("output_tokens"))) * made / _MILLION
    return Cost(for_input + for_output, for_input, for_output, spent.models[0], "own")


def checked(name: str, price: Any) -> tuple[float, ...]:
    """A price that was given: two or three numbers, none below 0. Raises `ConfigurationError`."""
    fits = isinstance(price, tuple | list) and len(price) in (2, 3)
    if not fits or not all(isinstance(part, int | float | Decimal) and part >= 0 for part in price):
        hint = "dollars for a million tokens: (read, generated) or (read, generated, read from the cache)"
        raise ConfigurationError(f"prices[{name!r}]: {hint}, got {price!r}")
    return tuple(price)


def check_known(spent: Spent) -> None:
    """Raise `UnknownPriceError` where nobody knows what the model costs there, whatever it will consume."""
    if not any(name in (spent.prices or {}) for name in (*spent.models, ANY_MODEL)):
        kind, calc_price = _tables()
        usage, where = kind(input_tokens=1), _where(spent.url, None)
        for model in spent.models:
            with suppress(LookupError):
                calc_price(usage, model_ref=model, **where)
                return
        raise UnknownPriceError(_unknown(spent, None), spent.models[:1])


def _tables() -> tuple[Any, Any]:
    """`Usage` and `calc_price` of genai-prices; raises `ConfigurationError` where it is not installed."""
    tables = needed("genai_prices", "a price", "or give prices of your own: Provider(prices={model: (in, out)})")
    return tables.Usage, tables.calc_price


def _listed(spent: Spent, provider: str | None) -> Cost:
    """The cost by the tables of genai-prices."""
    kind, calc_price = _tables()
    where = _where(spent.url, provider)
    usage = kind(**dict(spent.amounts))
    options: dict[str, Any] = {"price_context": {"service_tier": spent.tier}} if spent.tier else {}
    if spent.at:
        options["genai_request_timestamp"] = datetime.fromtimestamp(spent.at, UTC)
    for model in spent.models:
        try:
            found = calc_price(usage, model_ref=model, **where, **options)
        except LookupError:
            continue
        except ValueError as error:
            raise UnknownPriceError(f"nobody knows what this usage of {model!r} costs: {error}", [model]) from error
        if found.total_price == 0 and any(amount for _, amount in spent.amounts) and str(found.model_price):
            units = ", ".join(unit for unit, amount in spent.amounts if amount)
            raise UnknownPriceError(f"{found.provider.id} has no price of {model!r} for {units}", [model])
        total, read, made = (Decimal(each) for each in (found.total_price, found.input_price, found.output_price))
        return Cost(total, read, made, found.model.id, found.provider.id)
    raise UnknownPriceError(_unknown(spent, provider), spent.models[:1])


def _where(url: str, provider: str | None) -> dict[str, str]:
    """Whose prices: as genai-prices wants to be told."""
    if provider is not None:
        return {"provider_id": provider}
    if capabilities_of(urlsplit(url).hostname or "") is OPENAI and "azure" not in url:
        return {"provider_id": "openai"}
    return {"provider_api_url": url}


def _unknown(spent: Spent, provider: str | None) -> str:
    host = urlsplit(spent.url).netloc or "a server that nobody names"
    at = provider or host
    hint = 'own prices: Provider(prices={model: (in, out)}); another list: cost(provider="openai")'
    return f"nobody knows what {spent.models[0]!r} costs at {at} ({hint})"
