"""The options of `client.bulk`: names, types, meaning, and what is refused before anything is read or sent."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict, get_args

from typed_openai.core.request.faults import refuse_unknown, shown
from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    from typed_openai.bulk.lanes import Clients
    from typed_openai.bulk.progress import ProgressLike
    from typed_openai.bulk.report import Price
    from typed_openai.bulk.template import Template
    from typed_openai.core.run.waiting import Waiting

Engine: TypeAlias = Literal["map", "batch", "ray"]
BulkSource: TypeAlias = "str | os.PathLike[str] | Iterable[Any] | AsyncIterable[Any]"
"""A path (.jsonl, .csv, .tsv, .parquet), an iterable of params objects, lines or rows, or a table of Arrow, pandas or
polars."""
ENGINES: tuple[Engine, ...] = get_args(Engine)


class BulkOptions(TypedDict, total=False):
    """How `client.bulk` goes about it."""

    engine: Engine
    """Who asks: `"map"` (the default) this process, `"batch"` the Batch service, `"ray"` the workers of a cluster."""
    concurrency: int
    """How many requests run at once, of each worker; 64 unless given. The Batch service decides that by itself."""
    template: Template
    """What makes a request of a row: parameters with `{column}` in their texts, or a function of the row."""
    url: str
    """The endpoint that a template, or parameters as a mapping, are for; by default what they tell by themselves."""
    id_column: str
    """The column that names rows (`custom_id`); by default a column of that name, else their number."""
    progress: bool | ProgressLike
    """`True`: told on stderr, by rich where it is installed. Or a `tqdm` bar, or a function of `BulkProgress`."""
    report: str | os.PathLike[str]
    """Where the report goes as an HTML page."""
    rpm: float
    """Requests a minute, at most, of each client (and of all Ray workers together)."""
    tpm: float
    """Tokens a minute, at most, likewise."""
    budget: int
    """Tokens that this run may take, all workers together; then it stops, and the next one goes on."""
    budget_usd: Decimal | float | str
    """The same in US dollars; needs prices."""
    price: Price
    """What an answer cost in US dollars, None where nobody knows: a function of the typed answer."""
    clients: Clients
    """Clients that share the job in place of this one: a list, or a mapping to weights."""
    workers: int
    """Ray: how many workers; by default one for each CPU of the cluster."""
    address: str
    """Ray: the cluster; by default one that is there, else one on this machine."""
    enqueued_tokens: int
    """Batch: how many tokens may be enqueued at once, by the limit of your organization; by default no limit."""
    wait: Waiting
    """Batch: how to wait for the service."""


_OF_ENGINES: Mapping[str, tuple[Engine, ...]] = {
    "concurrency": ("map", "ray"),
    "rpm": ("map", "ray"),
    "tpm": ("map", "ray"),
    "budget": ("map", "ray"),
    "budget_usd": ("map", "ray"),
    "clients": ("map",),
    "workers": ("ray",),
    "address": ("ray",),
    "enqueued_tokens": ("batch",),
    "wait": ("batch",),
}
"""The options that only some engines can heed."""


def checked(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that were given. Raises `RequestValidationError` for a name, `ConfigurationError` for a value that
    makes no sense."""
    refuse_unknown("client.bulk", options, [*BulkOptions.__annotations__])
    given = {name: value for name, value in options.items() if value is not None}
    engine = given.setdefault("engine", "map")
    if engine not in ENGINES:
        raise ConfigurationError(f"engine: one of {', '.join(map(repr, ENGINES))}, got {shown(engine)}")
    for name in given:
        engines = _OF_ENGINES.get(name, ENGINES)
        if engine not in engines:
            kind = " or ".join(f'engine="{each}"' for each in engines)
            raise ConfigurationError(f"{name}: an option of {kind}, got engine={engine!r}")
    given.setdefault("concurrency", 64)
    for name in ("concurrency", "budget", "workers", "enqueued_tokens"):
        value = given.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ConfigurationError(f"{name}: a whole number, 1 or more, got {shown(value)}")
    for name in ("rpm", "tpm"):
        value = given.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
            raise ConfigurationError(f"{name}: a number above 0, a minute, got {shown(value)}")
    if "budget_usd" in given:
        given["budget_usd"] = _amount(given["budget_usd"])
    return given


def _amount(value: object) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal("NaN")
    if isinstance(value, bool) or not amount.is_finite() or amount <= 0:
        raise ConfigurationError(f"budget_usd: an amount of US dollars above 0, got {shown(value)}")
    return amount
