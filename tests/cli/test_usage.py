"""`typed-openai usage`: bars for people, JSON for programs, pictures in files, and who is asked with which key."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import KEY, Run
from tests.cli.screen import Screen
from typed_openai import OpenAI
from typed_openai.cli.bars import COUNTED, MOST_PARTS, Chart
from typed_openai.cli.commands.usage import KINDS
from typed_openai.cli.plots import drawn
from typed_openai.local import LocalServer

ADMIN = "sk-admin-0123456789"
SPAN = ("--since", "2025-06-14", "--until", "2025-06-16")
"""Days around the clock of the local server."""


@pytest.fixture(autouse=True)
def used(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Something was used: three chats, one of them in a project with a name that a page would obey."""
    monkeypatch.setenv("OPENAI_ADMIN_KEY", ADMIN)
    with OpenAI(base_url=server.base_url, api_key=KEY) as client:
        project = client.admin.organization.projects.create(name="Atlas <b>&")
        for model, within in (("gpt-5", None), ("gpt-5-mini", None), ("gpt-5", project.id)):
            asked: Any = {"model": model, "messages": [{"role": "user", "content": "Hello!"}]}
            client.with_options(project=within).chat.completions.create(**asked)
        yield


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_pipe_gets_a_row_in_json_for_each_day_with_something(run: Run, server: LocalServer) -> None:
    (row,) = rows(run("usage", *SPAN).stdout)
    assert (row["day"], row["currency"]) == ("2025-06-15", "usd")
    assert row["amount"] > 0
    asked = server.requests[-1]
    assert asked.path == "/v1/organization/costs"
    assert asked.query == {"start_time": ["1749859200"], "end_time": ["1750118400"], "limit": ["3"]}


@pytest.mark.parametrize(("name", "member"), [("line-item", "line_item"), ("project", "project_id")])
def test_costs_are_told_apart_by_what_is_named(run: Run, name: str, member: str) -> None:
    found = rows(run("usage", *SPAN, "--by", name).stdout)
    assert len(found) == len({row[member] for row in found}) > 1
    days = rows(run("usage", *SPAN, "--by", "day", "--by", name).stdout)
    assert [(row["day"], row[member]) for row in days] == [("2025-06-15", row[member]) for row in found]
    assert json.loads(run("usage", *SPAN, "--by", "month", "--format", "json").stdout)[0]["month"] == "2025-06"


def test_each_kind_of_usage_can_be_asked_for(run: Run) -> None:
    assert {kind.replace("-", " ") for kind in KINDS} == set(COUNTED)
    for kind in KINDS:
        assert run("usage", kind, *SPAN).exit_code == 0
    found = rows(run("usage", "completions", *SPAN, "--by", "model").stdout)
    assert [(row["model"], row["num_model_requests"]) for row in found] == [("gpt-5", 2), ("gpt-5-mini", 1)]


def test_more_days_than_fit_on_a_page_are_all_asked_for(run: Run, server: LocalServer) -> None:
    span = ("--since", "2025-03-01", "--until", "2025-06-16")
    assert len(rows(run("usage", "completions", *span).stdout)) == 1
    pages = [request for request in server.requests if request.path.endswith("/usage/completions")]
    assert [request.query["limit"] for request in pages] == [["31"]] * 4


def test_the_key_is_that_of_the_administrator_and_a_missing_one_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LocalServer(api_key=KEY, admin_api_key=ADMIN) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        assert run("usage").exit_code == 0
        monkeypatch.setenv("OPENAI_ADMIN_KEY", KEY)
        assert run("usage").exit_code == 4
    monkeypatch.setenv("OPENAI_BASE_URL", "https://api.openai.com")
    monkeypatch.delenv("OPENAI_ADMIN_KEY")
    result = run("usage")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "OPENAI_ADMIN_KEY" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--by", "model"], 3, "'line_item'"),
        (["--by", "moon"], 3, "group_by"),
        (["--since", "2025-06-02", "--until", "2025-06-01"], 2, "--since 2025-06-02 is after --until 2025-06-01"),
        (["--since", "June"], 2, "--since"),
        (["--days", "0"], 2, "--days"),
        (["--days", "99999999999"], 2, "no calendar has such days"),
        (["--until", "0001-01-02"], 2, "no calendar has such days"),
        (["--until", "9999-12-31"], 2, "no calendar has such days"),
        (["dreams"], 2, "dreams"),
        (["--plot", "costs.gif"], 2, r"ends in .svg, .html or .png, got 'costs.gif'"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_asked(
    run: Run, server: LocalServer, arguments: list[str], code: int, words: str
) -> None:
    before = len(server.requests)
    result = run("usage", *arguments)
    assert result.exit_code == code, result.stderr
    assert words in result.stderr
    assert len(server.requests) == before


# -- for people -------------------------------------------------------------------------------------------------------


def test_a_terminal_shows_a_bar_for_each_day_and_what_it_comes_to() -> None:
    with Screen("usage", *SPAN) as screen:
        screen.end()
        assert screen.code == 0
    lines = screen.words.splitlines()
    assert re.match(r"Costs, 2025-06-14 to 2025-06-16: \$\d+\.\d\d$", lines[0].strip())
    bars = {line.split()[0]: line for line in lines[1:] if line.strip()}
    assert ["█" in bars[f"2025-06-{day}"] for day in (14, 15, 16)] == [False, True, False]
    assert bars["2025-06-14"].rstrip().endswith("$0.00")


def test_a_terminal_calls_projects_by_their_names() -> None:
    with Screen("usage", "completions", *SPAN, "--by", "project") as screen:
        screen.end()
    assert re.search(r"^Atlas <b>& █+ +\d+ tokens", screen.words, re.MULTILINE)


# -- pictures ---------------------------------------------------------------------------------------------------------


def test_a_picture_has_a_bar_for_each_day_and_says_what_its_colours_say(run: Run) -> None:
    result = run("usage", *SPAN, "--by", "day", "--by", "project", "--plot", "costs.svg")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "Saved costs.svg\n")
    root = ElementTree.parse("costs.svg").getroot()  # noqa: S314 - our own
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"2025-06-14", "2025-06-15", "2025-06-16", "proj_local", "Atlas <b>&"} <= set(texts)
    told = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}title")]
    assert [text for text in told if text.startswith("2025-06-15, Atlas <b>&: $")]
    widths = [float(element.get("width", "")) for element in root.iter("{http://www.w3.org/2000/svg}rect")]
    assert len([width for width in widths if width > 20]) == 2


