"""The command: see the package."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import tools.drift
from tools.drift.comparing import lacking
from tools.drift.sources import SourceError, fetched, of_description, of_package


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is lacking; 1 when something is, 2 for a source that cannot be read."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.drift",
        description=tools.drift.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", metavar="OPENAPI_OR_PACKAGE", help="a description, or an official package")
    source = parser.parse_args(arguments).source
    try:
        with TemporaryDirectory() as folder:
            if source.endswith((".json", ".yaml", ".yml")):
                operations = of_description(Path(source))
            else:
                operations = of_package(fetched(source, Path(folder)) if "==" in source else source)
            found = lacking(operations)
    except SourceError as error:
        print(f"drift: {error}", file=sys.stderr)
        return 2
    print("\n".join(found) if found else "nothing is lacking")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
