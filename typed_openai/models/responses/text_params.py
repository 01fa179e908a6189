"""The item that changes settings within a conversation, as it is given.

API reference: "Responses" (`configuration_update` among the input items). What stands in it: `responses/text.py`.

Weak spot: the item is known from the official library only."""

from typing import Literal

from typed_openai.models.responses.call_params import ReturnedItem
from typed_openai.models.responses.calls import InputItem
from typed_openai.models.responses.text import ConfigurationUpdateReasoning, ConfigurationUpdateText


class ResponseConfigurationUpdateItemParam(InputItem, ReturnedItem):
    """Settings that hold from here on, until a later item changes them: thinking, the form of the answers, or both."""

    type: Literal["configuration_update"] = "configuration_update"
    id: str | None = None
    """Its id."""
    reasoning: ConfigurationUpdateReasoning | None = None
    """How the model shall think."""
    text: ConfigurationUpdateText | None = None
    """The form of the answers."""
