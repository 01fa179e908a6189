"""How a job tells how far it is, and what came of it: rich, tqdm, a function, plain lines, a table, a page."""

from __future__ import annotations

import asyncio
import html.parser
import importlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

from tests.bulk.files import Echo, asked, bulk
from tests.bulk.killing import JOB, on_a_terminal
from tests.canned import Connect, failure
from typed_openai import ConfigurationError
from typed_openai.bulk import BulkProgress
from typed_openai.bulk.progress import clock
from typed_openai.local import LocalServer

tqdm: Any = importlib.import_module("tqdm").tqdm
NAMES = [f"q{number}" for number in range(5)]


async def test_a_function_is_told_of_every_line(connect: Connect, tmp_path: Path) -> None:
    seen: list[BulkProgress] = []
    given, out = asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl"
    await bulk(connect, Echo(qq1=failure(404)), given, out, progress=seen.append, concurrency=1)
    assert [each.done for each in seen] == [1, 2, 3, 4, 5]
    assert seen[-1][:6] == (5, 5, 4, 1, 0, 20)
    assert seen[-1].rate > 0
    assert seen[-1].eta == 0
    assert str(seen[-1]).startswith("5/5 done, 1 failed, 0 resumed, ")


async def test_an_async_function_is_awaited(tmp_path: Path) -> None:
    seen: list[int] = []

    async def tell(progress: BulkProgress) -> None:
        await asyncio.sleep(0)
        seen.append(progress.done)

    given = asked(tmp_path / "in.jsonl", *NAMES)
    await bulk(Connect(is_async=True), Echo(), given, tmp_path / "out.jsonl", progress=tell)
    assert seen == [1, 2, 3, 4, 5]
    with pytest.raises(ConfigurationError, match="is async"):
        await bulk(Connect(is_async=False), Echo(), given, tmp_path / "other.jsonl", progress=tell)


async def test_an_error_of_the_function_ends_the_job(connect: Connect, tmp_path: Path) -> None:
    def fail(progress: BulkProgress) -> None:
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        await bulk(connect, Echo(), asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl", progress=fail)


async def test_a_bar_of_tqdm_is_driven(connect: Connect, tmp_path: Path) -> None:
    said = io.StringIO()
    given, out = asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl"
    with tqdm(file=said, mininterval=0) as bar:
        await bulk(connect, Echo(qq1=failure(404)), given, out, progress=bar)
        assert (bar.n, bar.total) == (5, 5)
    assert "5/5" in said.getvalue()
    assert "1 failed" in said.getvalue()
    with tqdm(file=said) as bar:
        await bulk(connect, Echo(), given, out, progress=bar)
        assert bar.n == 5, "what was resumed is done"


async def test_without_a_terminal_there_are_plain_lines(
    connect: Connect, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await bulk(connect, Echo(), asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl", progress=True)
    told = capsys.readouterr()
    assert told.out == ""
    assert re.fullmatch(r"bulk: 5/5 done, 0 failed, 0 resumed, [\d.]+/s, [\d,]+ tokens/min, 0:00 left", _last(told.err))
    assert "\x1b" not in told.err


@pytest.mark.parametrize("stream", ["none", "full", "closed"])
def test_where_nobody_can_be_told_the_job_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream: str) -> None:
    given = asked(tmp_path / "in.jsonl", *NAMES)
    monkeypatch.setattr("sys.stderr", {"none": None, "full": _Full(), "closed": _closed()}[stream])
    client = Connect(is_async=False)(Echo())
    assert client.bulk(given, tmp_path / "out.jsonl", progress=True).answered == 5


class _Full(io.StringIO):
    def write(self, text: str, /) -> int:
        raise OSError(28, "No space left on device")


def _closed() -> io.StringIO:
    stream = io.StringIO()
    stream.close()
    return stream


def _last(text: str) -> str:
    return text.strip().splitlines()[-1]


def test_on_a_terminal_there_is_a_bar_and_the_cursor_is_back_afterwards(tmp_path: Path) -> None:
    given = asked(tmp_path / "in.jsonl", *NAMES)
    with LocalServer() as server:
        arguments = (given, tmp_path / "out.jsonl", "{'progress': True}")
        code, said = on_a_terminal(JOB, arguments, OPENAI_BASE_URL=server.base_url)
    assert code == 0
    assert "5/5 done" in said
    assert said.rindex("\x1b[?25h") > said.index("\x1b[?25l"), "hidden while the bar is drawn, and there afterwards"


@pytest.mark.parametrize(("seconds", "shown"), [(0.4, "0:00"), (61, "1:01"), (3600, "1:00:00"), (36061, "10:01:01")])
def test_times_are_shown_as_clocks_show_them(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


class Page(html.parser.HTMLParser):
    """What stands in a page: its tags, what they refer to, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.references: list[str | None] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.references += [value for name, value in attrs if name in ("src", "href", "action")]
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


async def test_the_report_is_a_page_that_needs_nothing_else(connect: Connect, tmp_path: Path) -> None:
    given = asked(tmp_path / "in.jsonl", *NAMES)
    wire = Echo(qq1=failure(400, message="<script>alert(1)</script>", code="bad<b>"))
    await bulk(connect, wire, given, tmp_path / "out.jsonl", report=tmp_path / "report.html")
    content = (tmp_path / "report.html").read_text()
    page = Page(content)
    assert page.open == []
    assert page.references == []
    assert "url(" not in content
    assert "script" not in page.seen
    assert page.seen.count("svg") == 4
    for told in ("answered", "How long answers took", "m: in", "bad<b>", "<script>alert(1)</script>"):
        assert told in page.text


async def test_a_report_that_cannot_be_written_is_said_and_the_answers_are_there(
    connect: Connect, tmp_path: Path
) -> None:
    given, out = asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl"
    with pytest.raises(ConfigurationError, match="report: "):
        await bulk(connect, Echo(), given, out, report=tmp_path)
    assert out.read_text().count("\n") == 5


async def test_a_report_reads_as_a_table(connect: Connect, tmp_path: Path) -> None:
    given = asked(tmp_path / "in.jsonl", *NAMES)
    report = await bulk(connect, Echo(qq1=failure(404, message="gone")), given, tmp_path / "out.jsonl")
    assert str(report).splitlines()[:5] == [
        "answered   4",
        "failed     1",
        "resumed    0",
        "tokens     20 (12 in, 8 out)",
        "cost       unknown",
    ]
    assert "1 x some_error: 404 from POST" in str(report)
