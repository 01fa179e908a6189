"""Calls of the service's tools: searches, computers, code; and what every item of a response is.

API reference: "Responses" (`output` of the response object, `input`). Every item may be handed back as it is, most of
these are not written by hand (`responses/input_params.py`).

Weak spot: `created_by` does not go out again."""

from collections.abc import Callable, Collection
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, StringConstraints

from typed_openai.models.base import Model, Open, Result, Tagged
from typed_openai.models.returned import ReturnedShape
from typed_openai.models.shape import CLOSED, SAID, Said, Shape
from typed_openai.models.unknown_kinds import UnknownKind


class AgentTag(Shape):
    """The agent that something belongs to, where several work on one response (`client.beta.responses`)."""

    agent_name: str
    """Its name, such as `/root`."""


class InputItem(Model):
    """One item of the input of a response: a message, a call, what a call came to, thoughts."""

    agent: Annotated[AgentTag, CLOSED] | None = None
    """The agent that made it, where several work on one response."""


class ToolCallerParam(Model):
    """Who called a tool: the model itself or a program."""


class WebSearchActionParam(Model):
    """What was done on the web."""


class ComputerActionParam(Model):
    """Something to do with a computer."""


class CodeOutputParam(Model):
    """What code came to."""


WRITERS: list[Callable[[dict[str, Any], Collection[str]], dict[str, Any]]] = []
"""What knows the shapes of all items as input: `input_params.py`, once it is loaded, as it is with every request."""


class ResponseItemBase(InputItem, Result):
    """What all items of a response have in common: each may stand in the `input` of the next request as it is."""

    def as_input(self) -> dict[str, Any]:
        """The item in the shape that a request takes.

        Left out is what only the server says (`created_by`) and what is None; members that nobody here knows stay, and
        an item of a kind that is newer than this package comes back as it was.
        """
        item = self.model_dump(mode="json")
        if not WRITERS:
            return {name: value for name, value in item.items() if value is not None}
        return WRITERS[0](item, type(self).model_fields)


class KeptItem(ResponseItemBase, ReturnedShape):
    """An item that goes both ways: what only the server says of it is forgotten where it is given."""

    output_only = frozenset({"created_by", "parsed_arguments"})


class IdentifiedItem(KeptItem):
    """One that has an id in every answer; what you write may go without."""

    type: Any
    id: Said[str] = SAID
    """Its id."""


class CallerDirect(ToolCallerParam, Shape):
    """The model itself."""

    type: Literal["direct"] = "direct"


