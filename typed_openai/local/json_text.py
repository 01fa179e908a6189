"""JSON that came in, as values: what the standard library takes beyond JSON is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn, TypeAlias

from typed_openai.local.errors import ApiError

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = "dict[str, Json]"


def parse_json(body: bytes) -> Json:
    """One JSON text as a value. Refuses NaN and infinities, which JSON does not have, and halves of surrogate pairs."""
    try:
        value: Json = json.loads(body, parse_constant=_refuse_constant)
        if b"\\u" in body:
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as fault:
        raise ApiError(400, f"The body of the request is not valid JSON: {fault}.", code="invalid_json") from fault
    return value


def json_lines(content: bytes) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """The lines of a JSONL file that are not blank, by number from 1: each an object, or None for anything else."""
    for number, text in enumerate(content.split(b"\n"), 1):
        if text.strip():
            try:
                line = parse_json(text)
            except ApiError:
                line = None
            yield number, line if isinstance(line, dict) else None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
