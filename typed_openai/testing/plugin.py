"""The pytest plugin: fixtures, markers, options, and a line at the end of the run.

It imports nothing of the package until a test asks for a fixture or has one of the markers.

    def test_it_greets(openai_server, openai_client):
        openai_server.answer("Good day")
        assert openai_client.responses.create(model="gpt-4o", input="hi").output_text == "Good day"

| marker | |
| --- | --- |
| `openai_answer("Good day", when="hi")` | what the server says, as in `server.answer` |
| `openai_fault(status=429, times=2)` | what goes wrong with the next requests, as in `Fault` |
| `openai_cassette("name", timing=False)` | answers recorded once (`--openai-record`) and replayed |
| `openai_allow_hosts("example.com")` | hosts that may be asked beside this machine |

Rules: a marker brings `openai_server` with it; several hold in the order in which they are read, from those of the
module to those of the test. `OPENAI_BASE_URL` and `OPENAI_API_KEY` point at the server for the time of the test, in the
environment of this process and of those it starts. A test that failed records nothing. Hooks are
written as pytest 7 knows them too: a plugin is loaded by whichever pytest there is.
"""

from __future__ import annotations

import inspect
import os
import re
from argparse import ArgumentTypeError
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:
    from typed_openai import AsyncOpenAI, OpenAI
    from typed_openai.local import Consumed, LocalServer
    from typed_openai.testing.blocking import Guard
    from typed_openai.testing.tapes import Tape

T = TypeVar("T")
KEY = "sk-local"
RECORDED_FROM = ("OPENAI_BASE_URL", "OPENAI_API_KEY")
MARKERS = {
    "openai_answer": "(*answers, **options): what the local server says, as in server.answer",
    "openai_fault": "(times=1, **fault): what goes wrong with the next requests, as in typed_openai.local.Fault",
    "openai_cassette": "(name=None, timing=True): answers recorded once (--openai-record) and replayed",
    "openai_allow_hosts": "(*hosts): hosts that may be asked beside this machine",
}


@dataclass
class Counts:
    """What the tests of a run asked, as plain data that may travel between processes."""

    asked: Counter[str] = field(default_factory=Counter[str])
    blocked: Counter[str] = field(default_factory=Counter[str])
    recorded: Counter[str] = field(default_factory=Counter[str])
    """How many requests were recorded from which host."""

    def add(self, consumed: Consumed, played: int = 0) -> None:
        """Count what one server answered."""
        self.asked.update(
            requests=consumed.requests,
            inputs=consumed.input_tokens,
            outputs=consumed.output_tokens,
            played=played,
        )

    def line(self) -> str:
        """All of it in one line, "" when there is nothing."""
        asked = self.asked
        requests, inputs, outputs = asked["requests"], asked["inputs"], asked["outputs"]
        told = [f"{requests} request{'s' * (requests != 1)}"] if requests else []
        told += [f"{inputs + outputs} tokens ({inputs} in, {outputs} out)"] if requests else []
        told += [f"{asked['played']} replayed"] if asked["played"] else []
        told += [f"{count} recorded from {host}" for host, count in sorted(self.recorded.items()) if count]
        blocked = ", ".join(f"{host} ({count})" for host, count in sorted(self.blocked.items()))
        told += [f"blocked: {blocked}"] if blocked else []
        return f"openai: {', '.join(told)}" if told else ""


COUNTS = pytest.StashKey[Counts]()
FAILED = pytest.StashKey[bool]()
RECORDED = pytest.StashKey[set[Path]]()
"""The cassettes that this run recorded: what another test records into one of them is added."""
ENVIRONMENT = pytest.StashKey[dict[str, str]]()
"""What the environment says when the run begins: fixtures of the tests may clear it."""


# --- options, markers, the line at the end ---------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the command line."""
    group = parser.getgroup("openai", "typed_openai")
    group.addoption(
        "--openai-record",
        nargs="?",
        const="missing",
        type=partial(_choice, "--openai-record", ("missing", "all")),
        help="record the cassettes of @pytest.mark.openai_cassette that are missing (default), or all, from where "
        "OPENAI_BASE_URL and OPENAI_API_KEY point",
    )
    group.addoption(
        "--openai-block",
        nargs="?",
        const="all",
        default="fixtures",
        type=partial(_choice, "--openai-block", ("all", "fixtures", "none")),
        help="which tests may ask this machine only: those that use the fixtures or markers (default), all, or none",
    )


