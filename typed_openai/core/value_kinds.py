"""What was given in the place of an object, in words: who forgot to make one, or to call what makes one, is told so."""

from __future__ import annotations

from typing import Any


def kind_of(value: object) -> str:
    """The kind of a value: `int`, or `the class Client, not an object of it`."""
    return f"the class {value.__name__}, not an object of it" if isinstance(value, type) else type(value).__name__


def wrong_arguments(name: str, function: Any, wanted: tuple[str, ...]) -> str:
    """What is wrong with a function that is called with these arguments, by position; "" for nothing."""
    from inspect import signature

    try:
        signature(function).bind(*wanted)
    except TypeError:
        called = getattr(function, "__name__", None) or type(function).__name__
        return f"{name}: {called} does not take ({', '.join(wanted)}): is it to be called, for what it gives?"
    except ValueError:  # written in C: nobody knows
        pass
    return ""
