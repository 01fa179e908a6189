"""Extras: who lacks one is told its name, who has them all loads none before it is used (`tools/extras.py`)."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tools.extras import EXTRAS, NO_USE

ROOT = Path(__file__).parent.parent.parent


def tried(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "extras.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_every_extra_is_tried_or_says_why_not() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert {*EXTRAS, *NO_USE} == set(project["optional-dependencies"]) - {"dev"}


ALONE = {"plots": "cli", "cli-images": "cli", "sounddevice": "realtime"}
"""Extras that are of use in what another one brings, so that they bring that one, too."""


@pytest.mark.parametrize("extra", sorted(ALONE))
def test_an_extra_is_of_use_alone(extra: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"typed-openai[{ALONE[extra]}]" in project["optional-dependencies"][extra]


@pytest.mark.parametrize("extra", sorted(EXTRAS))
def test_an_extra_that_is_missing_is_named(extra: str) -> None:
    ended = tried("--without", extra)
    assert ended.returncode == 0, ended.stderr
    assert f"typed-openai[{extra}]" in ended.stdout


def test_a_call_loads_nothing_of_any_extra() -> None:
    ended = tried()
    assert (ended.returncode, ended.stdout) == (0, "first call: ok\n"), ended.stderr


def test_everything_but_the_extras_works_where_none_is_installed() -> None:
    """Without what any extra brings, the package, the local server and the first call still work."""
    ended = tried("--without", *sorted(set(EXTRAS) - {"plots"}))  # plots are drawn by the command line
    assert ended.returncode == 0, ended.stderr
