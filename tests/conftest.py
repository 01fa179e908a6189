"""Every test starts from nothing: no `OPENAI_*` variable, no key of any server, nothing configured, the package's
logger as imported.

Property tests draw the same examples in each run, so that what passed here passes everywhere; `make soak` draws others.

`connect` opens a client of either colour on a `Wire`; a test that uses it runs for both.
"""

from __future__ import annotations

import gc
import logging
import os
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.canned import AzureConnect, Connect
from typed_openai.core import known_secrets
from typed_openai.core.answer import response
from typed_openai.settings import config

PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")

# How long an example takes says nothing on a machine that does other things as well.
busy = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", parent=busy, derandomize=True, database=None)
settings.register_profile("search", parent=busy, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


class Heap:
    """What stays for good (modules, tests, the trees that mypy keeps) is taken out of what is searched for garbage once
    a search took long: tests that collect garbage to see what is closed then take milliseconds, not seconds."""

    LONG = 0.1
    """Seconds."""

    def __init__(self) -> None:
        self.began = 0.0
        self.is_large = True

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        """The garbage collector begins, or has ended."""
        if phase == "start":
            self.began = time.perf_counter()
        elif info["generation"] == 2 and time.perf_counter() - self.began > self.LONG:
            self.is_large = True

    def settle(self) -> None:
        """Between two tests."""
        if self.is_large:
            gc.collect()
            gc.freeze()
            self.is_large = False


_heap = Heap()
gc.callbacks.append(_heap)


def pytest_runtest_setup() -> None:
    _heap.settle()


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No settings from outside, and none left behind."""
    for name in list(os.environ):
        of_a_server = name.startswith(("OPENAI_", "AZURE_OPENAI_")) or name.endswith("_API_KEY")
        if of_a_server or name.upper() in PROXY_VARIABLES:
            monkeypatch.delenv(name)
    monkeypatch.setattr(config, "_configured", {})
    monkeypatch.setattr(response, "_seen", set())
    known_secrets.forget_all()
    logger = logging.getLogger("typed_openai")
    level, handlers, propagate = logger.level, list(logger.handlers), logger.propagate
    yield
    logger.setLevel(level)
    logger.handlers[:] = handlers
    logger.propagate = propagate


@pytest.fixture(params=["sync", "async"])
def connect(request: pytest.FixtureRequest) -> Connect:
    """Makes clients of one colour, on the connections that they make themselves."""
    return Connect(is_async=request.param == "async")


@pytest.fixture
def sleeps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits, in order; a clock that jumps over them."""
    found: list[float] = []
    now = time.monotonic

    def sleep(seconds: float) -> None:
        found.append(seconds)

    async def sleep_async(seconds: float) -> None:
        sleep(seconds)

    monkeypatch.setattr("time.monotonic", lambda: now() + sum(found))
    monkeypatch.setattr("time.sleep", sleep)
    monkeypatch.setattr("asyncio.sleep", sleep_async)
    return found


@pytest.fixture(params=["sync", "async"])
def azure(request: pytest.FixtureRequest) -> AzureConnect:
    """Makes clients of Azure of one colour, on the connections that they make themselves."""
    return AzureConnect(is_async=request.param == "async")


class Clock:
    """The clock of deadlines, which a test may put forward."""

    def __init__(self) -> None:
        self.skipped = 0.0

    def skip(self, seconds: float) -> None:
        self.skipped += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """`time.monotonic` with leaps: time passes without anybody waiting for it."""
    clock, real = Clock(), time.monotonic
    monkeypatch.setattr("time.monotonic", lambda: real() + clock.skipped)
    return clock
