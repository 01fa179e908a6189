"""What exists as files in the wheel only: stubs of the official names, their small modules, and stubs of our modules.

In the tree the modules below `typed_openai.types` (`chat.chat_completion` and 600 more) are made when they are
imported. Type checkers want to see a source beside a stub, so that the wheel gets both as files, written from the table
`typed_openai/types/names.json` while it is built. Editable installs have none: they read the tree.

Our own modules that have no stub in the tree get one too, made from their text (`wheel_stubs.py`).

This file is loaded by hatchling in an environment that has nothing else: it imports no part of the project.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = "typed_openai.types"
SOURCE = '''"""Names of `openai.types.{place}`; each is looked up when it is used."""

from typed_openai.dict_forms.official_names import lend

__getattr__, __dir__, __all__ = lend(__name__)
'''


def packages(table: dict[str, dict[str, Any]]) -> list[str]:
    """The places that have others below them, and the root (`""`): their stubs are files in the tree."""
    above = {place.rpartition(".")[0] for place in table if place}
    return sorted({"", *above} | {each.rpartition(".")[0] for each in above if "." in each})


def stub_text(rows: dict[str, Any]) -> str:
    """The stub of one module: names handed on as they are, others as aliases."""
    rows = {**{own: value for value in rows.values() if (own := own_name(value))}, **rows}
    imports: set[str] = set()
    lines: list[str] = []
    for name, value in sorted(rows.items()):
        module, own = place_of(value) if is_place(value) else ("", "")
        if own == name:
            lines.append(f"from {module} import {name} as {name}")
        else:
            imports.add("from typing import TypeAlias")
            lines.append(f"{name}: TypeAlias = {_written(value, imports, rows)}")
    handed_on = sorted(line for line in lines if line.startswith("from "))
    aliases = [line for line in lines if not line.startswith("from ")]
    return "\n".join([*sorted(imports), *handed_on, "", *aliases, ""])


def own_name(value: Any) -> str:
    """Our own name of a dict form that stands in a table."""
    return f"{value.rpartition(':')[2]}Dict" if isinstance(value, str) and value.startswith("form ") else ""


def is_place(value: Any) -> bool:
    """Whether a value of the table names a class, an alias or a form."""
    return isinstance(value, str) and ":" in value


def place_of(value: str) -> tuple[str, str]:
    """The module in which a class, an alias or a form is defined for type checkers, and its name there."""
    module, _, name = value.removeprefix("form ").partition(":")
    if not value.startswith("form "):
        return f"typed_openai.{module}", name
    suffix = "_parameters" if name.endswith("Params") else ""
    return f"typed_openai.dict_forms.{module.removeprefix('models.')}{suffix}", f"{name}Dict"


def _written(value: Any, imports: set[str], taken: dict[str, Any]) -> str:
    if isinstance(value, list):
        return " | ".join(_written(each, imports, taken) for each in value)
    if isinstance(value, dict):
        ((kind, inner),) = value.items()
        if kind == "literal":
            imports.add("from typing import Literal")
            return f"Literal[{', '.join(map(repr, inner))}]"
        if kind == "list":
            return f"list[{_written(inner, imports, taken)}]"
        return f"dict[{', '.join(_written(each, imports, taken) for each in inner)}]"
    if not is_place(value):
        return str(value)
    module, name = place_of(value)
    known = taken.get(name)
    if known is None or (is_place(known) and place_of(known) == (module, name)):
        if known is None:
            imports.add(f"from {module} import {name}")
        return name
    alias = f"{module.rpartition('.')[2]}_{name}"
    imports.add(f"from {module} import {name} as {alias}")
    return alias


def _made_stubs(root: Path) -> Mapping[str, str]:
    """Path inside the package → text (`wheel_stubs.py`, which is loaded by its place: `tools` cannot be imported)."""
    place = root / "tools" / "wheel_stubs.py"
    spec = importlib.util.spec_from_file_location("typed_openai_wheel_stubs", place)
    assert spec is not None, place
    assert spec.loader is not None, place
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    lying = root / "stubs" / "typed_openai-stubs"
    written = {path.relative_to(lying).as_posix(): path.read_text(encoding="utf-8") for path in lying.rglob("*.pyi")}
    made: Mapping[str, str] = module.stubs(root / "typed_openai", written)
    return made


def made_names(root: Path) -> dict[str, str]:
    """Path → text of the modules of official names, and of the stubs of those that have none in the tree.

    A package is a file here unless the tree has one: to Python a folder with stubs alone is a package without names.
    """
    table = json.loads((root / "typed_openai" / "types" / "names.json").read_text(encoding="utf-8"))
    folders = [place for place in packages(table) if place]
    files: dict[str, str] = {}
    for place in sorted({*table, *folders} - {""}):
        path = "/".join((*ROOT.split("."), *place.split("."), *(["__init__"] if place in folders else [])))
        if not (root / f"{path}.py").exists():
            files[f"{path}.py"] = SOURCE.format(place=place)
        if place not in folders:
            files[f"{path}.pyi"] = stub_text(table[place])
    return files


class CustomBuildHook(BuildHookInterface[Any]):
    """Adds the modules and the stubs to a wheel."""

    folder: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the files where hatchling takes them from; an editable install gets none."""
        if version == "editable":
            return
        root = Path(self.root)
        files = {f"typed_openai/{path}": text for path, text in _made_stubs(root).items()} | made_names(root)
        self.folder = Path(tempfile.mkdtemp(prefix="typed-openai-"))
        for path, text in files.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            build_data["force_include"][str(file)] = path

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take the written files away again: they are in the wheel now."""
        if self.folder is not None:
            shutil.rmtree(self.folder)
