"""What a server, a guard or a marker is told wrongly is refused there, and does not look like other trouble later."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.kit.test_plugin import Run, run
from typed_openai.local import Fault, LocalServer
from typed_openai.testing import Guard

__all__ = ["run"]
pytest_plugins = ["pytester"]

ANSWERS: list[dict[str, Any]] = [
    {},
    {"says": [None]},
    {"says": [object()]},
    {"says": ["a"], "when": 5},
    {"says": ["a"], "when": ["tea"]},
    {"says": ["a"], "when": re.compile(b"tea")},
    {"says": ["a"], "times": 0},
    {"says": ["a"], "times": "2"},
    {"says": ["a"], "times": True},
    {"says": ["a"], "times": 1.5},
    {"says": ["a", "b"], "refusal": "no"},
    {"tool_calls": 5},
    {"tool_calls": "weather"},
    {"tool_calls": {"name": "weather"}},
    {"tool_calls": [5]},
    {"refusal": 5},
]


@pytest.mark.parametrize("wrong", ANSWERS, ids=range(len(ANSWERS)))
def test_what_is_no_answer_is_not_waited_with(openai_server: LocalServer, wrong: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        openai_server.answer(*wrong.pop("says", ()), **wrong)
    assert openai_server.left == []


FAULTS: list[dict[str, Any]] = [
    {"status": 9999},
    {"status": "500"},
    {"status": True},
    {"delay": "x"},
    {"delay": -1},
    {"delay": None},
    {"delay": float("nan")},
    {"drop": "no"},
    {"cut_after": -1},
    {"cut_after": 1.5},
    {"stall_after": -1},
    {"stall": -1},
    {"keepalive": -1},
    {"close": 5},
    {"insert_after": "x"},
    {"headers": {"a": 5}},
]


@pytest.mark.parametrize("wrong", FAULTS, ids=str)
def test_what_is_no_fault_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError), match=next(iter(wrong))):
        Fault(**wrong)


@pytest.mark.parametrize(("fault", "times"), [("boom", 1), (Fault, 1), (Fault(), 0), (Fault(), "2"), (Fault(), True)])
def test_a_fault_so_many_times_is_wanted(openai_server: LocalServer, fault: Any, times: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        openai_server.fail_next(fault, times)


@pytest.mark.parametrize("hosts", [[5], [""], [["a.com"]], [None]])
def test_names_of_hosts_are_wanted(hosts: list[Any]) -> None:
    with pytest.raises(TypeError, match="hosts"):
        Guard(hosts)


MARKERS = [
    "openai_cassette('it', timming=False)",
    "openai_cassette(5)",
    "openai_cassette('')",
    "openai_cassette('a', 'b')",
    "openai_cassette(timing='no')",
    "openai_allow_hosts",
    "openai_allow_hosts(['a.com'])",
    "openai_allow_hosts(host='a.com')",
    "openai_answer",
    "openai_answer('a', wen='b')",
    "openai_answer('a', times=0)",
    "openai_fault(statsu=429)",
    "openai_fault(status=9999)",
    "openai_fault('boom')",
    "openai_fault(status=429, times='2')",
]


def test_each_marker_that_says_something_wrong_fails_in_one_line_that_names_it(run: Run) -> None:
    tests = "\n".join(f"@pytest.mark.{marker}\ndef test_{number}(): pass\n" for number, marker in enumerate(MARKERS))
    result = run(f"import pytest\n{tests}", "--openai-record")
    result.assert_outcomes(errors=len(MARKERS))
    told = [line.partition(" of ")[0] for line in result.outlines if line.startswith("@pytest.mark.")]
    assert told == [f"@pytest.mark.{marker.partition('(')[0]}" for marker in MARKERS]
