"""`make official`: the official package's own `tests/api_resources`, on it and on ours, against steady; prints both.

    python -m tests.official.suite FOLDER PYTHON [arguments of pytest]

FOLDER holds the unpacked sdist, PYTHON has both packages. Each run is a copy of the suite; ours has `adapted.py` for
its conftest. Exits with 1 when fewer tests pass here than `AT_LEAST`, or another one fails than those in `KNOWN`.

Weak spot: steady makes its answers up, so this says that calls, checks and types agree, and nothing of real answers.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.interop.servers import STEADY, running

AT_LEAST = 5100
KNOWN = {
    r"FileBatches::test_(method|raw_response|streaming_response)_create\[": "a batch without files is refused, unsent",
    r"Events::test_path_params_stream\[": "with_raw_response has no stream of typed events, and says so first",
    r"test_videos.py::test_create_and_poll_method_in_sync": "a whole set of parameters is given to create alone",
}
"""Tests that do not pass here, by a pattern of their names, and why."""


def outcomes(folder: Path, python: str, url: str, arguments: list[str]) -> dict[str, tuple[str, str]]:
    """Run the suite in a folder; gives outcome and first line of the fault for each test."""
    report = folder / "report.txt"
    command = [
        python,
        "-m",
        "pytest",
        "-q",
        "-n",
        "2",
        "--dist",
        "loadscope",
        "--tb=line",
        "-rA",
        "-p",
        "no:cacheprovider",
    ]
    with report.open("wb") as output:
        subprocess.run(
            [*command, *(arguments or ["tests/api_resources"])],
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TEST_API_BASE_URL": url, "PYTHONPATH": str(folder), "COLUMNS": "400"},
            check=False,
        )
    found = re.findall(r"^(PASSED|FAILED|ERROR|SKIPPED) (\S+)(?: - (.*))?$", report.read_text(), re.MULTILINE)
    if not found:
        sys.exit(report.read_text()[-4000:])
    return {name: (outcome, why) for outcome, name, why in found}


def main(sdist: Path, python: str, arguments: list[str]) -> int:
    """Both runs, and the table."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        found: dict[str, dict[str, tuple[str, str]]] = {}
        with running(STEADY, place) as steady:
            for side in ("official", "ours"):
                folder = place / side
                shutil.copytree(sdist / "tests", folder / "tests")
                shutil.copy(sdist / "pyproject.toml", folder)
                text = (folder / "pyproject.toml").read_text()
                (folder / "pyproject.toml").write_text(re.sub(r'addopts = ".*"', "", text))
                if side == "ours":
                    shutil.copy(Path(__file__).parent / "adapted.py", folder / "tests" / "conftest.py")
                found[side] = outcomes(folder, python, steady.url, arguments)
    return told(found["official"], found["ours"], whole=not arguments)


def told(official: dict[str, tuple[str, str]], ours: dict[str, tuple[str, str]], *, whole: bool) -> int:
    """Print what passes where, and each test that passes there and not here; gives the exit code. Tests that do not
    pass there (their transport is not installed, steady does not know the operation) count for nobody."""
    passing = [name for name, (outcome, _) in official.items() if outcome == "PASSED"]
    areas: Counter[str] = Counter(map(_area, passing))
    passes = {
        side: Counter(_area(name) for name in passing if results.get(name, ("", ""))[0] == "PASSED")
        for side, results in (("official", official), ("ours", ours))
    }
    print(f"{'passes of':<44}{'official':>10}{'ours':>7}")
    for area in sorted(areas):
        print(f"{area:<44}{passes['official'][area]:>10}{passes['ours'][area]:>7}")
    total = passes["ours"].total()
    print(f"{'all':<44}{passes['official'].total():>10}{total:>7}")
    surprises = 0
    for name in passing:
        here, why = ours.get(name, ("MISSING", ""))
        if here != "PASSED":
            reason = next((reason for pattern, reason in KNOWN.items() if re.search(pattern, name)), None)
            surprises += reason is None
            print(f"{here} {name}: {reason or why}")
    return 1 if surprises or (whole and total < AT_LEAST) else 0


def _area(name: str) -> str:
    return name.partition("::")[0].removeprefix("tests/api_resources/")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
