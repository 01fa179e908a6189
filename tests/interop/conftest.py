"""The two servers, once per session, and a client of each colour for each test that asks for `steady` or `aimock`."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import ExitStack

import pytest

from tests.interop.colours import COLOURS, Session
from tests.interop.servers import AIMOCK, KEY, STEADY, CannotRunError, Recipe, Server, running


def _serve(recipe: Recipe, factory: pytest.TempPathFactory) -> Iterator[Server]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running(recipe, factory.mktemp(recipe.name)))
        except CannotRunError as reason:
            pytest.skip(str(reason))
        yield server


@pytest.fixture(scope="session")
def steady_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from _serve(STEADY, tmp_path_factory)


@pytest.fixture(scope="session")
def aimock_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from _serve(AIMOCK, tmp_path_factory)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the developer's key nor their proxy has a part in this."""
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_BASE_URL", "OPENAI_LOG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture(params=list(COLOURS))
def colour(request: pytest.FixtureRequest) -> str:
    """`sync` or `async`: every test runs with both clients."""
    name: str = request.param
    return name


@pytest.fixture
async def steady(colour: str, steady_server: Server) -> AsyncIterator[Session]:
    """A client of steady, which has no version in its paths; it is told to stream without pauses."""
    client = COLOURS[colour](
        base_url=steady_server.url,
        api_version=False,
        api_key=KEY,
        admin_api_key=KEY,
        default_headers={"X-Steady-Stream-Interval-Ms": "0"},
        timeout=10,
    )
    session = Session(steady_server, client, client.is_async)
    yield session
    await session.close()


@pytest.fixture
async def aimock(colour: str, aimock_server: Server) -> AsyncIterator[Session]:
    """A client of aimock, with a test id of its own: aimock counts and writes its journal by it."""
    mark = uuid.uuid4().hex
    client = COLOURS[colour](
        base_url=f"{aimock_server.url}/v1",
        api_key=KEY,
        admin_api_key=KEY,
        default_headers={"X-Test-Id": mark},
        timeout=10,
    )
    session = Session(aimock_server, client, client.is_async, mark)
    yield session
    await session.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure shows what the server printed."""
    report = yield
    if report.failed:
        for session in (value for value in item.funcargs.values() if isinstance(value, Session)):
            report.sections.append((f"the last words of {session.server.name}", session.server.last_words()))
    return report
