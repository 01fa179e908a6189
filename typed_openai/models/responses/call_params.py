"""A call of the code interpreter as a request takes it, and the base of items that only requests have so.

API reference: "Responses", the `input` parameter. Two classes, since the service leaves out of an answer what a request
must say (`code`, `outputs`). All other calls go both ways: `responses/calls.py`, `responses/shell_calls.py`.

Weak spot: which calls a model takes back is for the service to say."""

from typing import Annotated, Literal

from typed_openai.models.responses.calls import CodeOutput, InputItem
from typed_openai.models.returned import Returned
from typed_openai.models.shape import CLOSED


class ReturnedItem(Returned):
    """An item that is often filled from the dump of a result: it forgets what is only ever said by the server."""

    output_only = frozenset({"created_by", "parsed_arguments"})


# --- code ------------------------------------------------------------------------------------------------------------


class ResponseCodeInterpreterToolCallParam(InputItem, ReturnedItem):
    """Code that ran in a container."""

    not_null = frozenset({"id", "status"})

    type: Literal["code_interpreter_call"] = "code_interpreter_call"
    id: str | None = None
    """Its id."""
    status: Literal["in_progress", "completed", "incomplete", "interpreting", "failed"] | None = None
    """How far it has come."""
    container_id: str
    """Id of the container."""
    code: str | None
    """The code."""
    outputs: Annotated[list[CodeOutput], CLOSED] | None
    """What the code printed and made, when the request asked for it."""
