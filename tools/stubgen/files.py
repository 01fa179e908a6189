"""The directory of generated files: what should lie in it, writing it, and saying how it differs.

The text is formatted by ruff with fixed settings, so that the outcome depends on nothing but the declarations and on
the version of ruff that `pyproject.toml` names.
"""

from __future__ import annotations

import difflib
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tools.stubgen.printing import Printer
from tools.stubgen.reading import modules_below, read_module

_SETTINGS = ("--isolated", "--quiet", "--line-length", "120", "--target-version", "py311", "--stdin-filename", "_.pyi")


def stubs_below(root: type) -> dict[str, str]:
    """Path inside the stub package → text, for all resources below a class."""
    found = {"py.typed": "partial\n"}
    for name in modules_below(root):
        module = read_module(name)
        path = name.partition(".")[2].replace(".", "/")
        found[f"{path}/__init__.pyi" if module.is_package else f"{path}.pyi"] = formatted(Printer(module).text())
    return found


def formatted(text: str) -> str:
    """The text with sorted imports, in ruff's format."""
    for command in (("check", "--select", "I", "--fix-only"), ("format",)):
        ruff = [sys.executable, "-m", "ruff", *command, *_SETTINGS, "-"]
        text = subprocess.run(ruff, input=text, capture_output=True, text=True, check=True).stdout
    return text


def write(files: Mapping[str, str], directory: Path) -> None:
    """Make the directory hold these files and no others."""
    for path in sorted(_lying_in(directory) - set(files)):
        (directory / path).unlink()
    for path, text in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text, encoding="utf-8")


def differences(files: Mapping[str, str], directory: Path) -> list[str]:
    """One line for each file that is missing, left over or not as it would be written."""
    lying = _lying_in(directory)
    found = [f"{path}: left over" for path in sorted(lying - set(files))]
    for path, text in sorted(files.items()):
        if path not in lying:
            found.append(f"{path}: missing")
        elif (old := (directory / path).read_text(encoding="utf-8")) != text:
            diff = [line[0] for line in difflib.unified_diff(old.splitlines(), text.splitlines(), n=0)][2:]
            found.append(f"{path}: stale (+{diff.count('+')} -{diff.count('-')} lines)")
    return found


def _lying_in(directory: Path) -> set[str]:
    return {path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()}