def _choice(option: str, values: tuple[str, ...], given: str) -> str:
    """The value of an option that may stand alone; what stands behind it is taken for its value."""
    if given not in values:
        ways = " or ".join(f"{option}={value}" for value in values)
        told = f"{given!r} is none of them; tests that are named stand before {option}, or write {ways}"
        raise ArgumentTypeError(told)
    return given


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    config.stash[COUNTS] = Counts()
    recorded: set[Path] = set()
    config.stash[RECORDED] = recorded
    config.stash[ENVIRONMENT] = {name: os.environ[name] for name in RECORDED_FROM if name in os.environ}
    for name, about in MARKERS.items():
        config.addinivalue_line("markers", f"{name}{about}")


def pytest_itemcollected(item: pytest.Item) -> None:
    """A marker brings the server with it: after fixtures that every test has, which may clear the environment, and
    before what the test itself uses."""
    names: list[str] | None = getattr(item, "fixturenames", None)
    if names is None or "openai_server" in names or not any(item.get_closest_marker(name) for name in MARKERS):
        return
    own = inspect.signature(item.function).parameters if isinstance(item, pytest.Function) else ()
    scopes = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    first = next((name for name in names if name in own and scopes[name][-1].scope == "function"), None)
    names.insert(len(names) if first is None else names.index(first), "openai_server")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """With `--openai-block` every test asks this machine only, what it sets up and tears down as well."""
    everywhere = item.config.getoption("--openai-block") == "all"
    with _guarded(item, item.config) if everywhere else nullcontext():
        yield


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any]:
    """Remember whether a test failed."""
    outcome = yield
    if outcome.get_result().failed:
        item.stash[FAILED] = True


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist hands over what its tests asked."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        counts = session.config.stash[COUNTS]
        output["typed_openai"] = [dict(each) for each in (counts.asked, counts.blocked, counts.recorded)]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add what the tests of a worker asked."""
    counts = node.config.stash[COUNTS]
    told = getattr(node, "workeroutput", {}).get("typed_openai", ({}, {}, {}))
    for counter, more in zip((counts.asked, counts.blocked, counts.recorded), told, strict=True):
        counter.update(more)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Requests and tokens in one line, when there were any."""
    if line := terminalreporter.config.stash[COUNTS].line():
        terminalreporter.write_line(line)


# --- fixtures --------------------------------------------------------------------------------------------------------


@pytest.fixture
def openai_server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    """A local server for this test. Any client of any library that is made without a base URL asks it."""
    item, config = request.node, request.config
    tape = _tape(item)
    blocks = config.getoption("--openai-block") != "none"
    with _guarded(item, config) if blocks else nullcontext() as guard:
        if guard is not None and tape is not None and tape.asks_host:
            guard.allow(tape.asks_host)
        for server in _served(item, tape):
            for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE"):
                monkeypatch.setenv(name, server.base_url)
            for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
                monkeypatch.setenv(name, KEY)
            for name in ("NO_PROXY", "no_proxy"):
                monkeypatch.setenv(name, ",".join(filter(None, ("127.0.0.1,localhost", os.environ.get(name)))))
            yield server


@pytest.fixture
def openai_client(openai_server: LocalServer) -> Iterator[OpenAI]:
    """A client of the local server of this test."""
    from typed_openai import OpenAI

    with OpenAI(base_url=openai_server.base_url, api_key=KEY, admin_api_key=KEY) as client:
        yield client


@pytest.fixture
def async_openai_client(openai_server: LocalServer) -> AsyncOpenAI:
    """An async client of the local server of this test, for any plugin that runs async tests."""
    from typed_openai import AsyncOpenAI

    return AsyncOpenAI(base_url=openai_server.base_url, api_key=KEY, admin_api_key=KEY)


# --- what a test has -------------------------------------------------------------------------------------------------


def _marked(item: pytest.Item, name: str) -> list[pytest.Mark]:
    """The markers of a name, from those of the module to the last of the test, as they are read."""
    return list(item.iter_markers(name))[::-1]


@contextmanager
def _guarded(item: pytest.Item, config: pytest.Config) -> Generator[Guard]:
    from typed_openai.testing.blocking import Guard

    guard = Guard()
    for mark in _marked(item, "openai_allow_hosts"):
        _ordered(item, mark, guard.allow)
    try:
        with guard:
            yield guard
    finally:
        config.stash[COUNTS].blocked.update(guard.blocked)


