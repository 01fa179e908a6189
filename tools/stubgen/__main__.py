"""The command line of the stub generator: `python -m tools.stubgen [--check]`, from the root of the repository."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.stubgen.files import differences, stubs_below, write
from typed_openai.resources import Resources

DIRECTORY = Path(__file__).resolve().parents[2] / "stubs" / "typed_openai-stubs"


def main(arguments: Sequence[str] | None = None, root: type = Resources) -> int:
    """Write the stubs, or with `--check` say whether they are fresh; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.stubgen", description="Write the stubs of the resources.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the stubs are not fresh")
    parser.add_argument("--directory", type=Path, default=DIRECTORY, help="where the stub package lies")
    given = parser.parse_args(arguments)
    files = stubs_below(root)
    if not given.check:
        write(files, given.directory)
        print(f"stubgen: {len(files)} files in {given.directory}")
        return 0
    stale = differences(files, given.directory)
    for line in stale:
        print(f"stubgen: {line}", file=sys.stderr)
    if stale:
        print("stubgen: the stubs are not fresh: run `python -m tools.stubgen`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
