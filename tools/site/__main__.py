"""Lay out what zensical builds the site from.

    python -m tools.site build/docs

Afterwards the folder has `zensical.toml`, `pages/`, `reference/` (Python that is read and never run), and
`texts/`, which belongs over the built site.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tools.site.layout import lay_out

if __name__ == "__main__":
    lay_out(Path(__file__).parent.parent.parent, Path(sys.argv[1]))
