"""Calls of the service's tools as input: searches, computers, pictures, code.

API reference: "Responses", the `input` parameter. Most of these are not written by hand: an item of a response is
handed back (see `responses/input_params.py`). Shells, patches and MCP: `responses/shell_params.py`.

Weak spot: which calls a model takes back is for the service to say."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StringConstraints

from typed_openai.models.base import Model, Params, Tagged, accepts_results
from typed_openai.models.shared import Returned


class ReturnedItem(Returned):
    """An item that is often filled from the dump of a result: it forgets what is only ever said by the server."""

    output_only = frozenset({"created_by", "parsed_arguments"})


class InputItem(Model):
    """One item of the input of a response: a message, a call, what a call came to, thoughts."""


class ToolCallerParam(Model):
    """Who called a tool: the model itself or a program."""


class CallerDirectParam(ToolCallerParam, Params):
    """The model itself."""

    type: Literal["direct"] = "direct"


class CallerProgramParam(ToolCallerParam, Params):
    """A program that the model wrote."""

    type: Literal["program"] = "program"
    caller_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call of the program."""


if TYPE_CHECKING:
    AnyCaller: TypeAlias = ToolCallerParam
else:
    AnyCaller = Annotated[CallerDirectParam | CallerProgramParam, Tagged("type"), accepts_results()]
    """Who called a tool: the model or a program."""


# --- search ----------------------------------------------------------------------------------------------------------


AttributeName: TypeAlias = Annotated[str, StringConstraints(max_length=64)]
AttributeValue: TypeAlias = (
    Annotated[str, StringConstraints(max_length=512)] | Annotated[StrictFloat, Field(allow_inf_nan=False)] | StrictBool
)


class FileSearchResultParam(Params):
    """A piece of a file that a search found."""

    file_id: str | None = None
    """Id of an uploaded file."""
    text: str | None = None
    """The text."""
    filename: str | None = None
    """What the file is called."""
    attributes: Annotated[dict[AttributeName, AttributeValue], Field(max_length=16)] | None = None
    """Your own notes on the file."""
    score: Annotated[StrictFloat, Field(allow_inf_nan=False)] | None = None
    """How well it fits, from 0 to 1."""


class ResponseFileSearchToolCallParam(InputItem, ReturnedItem):
    """A search in your vector stores."""

    not_null = frozenset({"id", "status"})

    type: Literal["file_search_call"] = "file_search_call"
    id: str | None = None
    """Its id."""
    status: Literal["in_progress", "searching", "completed", "incomplete", "failed"] | None = None
    """How far it has come."""
    queries: list[str]
    """What was searched for."""
    results: list[FileSearchResultParam] | None = None
    """What was found, when the request asked for it."""


class WebSearchActionParam(Model):
    """What was done on the web."""


class ActionSearchSourceParam(Params):
    """A page that a search rests on."""

    type: Literal["url"] = "url"
    url: str
    """Its address."""


class ActionSearchParam(WebSearchActionParam, Params):
    """Search for something."""

    type: Literal["search"] = "search"
    query: str | None = None
    """What was searched for. Deprecated by the service: use `queries`."""
    queries: list[str] | None = None
    """What was searched for."""
    sources: list[ActionSearchSourceParam] | None = None
    """The pages that were looked at."""


class ActionOpenPageParam(WebSearchActionParam, Params):
    """Open a page."""

    type: Literal["open_page"] = "open_page"
    url: str | None = None
    """Its address."""


class ActionFindParam(WebSearchActionParam, Params):
    """Look for words in a page."""

    type: Literal["find_in_page"] = "find_in_page"
    url: str | None = None
    """Its address."""
    pattern: str
    """The words that were looked for."""


if TYPE_CHECKING:
    AnyWebSearchAction: TypeAlias = WebSearchActionParam
else:
    AnyWebSearchAction = Annotated[
        ActionSearchParam | ActionOpenPageParam | ActionFindParam, Tagged("type"), accepts_results()
    ]
    """What was done on the web."""


class ResponseFunctionWebSearchParam(InputItem, ReturnedItem):
    """A look at the web."""

    not_null = frozenset({"id", "status"})

    type: Literal["web_search_call"] = "web_search_call"
    id: str | None = None
    """Its id."""
    status: Literal["in_progress", "searching", "completed", "incomplete", "failed"] | None = None
    """How far it has come."""
    action: AnyWebSearchAction
    """What is done."""


# --- computers -------------------------------------------------------------------------------------------------------


class ComputerActionParam(Model):
    """Something to do with a computer."""


class ActionDragPathParam(Params):
    """A point on the screen."""

    x: StrictInt
    """Pixels from the left."""
    y: StrictInt
    """Pixels from the top."""


class ActionClickParam(ComputerActionParam, Params):
    """Click somewhere."""

    type: Literal["click"] = "click"
    button: Literal["left", "right", "wheel", "back", "forward"]
    """Which button of the mouse."""
    x: StrictInt
    """Pixels from the left."""
    y: StrictInt
    """Pixels from the top."""
    keys: list[str] | None = None
    """The keys."""


