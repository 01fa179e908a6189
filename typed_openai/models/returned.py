"""What is often filled from the dump of an answer: it forgets what only a server says, and keeps what nobody knows.

`Returned` is for what is only given (messages of chat), `ReturnedShape` for what goes both ways (items of responses).

Rules
* Members that nobody here knows go back to the server that said them; what looks like a slip of the pen is refused.
* `output_only` names what a server says and does not take; `not_null`, which optional fields it does not take as null.

Weak spot: a member of a vendor that is spelled nearly like one of ours is refused; `extra_body` sends it.
"""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeGuard

from pydantic import ConfigDict, ValidationError, model_validator
from pydantic_core import CoreSchema, InitErrorDetails, core_schema

from typed_openai.models.base import Model, Params
from typed_openai.models.shape import Shape


def is_object(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value is an object of JSON."""
    return type(value) is dict or isinstance(value, Mapping)  # the usual kind first: an ABC takes its time


ASKED_FOR = frozenset({"cache_control", "prefix", "partial"})
"""Members that some servers take and none ever says: these are let through by the setting `vendor_fields` alone."""

_NOBODY = "agent"
"""What no item takes as null: outside the beta nobody has an agent."""
_SLIP = 0.88
"""How alike two names are, of 1, so that one is a slip of the pen."""


class Returned(Params):
    """An object that is often filled from the dump of an answer: it forgets what is only ever said by the server.

    Members that nobody here knows go back to the server that said them; what looks like a slip of the pen is refused.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow")
    output_only: ClassVar[frozenset[str]] = frozenset()
    """Names that the server says and does not take."""
    not_null: ClassVar[frozenset[str]] = frozenset()
    """Optional fields that the server does not take as null."""
    known: ClassVar[frozenset[str]] = frozenset()
    """All names that are declared."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls.known = _names(cls)

    @model_validator(mode="before")
    @classmethod
    def _as_sent(cls, value: Any) -> Any:
        return _without_what_is_only_said(cls, value)


class ReturnedShape(Shape):
    """The same for what goes both ways: where it is given it forgets, and keeps what nobody here knows."""

    output_only: ClassVar[frozenset[str]] = frozenset()
    not_null: ClassVar[frozenset[str]] = frozenset()
    known: ClassVar[frozenset[str]] = frozenset()
    """As `Returned` has them."""

    if not TYPE_CHECKING:
        __pydantic_extra__: dict[str, Any]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls.known = _names(cls)

    @classmethod
    def when_given(cls, schema: CoreSchema) -> CoreSchema:
        """The schema of what is given."""
        given = super().when_given(schema)
        return core_schema.no_info_before_validator_function(partial(_without_what_is_only_said, cls), given)


def _names(model: type[Model]) -> frozenset[str]:
    fields = model.__pydantic_fields__
    return frozenset(fields).union(info.alias for info in fields.values() if info.alias)


def _without_what_is_only_said(model: type[Returned] | type[ReturnedShape], value: Any) -> Any:
    if not is_object(value):
        return value
    sent = {
        name: item
        for name, item in value.items()
        if name not in model.output_only and (item is not None or (name not in model.not_null and name != _NOBODY))
    }
    if not sent.keys() <= model.known:
        _refuse_slips(model, sent)
    return sent


def _refuse_slips(model: type[Returned] | type[ReturnedShape], sent: Mapping[str, Any]) -> None:
    """Raises for members that no server can have said: a known name with a letter wrong, a word of requests."""
    from difflib import SequenceMatcher  # for what nobody knows only

    found: list[InitErrorDetails] = []
    for name, item in sent.items():
        if name in model.known or not isinstance(name, str):
            continue
        if name in ASKED_FOR or any(SequenceMatcher(None, name, each).ratio() > _SLIP for each in model.known):
            found.append({"type": "extra_forbidden", "loc": (name,), "input": item})
    if found:
        raise ValidationError.from_exception_data(model.__name__, found)
