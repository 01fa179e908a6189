"""Inputs that are one text, many, or the same as token numbers: told apart once, for the areas that take them.

Rules: what can be read only once is read once, before any member of the union tries; the first item of a list decides
which member it is, so that a fault is reported once and where it is. Weak spot: a list that mixes texts and numbers is
reported for the kind of its first item only.
"""

from collections.abc import Iterable, Mapping
from numbers import Number
from typing import Annotated, Any, TypeAlias, TypeGuard

from pydantic import BaseModel, BeforeValidator, Discriminator, Field, StrictInt


def is_many(value: object) -> TypeGuard[Iterable[object]]:
    """Whether a value holds several items: whatever can be gone over; no text, no object."""
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | bytearray | Mapping | BaseModel)


def _gathered(value: Any) -> Any:
    return list(value) if is_many(value) else value


def gathers_items() -> BeforeValidator:
    """Annotation for a union with several lists: what can be read only once is read once, before any member tries."""
    return BeforeValidator(_gathered)


def text_or_tokens(value: object) -> str | None:
    """The tag of an input: `text`, `texts`, `tokens`, `token_lists`; None for what is neither a string nor a list.

    A list is judged by its first item; an empty one counts as `texts`.
    """
    if isinstance(value, str):
        return "text"
    if not is_many(value):
        return None
    first = next(iter(value), "")
    if isinstance(first, Number):
        return "tokens"
    return "token_lists" if is_many(first) else "texts"


TEXT_OR_TOKENS = Discriminator(
    text_or_tokens,
    custom_error_type="text_or_tokens",
    custom_error_message="Input should be a string, a list of strings, a list of token numbers or a list of such lists",
)
"""Annotation for the union of the four shapes; its members are tagged as `text_or_tokens` names them."""

Tokens: TypeAlias = Annotated[list[StrictInt], Field(min_length=1)]
"""One text as token numbers: at least one."""