class CallerProgram(ToolCallerParam, Shape):
    """A program that the model wrote."""

    type: Literal["program"] = "program"
    caller_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call of the program."""


class UnknownCaller(UnknownKind):
    """A caller of a kind that is newer than this package; its data is in `model_extra`."""


Caller: TypeAlias = Annotated[CallerDirect | CallerProgram | UnknownCaller, Tagged("type")]
"""Who called a tool: the model or a program."""


class CalledItem(KeptItem):
    """A call of a tool, or the answer to one."""

    type: Any
    id: str | None = None
    """Its id."""
    caller: Caller | None = None
    """Who called: the model itself, or a program of it."""


class AsKept(KeptItem):
    """An item as the service keeps it; a base of such, before what it keeps."""

    id: Said[str] = SAID
    """Its id."""
    created_by: str | None = None
    """Who made it."""


# --- search ----------------------------------------------------------------------------------------------------------


AttributeName: TypeAlias = Annotated[str, StringConstraints(max_length=64)]
AttributeValue: TypeAlias = (
    Annotated[str, StringConstraints(max_length=512)] | Annotated[float, Field(allow_inf_nan=False)] | bool
)


class FileSearchResult(Shape):
    """A piece of a file that a search found."""

    file_id: str | None = None
    """Id of an uploaded file."""
    text: str | None = None
    """The text."""
    filename: str | None = None
    """What the file is called."""
    attributes: Annotated[dict[AttributeName, AttributeValue], Field(max_length=16)] | None = None
    """Your own notes on the file."""
    score: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """How well it fits, from 0 to 1."""


class ResponseFileSearchToolCall(IdentifiedItem):
    """A search in your vector stores."""

    not_null = frozenset({"id", "status"})

    type: Literal["file_search_call"] = "file_search_call"
    status: Said[Literal["in_progress", "searching", "completed", "incomplete", "failed"]] = SAID
    """How far it has come."""
    queries: list[str]
    """What was searched for."""
    results: list[FileSearchResult] | None = None
    """What was found, when the request asked for it."""


class ActionSearchSource(Shape):
    """A page that a search rests on."""

    type: Literal["url"] = "url"
    url: str
    """Its address."""


class ActionSearch(WebSearchActionParam, Shape):
    """Search for something."""

    type: Literal["search"] = "search"
    query: str | None = None
    """What was searched for. Deprecated by the service: use `queries`."""
    queries: list[str] | None = None
    """What was searched for."""
    sources: list[ActionSearchSource] | None = None
    """The pages that were looked at."""


class ActionOpenPage(WebSearchActionParam, Shape):
    """Open a page."""

    type: Literal["open_page"] = "open_page"
    url: str | None = None
    """Its address."""


class ActionFind(WebSearchActionParam, Shape):
    """Look for words in a page."""

    type: Literal["find_in_page"] = "find_in_page"
    url: str | None = None
    """Its address."""
    pattern: str
    """The words that were looked for."""


class UnknownWebSearchAction(UnknownKind):
    """An action of a kind that is newer than this package; its data is in `model_extra`."""


WebSearchAction: TypeAlias = Annotated[
    ActionSearch | ActionOpenPage | ActionFind | UnknownWebSearchAction, Tagged("type")
]
"""What was done on the web."""


class ResponseFunctionWebSearch(IdentifiedItem):
    """A look at the web."""

    not_null = frozenset({"id", "status"})

    type: Literal["web_search_call"] = "web_search_call"
    status: Said[Literal["in_progress", "searching", "completed", "incomplete", "failed"]] = SAID
    """How far it has come."""
    action: WebSearchAction
    """What is done."""


# --- computers -------------------------------------------------------------------------------------------------------


class ActionDragPath(Shape):
    """A point on the screen."""

    x: int
    """Pixels from the left."""
    y: int
    """Pixels from the top."""


class _AtPlace(Shape):
    """Something that is done at one place of the screen."""

    type: Any
    x: int
    """Pixels from the left."""
    y: int
    """Pixels from the top."""


class ActionClick(ComputerActionParam, _AtPlace):
    """Click somewhere."""

    type: Literal["click"] = "click"
    button: Literal["left", "right", "wheel", "back", "forward"]
    """Which button of the mouse."""
    keys: list[str] | None = None
    """The keys."""


class ActionDoubleClick(ComputerActionParam, _AtPlace):
    """Click twice somewhere."""

    type: Literal["double_click"] = "double_click"
    keys: list[str] | None
    """The keys."""


class ActionDrag(ComputerActionParam, Shape):
    """Drag along a path."""

    type: Literal["drag"] = "drag"
    path: list[ActionDragPath]
    """The points on the way."""
    keys: list[str] | None = None
    """The keys."""


class ActionKeypress(ComputerActionParam, Shape):
    """Press keys."""

    type: Literal["keypress"] = "keypress"
    keys: list[str]
    """The keys."""


class ActionMove(ComputerActionParam, _AtPlace):
    """Move the mouse."""

    type: Literal["move"] = "move"
    keys: list[str] | None = None
    """The keys."""


class ActionScreenshot(ComputerActionParam, Shape):
    """Take a picture of the screen."""

    type: Literal["screenshot"] = "screenshot"


class ActionScroll(ComputerActionParam, _AtPlace):
    """Scroll."""

    type: Literal["scroll"] = "scroll"
    scroll_x: int
    """Pixels to the right."""
    scroll_y: int
    """Pixels down."""
    keys: list[str] | None = None
    """The keys."""


class ActionType(ComputerActionParam, Shape):
    """Type a text."""

    type: Literal["type"] = "type"
    text: str
    """The text."""


class ActionWait(ComputerActionParam, Shape):
    """Wait a moment."""

    type: Literal["wait"] = "wait"


class UnknownAction(UnknownKind):
    """An action of a kind that is newer than this package; its data is in `model_extra`."""


ComputerAction: TypeAlias = Annotated[
    ActionClick
    | ActionDoubleClick
    | ActionDrag
    | ActionKeypress
    | ActionMove
    | ActionScreenshot
    | ActionScroll
    | ActionType
    | ActionWait
    | UnknownAction,
    Tagged("type"),
]
"""Something to do with a computer."""


class PendingSafetyCheck(Shape):
    """Something that a human should look at first."""

    id: str
    """Its id."""
    code: str | None = None
    """What is the matter, as a code."""
    message: str | None = None
    """What is the matter, in words."""


class ResponseComputerToolCall(IdentifiedItem):
    """Something to do with a computer: you do it and answer with a picture of the screen."""

    not_null = frozenset({"action", "actions", "id", "status"})

    type: Literal["computer_call"] = "computer_call"
    call_id: str
    """Id of the call: the answer to a call names it."""
    pending_safety_checks: list[PendingSafetyCheck]
    """What a human should look at first."""
    status: Said[Literal["in_progress", "completed", "incomplete"]] = SAID
    """How far it has come."""
    action: ComputerAction | None = None
    """What to do."""
    actions: list[ComputerAction] | None = None
    """What to do, step by step."""


class ResponseComputerToolCallOutputScreenshot(Shape):
    """A picture of the screen."""

    type: Literal["computer_screenshot"] = "computer_screenshot"
    image_url: str | None = None
    """Its address, or a `data:` URL that holds the picture in base64."""
    file_id: str | None = None
    """Id of an uploaded file."""


class ResponseComputerToolCallOutputItem(ResponseItemBase, Result):
    """The screen after a computer call, as the service keeps it."""

    type: Open[Literal["computer_call_output"]]
    id: str
    """Its id."""
    call_id: str
    """Id of the call: the answer to a call names it."""
    output: ResponseComputerToolCallOutputScreenshot
    """What came of it."""
    status: Open[Literal["in_progress", "completed", "incomplete", "failed"]]
    """How far it has come."""
    acknowledged_safety_checks: list[PendingSafetyCheck] | None = None
    """What a human has looked at."""
    created_by: str | None = None
    """Who made it."""


# --- code ------------------------------------------------------------------------------------------------------------


class OutputLogs(CodeOutputParam, Shape):
    """What the code printed."""

    type: Literal["logs"] = "logs"
    logs: str
    """What was printed."""


class OutputImage(CodeOutputParam, Shape):
    """A picture that the code made."""

    type: Literal["image"] = "image"
    url: str
    """Its address."""


class UnknownCodeOutput(UnknownKind):
    """An output of a kind that is newer than this package; its data is in `model_extra`."""


CodeOutput: TypeAlias = Annotated[OutputLogs | OutputImage | UnknownCodeOutput, Tagged("type")]
"""What code came to."""


class ResponseCodeInterpreterToolCall(ResponseItemBase, Result):
    """Code that ran in a container."""

    type: Open[Literal["code_interpreter_call"]]
    id: str
    """Its id."""
    status: Open[Literal["in_progress", "completed", "incomplete", "interpreting", "failed"]]
    """How far it has come."""
    container_id: str
    """Id of the container."""
    code: str | None = None
    """The code."""
    outputs: list[CodeOutput] | None = None
    """What the code printed and made, when the request asked for it."""