class ActionDoubleClickParam(ComputerActionParam, Params):
    """Click twice somewhere."""

    type: Literal["double_click"] = "double_click"
    x: StrictInt
    """Pixels from the left."""
    y: StrictInt
    """Pixels from the top."""
    keys: list[str] | None
    """The keys."""


class ActionDragParam(ComputerActionParam, Params):
    """Drag along a path."""

    type: Literal["drag"] = "drag"
    path: list[ActionDragPathParam]
    """The points on the way."""
    keys: list[str] | None = None
    """The keys."""


class ActionKeypressParam(ComputerActionParam, Params):
    """Press keys."""

    type: Literal["keypress"] = "keypress"
    keys: list[str]
    """The keys."""


class ActionMoveParam(ComputerActionParam, Params):
    """Move the mouse."""

    type: Literal["move"] = "move"
    x: StrictInt
    """Pixels from the left."""
    y: StrictInt
    """Pixels from the top."""
    keys: list[str] | None = None
    """The keys."""


class ActionScreenshotParam(ComputerActionParam, Params):
    """Take a picture of the screen."""

    type: Literal["screenshot"] = "screenshot"


class ActionScrollParam(ComputerActionParam, Params):
    """Scroll."""

    type: Literal["scroll"] = "scroll"
    x: StrictInt
    """Pixels from the left."""
    y: StrictInt
    """Pixels from the top."""
    scroll_x: StrictInt
    """Pixels to the right."""
    scroll_y: StrictInt
    """Pixels down."""
    keys: list[str] | None = None
    """The keys."""


class ActionTypeParam(ComputerActionParam, Params):
    """Type a text."""

    type: Literal["type"] = "type"
    text: str
    """The text."""


class ActionWaitParam(ComputerActionParam, Params):
    """Wait a moment."""

    type: Literal["wait"] = "wait"


if TYPE_CHECKING:
    AnyComputerAction: TypeAlias = ComputerActionParam
else:
    AnyComputerAction = Annotated[
        ActionClickParam
        | ActionDoubleClickParam
        | ActionDragParam
        | ActionKeypressParam
        | ActionMoveParam
        | ActionScreenshotParam
        | ActionScrollParam
        | ActionTypeParam
        | ActionWaitParam,
        Tagged("type"),
        accepts_results(),
    ]
    """Something to do with a computer."""


if TYPE_CHECKING:
    ComputerActions: TypeAlias = Sequence[ComputerActionParam]
else:
    ComputerActions = list[AnyComputerAction]
    """What to do, step by step."""


class PendingSafetyCheckParam(Params):
    """Something that a human should look at first."""

    id: str
    """Its id."""
    code: str | None = None
    """What is the matter, as a code."""
    message: str | None = None
    """What is the matter, in words."""


class ResponseComputerToolCallParam(InputItem, ReturnedItem):
    """Something to do with a computer: you do it and answer with a picture of the screen."""

    not_null = frozenset({"action", "actions", "id", "status"})

    type: Literal["computer_call"] = "computer_call"
    id: str | None = None
    """Its id."""
    call_id: str
    """Id of the call: the answer to a call names it."""
    pending_safety_checks: list[PendingSafetyCheckParam]
    """What a human should look at first."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""
    action: AnyComputerAction | None = None
    """What to do."""
    actions: ComputerActions | None = None
    """What to do, step by step."""


class ResponseComputerToolCallOutputScreenshotParam(Params):
    """A picture of the screen."""

    type: Literal["computer_screenshot"] = "computer_screenshot"
    image_url: str | None = None
    """Its address, or a `data:` URL that holds the picture in base64."""
    file_id: str | None = None
    """Id of an uploaded file."""


class ComputerCallOutputParam(InputItem, ReturnedItem):
    """The screen after a computer call: your answer to it."""

    type: Literal["computer_call_output"] = "computer_call_output"
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call: the answer to a call names it."""
    output: ResponseComputerToolCallOutputScreenshotParam
    """The screen."""
    id: str | None = None
    """Its id."""
    acknowledged_safety_checks: list[PendingSafetyCheckParam] | None = None
    """What a human has looked at."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""


# --- code ------------------------------------------------------------------------------------------------------------


class CodeOutputParam(Model):
    """What code came to."""


class OutputLogsParam(CodeOutputParam, Params):
    """What the code printed."""

    type: Literal["logs"] = "logs"
    logs: str
    """What was printed."""


class OutputImageParam(CodeOutputParam, Params):
    """A picture that the code made."""

    type: Literal["image"] = "image"
    url: str
    """Its address."""


if TYPE_CHECKING:
    AnyCodeOutput: TypeAlias = CodeOutputParam
else:
    AnyCodeOutput = Annotated[OutputLogsParam | OutputImageParam, Tagged("type"), accepts_results()]
    """What code came to."""


if TYPE_CHECKING:
    CodeOutputs: TypeAlias = Sequence[CodeOutputParam]
else:
    CodeOutputs = list[AnyCodeOutput]
    """What code came to."""


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
    outputs: CodeOutputs | None
    """What the code printed and made, when the request asked for it."""
