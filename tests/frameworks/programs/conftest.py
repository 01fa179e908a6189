"""The sides of each scenario: the clients of the official package, and the views of ours, on one local server.

A program that only calls its clients (`TAKES_CLIENTS = True` in its module) gets ours as they are on a third side.

With `FRAMEWORKS_REPORT=path` in the environment a run writes down how many scenarios passed on each side; the table of
the page is made of these files (`tools/frameworks_table.py`).
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel

from typed_openai import AsyncOpenAI, OpenAI, as_official
from typed_openai.local import LocalServer

SIDES = ("official", "ours", "client")
"""`ours` is the view, `client` our client itself."""
_counts: Counter[str] = Counter()


class Pair(NamedTuple):
    """One server and the clients of one side, of the official package's classes on both."""

    server: LocalServer
    side: str
    sync: Any
    awaited: Any

    def of(self, colour: str) -> Any:
        """The client of a colour."""
        return self.sync if colour == "sync" else self.awaited


class User(BaseModel):
    """A person."""

    name: str
    age: int


PICTURE = "data:image/png;base64,iVBORw0KGgo="
ADA = User(name="Ada", age=36)


def weather(city: str) -> str:
    """How the weather is.

    Args:
        city: where
    """
    return f"sunny in {city}"


def call(of: Any, name: str, colour: str, after: bool = False) -> Any:
    """The method of a colour: `invoke` or `ainvoke`, and where the mark stands `after`, `call` or `call_async`."""
    return getattr(of, name if colour == "sync" else f"{name}_async" if after else f"a{name}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each scenario the sides of its program."""
    if "side" in metafunc.fixturenames:
        takes_clients = getattr(metafunc.module, "TAKES_CLIENTS", False)
        metafunc.parametrize("side", SIDES if takes_clients else SIDES[:2])


@pytest.fixture
def pair(side: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    """The clients of a side. Clients that a program makes for itself find the server as well."""
    openai: Any = pytest.importorskip("openai")
    with LocalServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-program")
        settings: Any = {"base_url": server.base_url, "api_key": "sk-given"}
        if side == "official":
            yield Pair(server, side, openai.OpenAI(**settings), openai.AsyncOpenAI(**settings))
        else:
            seen: Callable[[Any], Any] = as_official if side == "ours" else _itself
            with OpenAI(**settings) as sync:
                yield Pair(server, side, seen(sync), seen(AsyncOpenAI(**settings)))
        asked = {"x-stainless-lang" in each.headers for each in server.requests}
        assert asked == {side == "official"}, "the program asked by another client than the one it was given"


def _itself(client: Any) -> Any:
    return client


@pytest.fixture(params=["sync", "async"])
def colour(request: pytest.FixtureRequest) -> str:
    """The colour of the client in use."""
    return str(request.param)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count a scenario once, by its side."""
    side = next((side for side in SIDES if f"[{side}" in report.nodeid or f"-{side}" in report.nodeid), None)
    if side is not None and (report.when == "call" or report.failed):
        _counts[f"{side} {report.outcome}"] += 1


def pytest_sessionfinish() -> None:
    """Write the counts where they are wanted."""
    target = os.environ.get("FRAMEWORKS_REPORT")
    if target:
        Path(target).write_text(json.dumps(_counts))