def _tape(item: pytest.Item) -> Tape | None:
    mark = item.get_closest_marker("openai_cassette")
    if mark is None:
        return None
    from typed_openai.testing.tapes import Tape

    name, timing = _ordered(item, mark, _wanted)
    path, wanted = _cassette(item, name), item.config.getoption("--openai-record")
    environment = item.config.stash[ENVIRONMENT]
    more = path in item.config.stash[RECORDED]
    record = wanted == "all" or (wanted == "missing" and (more or not path.exists()))
    if record and hasattr(item.config, "workerinput") and (others := _sharing(item, path)):
        pytest.fail(f"{path} is shared with {', '.join(others)}: record it without -n", pytrace=False)
    with _without_traceback():
        return Tape(path, record, timing, environment, more)


def _sharing(item: pytest.Item, path: Path) -> list[str]:
    """The other tests with the same cassette, which another worker may record at the same time."""
    marked = [(other, other.get_closest_marker("openai_cassette")) for other in item.session.items if other is not item]
    named = [(other, mark.args or tuple(mark.kwargs.values())) for other, mark in marked if mark is not None]
    return [other.nodeid for other, names in named if names and _cassette(other, str(names[0])) == path]


def _wanted(name: str | None = None, *, timing: bool = True) -> tuple[str | None, bool]:
    """What the marker `openai_cassette` may say. Raises `TypeError` for anything else."""
    given: object = name
    if given is not None and (not isinstance(given, str) or not given.strip()):
        raise TypeError(f"the name of a cassette is a text, not {name!r}")
    switch: object = timing
    if not isinstance(switch, bool):
        raise TypeError(f"timing is True or False, not {timing!r}")
    return name, timing


def _cassette(item: pytest.Item, name: str | None) -> Path:
    """Where the cassette of a test lies: `cassettes/FILE/TEST.jsonl` beside its file, or what the marker names."""
    folder = item.path.parent / "cassettes"
    if name is not None:
        return folder / (name if name.endswith(".jsonl") else f"{name}.jsonl")
    within = ".".join(part for part in item.nodeid.split("::")[1:])
    return folder / item.path.stem / f"{re.sub(r'[^A-Za-z0-9_.=-]+', '-', within).strip('-')}.jsonl"


def _served(item: pytest.Item, tape: Tape | None) -> Iterator[LocalServer]:
    from typed_openai.local import LocalServer

    counts = item.config.stash[COUNTS]
    if tape is None:
        with LocalServer() as server:
            _prepare(server, item)
            yield server
        counts.add(server.consumed)
        return
    try:
        with _without_traceback(), tape:
            _prepare(tape.server, item)
            yield tape.server
            tape.keep = not item.stash.get(FAILED, False)
        if tape.asks_host and tape.keep:
            item.config.stash[RECORDED].add(tape.path)
    finally:
        counts.add(tape.consumed, tape.played)
        if tape.asks_host:
            counts.recorded[tape.asks_host] += tape.recorded


@contextmanager
def _without_traceback() -> Generator[None]:
    """Within this block what is wrong with a cassette fails the test in its own words alone."""
    from typed_openai.errors import OpenAIError

    problem = ""
    try:
        yield
    except OpenAIError as failure:
        problem = str(failure)
    if problem:
        pytest.fail(problem, pytrace=False)


def _prepare(server: LocalServer, item: pytest.Item) -> None:
    """Let the server say and spoil what the markers order."""
    from typed_openai.local import Fault

    def spoil(fault: object = None, *, times: int = 1, **wanted: Any) -> None:
        if wanted and fault is not None:
            raise TypeError(f"a Fault or what makes one, not both: {fault!r}, {', '.join(wanted)}")
        server.fail_next(Fault(**wanted) if fault is None else fault, times)  # type: ignore[arg-type]  # refused there

    for mark in _marked(item, "openai_answer"):
        _ordered(item, mark, server.answer)
    for mark in _marked(item, "openai_fault"):
        _ordered(item, mark, spoil)


def _ordered(item: pytest.Item, mark: pytest.Mark, order: Callable[..., T]) -> T:
    """Do what a marker says; what it says wrong fails the test in one line."""
    problem = ""
    try:
        return order(*mark.args, **mark.kwargs)
    except (TypeError, ValueError) as fault:
        problem = f"@pytest.mark.{mark.name} of {item.nodeid}: {fault}"
    pytest.fail(problem, pytrace=False)
