"""The operations that the package declares, found by walking the resources below a client."""

from __future__ import annotations

import functools

from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.resource import Nested
from typed_openai.resources import Resources


@functools.cache
def declared_operations() -> dict[str, Endpoint]:
    """Every declaration by the title that messages give it: `chat.completions.create`."""
    found: dict[str, Endpoint] = {}
    waiting: list[type] = [Resources]
    while waiting:
        for member in vars(waiting.pop()).values():
            if isinstance(member, Endpoint):
                found[member.title] = member
            elif isinstance(member, Nested):
                waiting.append(member.load())
    return found
