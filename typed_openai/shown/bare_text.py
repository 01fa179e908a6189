"""A text that stands in a repr as it is."""

from __future__ import annotations


class OneLine:
    """A text that stands in a repr as it is."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text