def test_a_page_has_the_picture_and_the_numbers_and_obeys_no_name(run: Run) -> None:
    assert run("usage", *SPAN, "--by", "project", "--plot", "costs.html").exit_code == 0
    page = Path("costs.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "<svg" in page
    assert "<td>Atlas &lt;b&gt;&amp;<td" in page
    assert "<b>" not in page


def test_a_png_is_the_same_picture(run: Run) -> None:
    assert run("usage", "completions", *SPAN, "--by", "model", "--plot", "tokens.PNG").exit_code == 0
    assert Path("tokens.PNG").read_bytes().startswith(b"\x89PNG\r\n")


def test_without_the_library_a_png_names_the_extra_and_asks_nothing(
    run: Run, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    before = len(server.requests)
    result = run("usage", "--plot", "costs.png")
    assert (result.exit_code, len(server.requests)) == (2, before)
    assert 'pip install "typed-openai[plots]"' in result.stderr
    assert run("usage", *SPAN, "--plot", "costs.svg").exit_code == 0


def test_a_picture_of_nothing_is_a_picture(run: Run) -> None:
    assert run("usage", "images", *SPAN, "--by", "model", "--plot", "nothing.svg").exit_code == 0
    assert "Images, 2025-06-14 to 2025-06-16: 0 pictures" in Path("nothing.svg").read_text()
    assert run("usage", "images", *SPAN, "--by", "model").stdout == ""


def test_where_a_picture_cannot_be_written_is_said(run: Run) -> None:
    result = run("usage", *SPAN, "--plot", "no/such/folder.svg")
    assert result.exit_code == 1
    assert "cannot write 'no/such/folder.svg'" in result.stderr


DAY = date(2025, 6, 15)


def test_what_is_beyond_the_legend_is_other() -> None:
    found = [{"day": "2025-06-15", "line_item": f"i{number}", "amount": float(number)} for number in range(20)]
    (bar,) = Chart("costs", ["day", "line_item"], found, DAY, DAY, {}).bars()
    assert list(bar.parts) == [*(f"i{number}" for number in range(19, 19 - MOST_PARTS, -1)), "other"]
    assert bar.length == sum(range(20))


def shown(told: list[str], *rows: dict[str, Any], called: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """The labels and numbers beside the bars of a picture, which has to be one."""
    chart = Chart("costs", told, rows, DAY, DAY, called or {})
    root = ElementTree.fromstring(drawn(chart).svg)  # noqa: S314 - our own
    sizes = [float(each.get(name, "")) for each in root.iter(f"{SVG}rect") for name in ("x", "width")]
    places = [float(each.get("x", "")) for each in root.iter(f"{SVG}text")]
    assert all(0 <= size <= 960 for size in (*sizes, *places))
    texts = [each.text or "" for each in root.iter(f"{SVG}text")][1:]
    return list(zip(texts[::2], texts[1::2], strict=True))


SVG = "{http://www.w3.org/2000/svg}"


def test_a_picture_adds_no_two_currencies_and_says_which() -> None:
    dollars, euros = ({"day": str(DAY), "currency": each, "amount": 2.0} for each in ("usd", "eur"))
    assert shown(["day"], dollars, euros) == [("2025-06-15", "$2.00"), ("2025-06-15", "2.00 eur")]


def test_what_was_given_back_is_beside_no_bar_and_within_the_picture() -> None:
    rows = [
        {"line_item": "a", "amount": 3.0},
        {"line_item": "b", "amount": -500.0},
        {"line_item": "c", "amount": -0.001},
    ]
    assert shown(["line_item"], *rows) == [("a", "$3.00"), ("c", "$0.00"), ("b", "-$500.00")]
    assert shown(["line_item"], rows[1]) == [("b", "-$500.00")]


def test_two_projects_of_one_name_are_told_apart() -> None:
    rows = [{"project_id": each, "amount": 1.0} for each in ("proj_1", "proj_2", "proj_3")]
    called = {"proj_1": "Test", "proj_2": "Test", "proj_3": "Atlas"}
    assert shown(["project"], *rows, called=called) == [
        ("Test (proj_1)", "$1.00"),
        ("Test (proj_2)", "$1.00"),
        ("Atlas", "$1.00"),
    ]


@pytest.mark.parametrize("odd", [None, "odd", "7", True, 1e308, float("inf"), float("nan"), [1], "\x1b[31m<b>"])
def test_whatever_a_row_holds_there_is_a_picture(odd: Any) -> None:
    for name in ("day", "amount", "currency", "line_item"):
        row: dict[str, Any] = {"day": str(DAY), "line_item": "a", "currency": "usd", "amount": 1.0, name: odd}
        for told in (["day"], ["line_item"], ["day", "line_item"]):
            assert shown(told, row, {"day": str(DAY), "line_item": "a", "amount": 2.0})
