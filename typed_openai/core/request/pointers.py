"""JSON pointers (RFC 6901): how a name is written in one, and read again. Pure."""

from __future__ import annotations


def escaped(name: str) -> str:
    """The name of a property as a step of a pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def unescaped(step: str) -> str:
    """The name that a step of a pointer stands for."""
    return step.replace("~1", "/").replace("~0", "~")
