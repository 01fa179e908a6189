"""What is in a JSONL file: its faults (`typed_openai/bulk/jsonl.py`), its tokens, and what asking them costs at least.

The price is that of OpenAI's list for what is read; what is written comes on top, and the Batch service takes half.
Tokens are estimated (`estimate_tokens`), exactly where tiktoken is installed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from typed_openai.bulk.jsonl import LineFault, check_jsonl
from typed_openai.errors import ConfigurationError
from typed_openai.prices.cost import UnknownPriceError, cost_of_spent
from typed_openai.prices.spent import Spent
from typed_openai.tokens.estimate import estimate_tokens

if TYPE_CHECKING:
    from typed_openai.cli.values import Typed
    from typed_openai.prices import Cost

_SERVICE = "https://api.openai.com/v1"


@dataclass
class Report:
    """What is known of one file."""

    name: str
    purpose: str
    faults: list[LineFault]
    requests: int = 0
    tokens: Counter[str] = field(default_factory=Counter[str])
    """By model; `""` where a line names none."""

    def data(self) -> dict[str, Any]:
        """As JSON data."""
        cost, unknown = self.cost()
        faults = [{"line": each.line, "path": each.path, "message": str(each)} for each in self.faults]
        return {
            "file": self.name,
            "purpose": self.purpose,
            "lines": self.requests,
            "faults": faults,
            "tokens": sum(self.tokens.values()),
            "cost_usd": None if cost is None else float(cost),
            "unknown_prices": unknown,
        }

    def lines(self) -> Iterator[str]:
        """For people: every fault, then the sum."""
        yield from (
            f"{self.name}:{fault.line}: {str(fault).removeprefix(f'line {fault.line}, ')}" for fault in self.faults
        )
        count = f"{len(self.faults)} fault{'' if len(self.faults) == 1 else 's'}" if self.faults else "no faults"
        yield f"{self.name}: {self.requests:,} lines for {self.purpose}, {count}"
        if self.tokens:
            cost, unknown = self.cost()
            money = "" if cost is None else f", {cost} at least"
            names = ", ".join(unknown)
            yield f"{self.name}: about {sum(self.tokens.values()):,} tokens to read{money}" + (
                f"; nobody knows the price of {names}" if unknown else ""
            )

    def cost(self) -> tuple[Cost | None, list[str]]:
        """What reading it costs, None where nothing of it is known; the models whose price is not."""
        total: Cost | None = None
        unknown: list[str] = []
        for model, tokens in self.tokens.items():
            try:
                cost = cost_of_spent(Spent((model,) if model else (), _SERVICE, (("input_tokens", tokens),)))
            except (UnknownPriceError, ConfigurationError):
                unknown.append(model or "lines without a model")
            else:
                total = cost if total is None else total + cost
        return total, unknown


def read(name: str, stdin: Typed) -> bytes:
    """The content of a file, `-` for standard input; raises a usage error where it cannot be read."""
    if name == "-":
        return stdin.content("FILE")
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise click.BadParameter(f"cannot read {name!r}: {error.strerror}") from None


def checked(name: str, content: bytes, purpose: str) -> Report:
    """Everything about one file."""
    found = _purpose(content) if purpose == "auto" else purpose
    report = Report(name, found, check_jsonl(content, found))
    for line in content.splitlines():
        if line.strip():
            report.requests += 1
            _count(report, line)
    return report


def _purpose(content: bytes) -> str:
    """What the lines are for, by the first of them."""
    first = next((line for line in content.splitlines() if line.strip()), b"")
    names = _object(first)
    if "custom_id" in names or "body" in names:
        return "batch"
    return "evals" if "item" in names else "fine-tune"


def _object(line: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _count(report: Report, line: bytes) -> None:
    """Add what a line has to read; a faulty one has nothing."""
    found = _object(line)
    asked = found.get("body") if report.purpose == "batch" else found
    if isinstance(asked, dict) and {"messages", "input", "prompt"} & set(asked):
        model = asked.get("model")
        report.tokens[model if isinstance(model, str) else ""] += int(estimate_tokens(asked))
