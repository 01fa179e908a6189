"""Texts for property tests, of any characters that UTF-8 can carry.

`st.text()` would first make a table of all of them, which takes three seconds in a fresh checkout.
"""

from __future__ import annotations

from hypothesis import strategies as st

_CODES = st.one_of(st.integers(0, 0x7F), st.integers(0, 0xD7FF), st.integers(0xE000, 0x10FFFF))


def texts(max_size: int | None = None) -> st.SearchStrategy[str]:
    """Texts of at most that many characters."""
    return st.lists(_CODES.map(chr), max_size=max_size).map("".join)
