"""What reads one connection, once, and so cannot be doubled: the base of all streams, raw and typed, in both colours.

A copy would read from the same connection, and close it when it is dropped; a pickle has no connection at all.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn


class ReadOnce:
    """Refuses to be copied and pickled, and says what can be."""

    _so_far: ClassVar[str]
    """What can be had in its place."""

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} reads one connection, once: it can be neither copied nor pickled; "
            f"what it has given can (`{self._so_far}`, or a list of its events)"
        )
