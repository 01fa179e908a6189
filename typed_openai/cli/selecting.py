"""`--select`: a part of a result, by JSON pointer (`/data/0/id`) or JMESPath (`data[].id`).

What begins with `/` is a pointer, everything else JMESPath (the library of that name). What is not there is null for
JMESPath, and an error for a pointer, which names one place.
"""

from __future__ import annotations

from typing import Any

import click


def require_expression(expression: str) -> None:
    """Raise `click.BadParameter` for an expression that makes no sense, before anything is asked and paid."""
    if not expression.startswith("/"):
        _compiled(expression)


def selected(value: Any, expression: str) -> Any:
    """The part of a JSON value that an expression names; raises `click.BadParameter` for one that makes no sense."""
    if expression.startswith("/"):
        return _pointed(value, expression)
    from jmespath.exceptions import JMESPathError

    try:
        return _compiled(expression).search(value)
    except JMESPathError as error:
        raise _nonsense(error) from None


def _compiled(expression: str) -> Any:
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        return jmespath.compile(expression)
    except JMESPathError as error:
        raise _nonsense(error) from None


def _nonsense(error: Exception) -> click.BadParameter:
    said = " ".join(str(error).split())
    return click.BadParameter(f"--select: not JMESPath, nor a pointer like /data/0/id: {said}")


def _pointed(value: Any, pointer: str) -> Any:
    at, path = value, ""
    for step in pointer[1:].split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(at, dict) and name in at:
            at = at[name]
        elif isinstance(at, list) and name.isdigit() and int(name) < len(at):
            at = at[int(name)]
        else:
            there = ", ".join(map(str, at)) if isinstance(at, dict) else f"0 to {len(at) - 1}" if at else "nothing"
            raise click.BadParameter(f"--select: nothing at {path}/{step}; there is {there}")
        path += f"/{step}"
    return at
