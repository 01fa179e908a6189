"""What is in a wheel and in an sdist, against what has to be: `python -m tools.release_contents dist` (`make release`).

A wheel has the package, its data and its stubs, the licence and the mark `py.typed`, and nothing of the workshop: no
tests, tools, caches. An sdist has all that a wheel is built from, tests and documents, and nothing of a machine.

Weak spot: that a file is there says nothing of what is in it; installing and using it does (`tools/extras.py`).
"""

from __future__ import annotations

import sys
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
MOST_BYTES = {".whl": 6_000_000, ".gz": 6_000_000}
SOURCES = (
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "pyproject.toml",
    "tools/wheel_modules.py",
    "tools/wheel_stubs.py",
    "typed_openai/py.typed",
    "tests/conftest.py",
    "docs/calls.md",
)
MACHINE = (".venv", ".git/", "dist/", "build/", "__pycache__", ".pyc", "node_modules", ".env", ".DS_Store")


def faults_of_a_wheel(names: Iterable[str]) -> list[str]:
    """What is missing in a wheel with these files, and what should not be in it."""
    found = set(names)
    info = next((name.partition("/")[0] for name in sorted(found) if ".dist-info/" in name), "nothing.dist-info")
    stubs = ROOT / "stubs" / "typed_openai-stubs"
    wanted = {f"{info}/{name}" for name in ("METADATA", "RECORD", "entry_points.txt", "licenses/LICENSE")}
    wanted |= sources("typed_openai")
    wanted |= {f"typed_openai/{path.relative_to(stubs).as_posix()}" for path in stubs.rglob("*.pyi")}
    allowed = ("typed_openai/", f"{info}/")
    strange = {name for name in found if not name.startswith(allowed) or _of_the_workshop(name)}
    return [f"missing: {name}" for name in sorted(wanted - found)] + [
        f"not for users: {name}" for name in sorted(strange)
    ]


def faults_of_an_sdist(names: Iterable[str]) -> list[str]:
    """What is missing in an sdist with these files, and what should not be in it."""
    found = {name.partition("/")[2] for name in names}
    wanted = {*SOURCES, *sources("typed_openai"), *sources("stubs")}
    strange = {name for name in found if any(part in name for part in MACHINE)}
    return [f"missing: {name}" for name in sorted(wanted - found)] + [
        f"of a machine: {name}" for name in sorted(strange)
    ]


def _of_the_workshop(name: str) -> bool:
    parts = name.split("/")
    return "tests" in parts or "__pycache__" in parts or name.endswith((".pyc", ".orig", ".rej"))


def sources(folder: str) -> set[str]:
    """The files of a folder of the tree, as paths in the tree; what Python leaves there is not counted."""
    files = (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in files}


def main(folder: Path) -> int:
    """Read the one wheel and the one sdist of a folder; the exit status."""
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        faults = [f"{wheel.name}: {each}" for each in faults_of_a_wheel(archive.namelist())]
    with tarfile.open(sdist) as archive:
        faults += [f"{sdist.name}: {each}" for each in faults_of_an_sdist(archive.getnames())]
    for path in (wheel, sdist):
        size = path.stat().st_size
        print(f"{path.name}: {size} bytes")
        if size > MOST_BYTES[path.suffix]:
            faults.append(f"{path.name}: {size} bytes, more than {MOST_BYTES[path.suffix]}")
    for fault in faults:
        print(fault, file=sys.stderr)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
