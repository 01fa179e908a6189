"""`python -m typed_openai` and the script `typed-openai`: the command line, where its extra is installed.

Without the extra `[cli]` there is the demo, which needs nothing else: it runs when nothing (or `demo`) is asked for.
"""

from __future__ import annotations

import importlib.util
import sys

from typed_openai.core.extras import missing
from typed_openai.core.standard_streams import make_ready

_NEEDED = ("click", "jmespath", "rich", "yaml")


def main() -> int:
    """Run the command line. Returns the exit status where the command line is not installed; else ends the process."""
    make_ready()
    absent = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if not absent:
        from typed_openai.cli.root import root

        root.main()
    if sys.argv[1:] in ([], ["demo"]):
        from typed_openai.cli.demo import main as demo

        demo()
        sys.stdout.write(f"\nThere is more: {missing('the command line', *absent)}\n")
        return 0
    sys.stderr.write(f"Error: {missing('the command line', *absent)}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
