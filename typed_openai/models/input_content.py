"""What the Responses API takes of what was made for chat: tools, and the parts of messages.

They say themselves what they are there (`for_responses()`), and are sent so, in checked parameters and in unchecked
ones. `InputContent` stands apart from the other content of responses so that a part of a chat message is one without
loading those models.
"""

from collections.abc import Mapping
from typing import Any

from typed_openai.models.base import Model, Params


class InputContent(Model):
    """A piece of what goes in: a text, a picture or a document; also the parts that chat has of them."""


class ResponseRequest(Params):
    """A request that may hold tools and parts made for chat: they are in the form of responses, checked or not."""

    @classmethod
    def unchecked(cls, given: dict[str, Any]) -> dict[str, Any]:
        return {name: _in_form(value) for name, value in given.items()}


def _in_form(value: Any) -> Any:
    """The same with everything in the form of responses that has one, at any depth."""
    if isinstance(value, Mapping):
        return {name: _in_form(each) for name, each in value.items()}
    if isinstance(value, list | tuple) or hasattr(value, "__next__"):
        return [_in_form(each) for each in value]
    method = getattr(type(value), "for_responses", None)
    return value if method is None else method(value)
