"""An error of this package in a notebook: where it happened in the user's own code, and what is wrong. A few lines.

IPython asks an error for `_render_traceback_`. What happened inside this package, pydantic and httpx is left out;
`raise` and `traceback.format_exc()` show all of it, as do plain Python and every log.
"""

from __future__ import annotations

import linecache
import os
from collections.abc import Iterator
from types import TracebackType

_INSIDE = tuple(
    f"{os.sep}{name}{os.sep}" for name in ("typed_openai", "pydantic", "httpx", "httpcore", "anyio", "asyncio")
)
_MOST_PLACES = 5


def lines_of(error: BaseException) -> list[str]:
    """What is shown of an error, line by line."""
    places = [*_places(error.__traceback__)]
    cut = [f"(and {len(places) - _MOST_PLACES} more places)"] if len(places) > _MOST_PLACES else []
    told = f"{type(error).__name__}: {error}".splitlines()
    cause = error.__cause__
    because = [f"caused by {type(cause).__name__}: {str(cause).partition(chr(10))[0]}"] if cause is not None else []
    return [*cut, *places[-_MOST_PLACES:], *told, *because]


def _places(at: TracebackType | None) -> Iterator[str]:
    """The lines of the user's code that led here, the innermost last; of a notebook, its cells."""
    while at is not None:
        code = at.tb_frame.f_code
        name = code.co_filename
        ours = any(part in name for part in _INSIDE) or f"{os.sep}IPython{os.sep}" in name
        if not ours:
            where = "" if code.co_name == "<module>" else f" in {code.co_name}"
            line = linecache.getline(name, at.tb_lineno).strip()
            cell = "the cell" if "ipykernel" in name or name.startswith("<ipython") else name
            yield f"{cell}, line {at.tb_lineno}{where}: {line}"
        at = at.tb_next
