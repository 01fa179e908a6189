"""Runs mypy with the plugin on a text, in this process, and says what it found.

The package and its stubs lie beside each other in an environment of their own, as they do once installed. What mypy
read of them is kept between the tests of a process: the first text takes seconds, those after it a fraction of one.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import re
import shutil
import sysconfig
import tempfile
import venv
from collections.abc import Iterable, Iterator
from pathlib import Path

from mypy import api

ROOT = Path(__file__).parent.parent.parent
BEGINNING = """\
from typing import Any, Final, Literal
from typed_openai import AsyncOpenAI, OpenAI
client = OpenAI()
async_client = AsyncOpenAI()
hello: list[dict[str, str]] = []
"""
_LINE = re.compile(r"^(?P<file>[^:]+):(?P<line>\d+): error: (?P<text>.*)  \[(?P<code>[\w-]+)\]$")


@functools.cache
def folder() -> Path:
    """Where the texts lie, with an environment of its own: the package and its stubs as they are once installed."""
    found = Path(tempfile.mkdtemp(prefix="typed-openai-mypy-"))
    atexit.register(shutil.rmtree, found)
    venv.EnvBuilder(symlinks=True).create(found / "env")
    (site,) = (found / "env").glob("lib/python*/site-packages")
    (site / "typed_openai").symlink_to(ROOT / "typed_openai")
    (site / "typed_openai-stubs").symlink_to(ROOT / "stubs" / "typed_openai-stubs")
    (site / "others.pth").write_text(sysconfig.get_path("purelib"))
    (found / "mypy.ini").write_text("[mypy]\nplugins = pydantic.mypy, typed_openai.mypy\n")
    return found


def arguments() -> list[str]:
    """How mypy is called: strictly, with the plugin beside that of pydantic."""
    here = folder()
    python = f"--python-executable={here / 'env' / 'bin' / 'python'}"
    return [f"--config-file={here / 'mypy.ini'}", "--strict", f"--cache-dir={here / 'cache'}", python]


def run(text: str, name: str = "app") -> list[str]:
    """What mypy says of a text, line by line."""
    place = folder() / f"{name}.py"
    place.write_text(text)
    with contextlib.chdir(folder()):  # else it would read the package that lies here, which its stubs do not lie beside
        said, wrong, _ = api.run([*arguments(), "--no-error-summary", str(place)])
    assert not wrong, wrong
    return said.splitlines()


def faults(text: str) -> dict[int, list[str]]:
    """Line → what is wrong there, with the code behind it; everything that mypy says has to be an error with a code."""
    found: dict[int, list[str]] = {}
    for line in run(text):
        match = _LINE.match(line)
        assert match is not None, line
        found.setdefault(int(match["line"]), []).append(f"{match['text']} [{match['code']}]")
    return found


def faults_of_each(expressions: Iterable[str]) -> Iterator[list[str]]:
    """What is wrong with each of several expressions, checked together: one run of mypy takes longer than the check."""
    lines = BEGINNING.splitlines()
    listed = list(expressions)
    found = faults("\n".join([*lines, *(f"_{number} = {each}" for number, each in enumerate(listed)), ""]))
    assert min(found, default=99) > len(lines), found
    return (found.get(number, []) for number in range(len(lines) + 1, len(lines) + len(listed) + 1))
