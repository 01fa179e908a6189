"""The directory of generated files: what should lie in it, writing it, and saying how it differs.

The text is formatted by ruff with fixed settings, so that the outcome depends on nothing but the declarations and on
the version of ruff that `pyproject.toml` names.
"""

from __future__ import annotations

import difflib
import importlib
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tools.stubgen.forms import FormPrinter, modules_with_forms
from tools.stubgen.printing import BANNER, Printer
from tools.stubgen.reading import modules_below, read_module
from tools.stubgen.socket_classes import handed_on_connections, socket_stubs
from tools.wheel_modules import ROOT as NAMES
from tools.wheel_modules import packages, stub_text
from typed_openai.core.lazy_names import Folder
from typed_openai.dict_forms.making import HOME
from typed_openai.dict_forms.official_names import table
from typed_openai.resources import Resources

PACKAGE = Path(__file__).parents[2] / "typed_openai"
_SETTINGS = (
    *("--isolated", "--no-cache", "--quiet", "--line-length", "120", "--target-version", "py311"),
    *("--config", "lint.isort.known-first-party = ['typed_openai']"),
)


def stubs_below(root: type) -> dict[str, str]:
    """Path inside the stub package → text, for all resources below a class."""
    with_forms = modules_with_forms()  # first, since it loads all models, and a family is what is loaded
    texts: dict[str, str] = {}
    for name in modules_below(root):
        module = read_module(name)
        texts[f"{_path(name)}/__init__.pyi" if module.is_package else f"{_path(name)}.pyi"] = Printer(module).text()
    if root is Resources:
        texts |= {f"{_path(name)}.pyi": FormPrinter(name).text() for name in with_forms}
        areas = {name.rpartition(".")[0] for name in with_forms} - {HOME}
        texts |= {f"{_path(area)}/__init__.pyi": BANNER for area in areas}
        texts |= {f"{_path(folder.package)}/__init__.pyi": handed_on(folder) for folder in folders()}
        texts |= socket_stubs()
        texts["sockets/__init__.pyi"] += handed_on_connections()
        for place in packages(table()):
            texts[f"{_path(f'{NAMES}.{place}'.rstrip('.'))}/__init__.pyi"] = BANNER + stub_text(table().get(place, {}))
    return {"py.typed": "partial\n", **formatted(texts)}


def folders() -> list[Folder]:
    """The folders of the package that hand on the names of their modules."""
    inits = [path for path in sorted(PACKAGE.rglob("__init__.py")) if "= Folder(" in path.read_text("utf-8")]
    names = [".".join(("typed_openai", *path.parent.relative_to(PACKAGE).parts)) for path in inits]
    return [vars(importlib.import_module(name))["_names"] for name in names]


def handed_on(folder: Folder) -> str:
    """The stub of a folder: every name, imported from the module that defines it."""
    homes = folder.homes()
    lines = [f"from {home} import {own} as {own}" for name, (home, own) in homes.items() if name == own]
    former = [f"{name}: TypeAlias = {own}" for name, (_, own) in homes.items() if name != own]
    return "\n".join([BANNER, *(["from typing import TypeAlias"] if former else []), *lines, *former, ""])


def _path(module: str) -> str:
    return module.partition(".")[2].replace(".", "/")


def formatted(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts with sorted imports, in ruff's format: all of them in one go, which is quicker."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / name for name in texts}
        for name, path in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[name], encoding="utf-8")
        for command in (("check", "--select", "I", "--fix-only"), ("format",)):
            subprocess.run(
                [sys.executable, "-m", "ruff", *command, *_SETTINGS, folder], capture_output=True, check=True
            )
        return {name: path.read_text(encoding="utf-8") for name, path in paths.items()}


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
