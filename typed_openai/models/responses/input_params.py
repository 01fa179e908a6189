"""The input of a response: all kinds of items in one union, and what came back as items to send again.

API reference: "Responses", the `input` parameter. The items: `responses/item_params.py` and those that it names.

Rules
* Items are told apart by `type`; of messages, who share theirs, those of the model with output content, an id or a
  status are output messages, the others are told apart by their status.
* Results may stand in an input as they are: items of a response or of a conversation are sent as their `as_input()`, a
  whole response as the items of its output, also amid other items.
* What a server has said it is told again: an item that comes from `as_input()` and is of no kind known here, or lacks
  something, goes out as it came. So does an item that was stored as JSON in between: it is known by its id, and may
  be of a newer kind, have newer values, and members at any depth that nobody here knows. Items that you write are
  checked; ids and statuses are optional in all of them.

Weak spots
* An item of an unknown kind that has no id, and was stored as JSON, is refused.
* Statically an input is `Sequence[InputItem]`; content in the wrong place is found at run time only."""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeAlias, Union
from zlib import crc32

from pydantic import (
    ConfigDict,
    Discriminator,
    InstanceOf,
    Tag,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import ErrorDetails, to_json

from typed_openai.models.base import Params
from typed_openai.models.given_results import in_form
from typed_openai.models.responses.agents import AgentMessageParam, MultiAgentCall, MultiAgentCallOutput
from typed_openai.models.responses.call_params import ImageGenerationCallParam, ResponseCodeInterpreterToolCallParam
from typed_openai.models.responses.calls import (
    WRITERS,
    InputItem,
    ResponseComputerToolCall,
    ResponseFileSearchToolCall,
    ResponseFunctionWebSearch,
)
from typed_openai.models.responses.content_params import Given, InputItems, fitted, names_of
from typed_openai.models.responses.echoes import CompactionTrigger, ComputerCallOutput, ItemReference
from typed_openai.models.responses.item_params import (
    AdditionalToolsParam,
    EasyInputMessageParam,
    FunctionCallOutputParam,
    InputMessageParam,
    ResponseCustomToolCallOutputParam,
    ToolSearchOutputParam,
)
from typed_openai.models.responses.items import (
    Program,
    ProgramOutput,
    ResponseCompactionItem,
    ResponseCustomToolCall,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseReasoningItem,
    ResponseToolSearchCall,
)
from typed_openai.models.responses.shell_calls import (
    ApplyPatchCall,
    ApplyPatchCallOutput,
    LocalShellCall,
    LocalShellCallOutput,
    McpApprovalRequest,
    McpApprovalResponse,
    McpCall,
    McpListTools,
    ShellCall,
    ShellCallOutput,
)
from typed_openai.models.responses.text import ResponseConfigurationUpdateItem
from typed_openai.models.returned import is_object
from typed_openai.models.shared import string_or_list

if TYPE_CHECKING:
    from collections.abc import Sequence


class ItemAsItCame(InputItem, Params):
    """An item of a kind, or in a state, that this package does not know, on its way back to the server that said it."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow")


class SentBack(dict[str, Any]):
    """An item as `as_input()` gives it: a dict that is known to come from a server."""

    __slots__ = ()


def _kind_of_item(value: Any) -> str | None:
    """What an item is: by its type, and messages, who share theirs, by what is in them."""
    if (known := _BY_MODEL.get(type(value))) is not None:
        return known  # what was checked, when it is written
    if not is_object(value):
        return next((kind for kind, model in _MEMBERS.items() if isinstance(value, model)), None)
    kind = value.get("type")
    if kind is None:
        kind = "item_reference" if "id" in value and "role" not in value else "message"
    if kind != "message":
        return kind if isinstance(kind, str) and " " not in kind else None
    if value.get("role") != "assistant":
        return "input message" if value.get("status") is not None else "easy message"
    content = value.get("content")
    first = content[0] if isinstance(content, list) and content else None
    said = first.get("type") if is_object(first) else getattr(first, "type", None)
    is_output = said in ("output_text", "refusal") or "id" in value or "status" in value
    return "output message" if is_output else "easy message"


_MEMBERS: dict[str, type[Given]] = {
    "easy message": EasyInputMessageParam,
    "input message": InputMessageParam,
    "output message": ResponseOutputMessage,
    "item_reference": ItemReference,
    "compaction_trigger": CompactionTrigger,
    "compaction": ResponseCompactionItem,
    "configuration_update": ResponseConfigurationUpdateItem,
    "reasoning": ResponseReasoningItem,
    "program": Program,
    "program_output": ProgramOutput,
    "function_call": ResponseFunctionToolCall,
    "function_call_output": FunctionCallOutputParam,
    "custom_tool_call": ResponseCustomToolCall,
    "custom_tool_call_output": ResponseCustomToolCallOutputParam,
    "tool_search_call": ResponseToolSearchCall,
    "tool_search_output": ToolSearchOutputParam,
    "additional_tools": AdditionalToolsParam,
    "file_search_call": ResponseFileSearchToolCall,
    "web_search_call": ResponseFunctionWebSearch,
    "computer_call": ResponseComputerToolCall,
    "computer_call_output": ComputerCallOutput,
    "image_generation_call": ImageGenerationCallParam,
    "code_interpreter_call": ResponseCodeInterpreterToolCallParam,
    "local_shell_call": LocalShellCall,
    "local_shell_call_output": LocalShellCallOutput,
    "shell_call": ShellCall,
    "shell_call_output": ShellCallOutput,
    "apply_patch_call": ApplyPatchCall,
    "apply_patch_call_output": ApplyPatchCallOutput,
    "mcp_list_tools": McpListTools,
    "mcp_approval_request": McpApprovalRequest,
    "mcp_approval_response": McpApprovalResponse,
    "mcp_call": McpCall,
    "multi_agent_call": MultiAgentCall,
    "multi_agent_call_output": MultiAgentCallOutput,
    "agent_message": AgentMessageParam,
    "item as it came": ItemAsItCame,
}

"""The models of items by their kind; a kind with spaces in its name is no `type`."""
_USUAL = frozenset({"easy message", "output message", "reasoning", "function_call", "function_call_output"})
"""What most inputs are made of; models of other items are built when one first comes."""
_BY_MODEL: dict[type[Any], str] = {model: kind for kind, model in reversed(_MEMBERS.items())}


def _items(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    """A list of items, results among them; what a server has said passes also where it is not as described."""
    plain = type(value) is list and set(map(type, value)) == {dict}
    given = value if plain else in_form(value)
    if not plain and isinstance(given, Iterable) and not isinstance(given, str | Mapping | InputItems):
        listed: list[Any] = []
        for each in given:
            item = in_form(each)
            listed += item if isinstance(item, list) and item is not each else [item]
        given = listed
    try:
        return check(given)
    except ValidationError as error:
        wrong: dict[object, set[str]] = {}
        for each in error.errors(include_url=False):
            place = each["loc"][0] if each["loc"] else None
            wrong.setdefault(place, set()).add("newer" if _is_newer(each) else each["type"])
        known = [
            ItemAsItCame.model_validate(_without_nobody(item))
            if place in wrong and _was_said(item, wrong[place])
            else item
            for place, item in enumerate(given if isinstance(given, list) else ())
        ]
        if not any(isinstance(item, ItemAsItCame) for item in known):
            raise
        return check(known)


def _without_nobody(item: Any) -> Any:
    """An item without the null that its dump has where nobody named an agent."""
    return {name: value for name, value in item.items() if name != "agent" or value is not None}


_LIMITS = frozenset(
    {"string_too_short", "string_too_long", "string_pattern_mismatch", "too_short", "too_long", "greater_than_equal"}
)
"""Faults of what is only more or less than a request may have: a server keeps to no limit of requests."""


def _is_newer(fault: ErrorDetails) -> bool:
    """Whether something may only be newer than this package: a member, a value of an enumeration, a kind, a limit."""
    kind, value = fault["type"], fault["input"]
    if kind == "union_tag_invalid":
        return is_object(value) and isinstance(value.get("type"), str)
    return kind in ("extra_forbidden", "input_item", *_LIMITS) or (kind == "literal_error" and isinstance(value, str))


def _was_said(item: Any, wrong: set[str]) -> bool:
    """Whether an item with these faults is one that a server said, and goes back as it came."""
    if isinstance(item, SentBack):
        return True
    kept = is_object(item) and isinstance(item.get("id"), str) and isinstance(item.get("type"), str)
    return kept and wrong == {"newer"}


def _text_or_items(value: Any) -> str | None:
    return string_or_list(value) or ("a list" if hasattr(type(value), "as_input") else None)


TEXT_OR_ITEMS = Discriminator(
    _text_or_items, custom_error_type="string_or_list", custom_error_message="Input should be a string or a list"
)
"""Annotation for a union whose members are tagged `a string` and `a list`; what stands for items counts as a list."""

if TYPE_CHECKING:
    AnyInputItem: TypeAlias = InputItem
    ResponseInput: TypeAlias = Sequence[InputItem | InputItems]
else:
    from typed_openai.models.deferred import LATER

    AnyInputItem = Annotated[
        Union[  # made from a table
            *(
                Annotated[model, Tag(kind)] if kind in _USUAL else Annotated[model, LATER, Tag(kind)]
                for kind, model in _MEMBERS.items()
            ),
            Annotated[InstanceOf[InputItems], Tag("items")],
        ],
        Discriminator(
            _kind_of_item, custom_error_type="input_item", custom_error_message="Input should be an input item"
        ),
    ]
    """An item, told apart by `type`; messages by what they hold."""

    ResponseInput = Annotated[list[AnyInputItem], WrapValidator(_items)]
    """A conversation as a list of items. That several items may stand for one is for `_items`, which puts them in."""


def as_sent(item: Mapping[str, Any], own: Collection[str] = ()) -> dict[str, Any]:
    """A dumped item as a request takes it, at every level; one of an unknown kind unchanged.

    own: the names that the model of the result declares. What it declares and a request does not take is left out.
    A call of a function without arguments gets an empty object, one of a custom tool an empty text, and one without
    `call_id` one that is made of the call; that they lacked is in the `issues` of the answer.
    """
    model = _MEMBERS.get(_kind_of_item(item) or "")
    if model is None:
        return SentBack(item)
    taken = names_of(model)
    sent = fitted(model, {name: value for name, value in item.items() if name in taken or name not in own})
    if model in (ResponseFunctionToolCall, ResponseCustomToolCall):
        written, nothing = ("arguments", "{}") if model is ResponseFunctionToolCall else ("input", "")
        if sent.get(written) is None:
            sent[written] = nothing
        if not isinstance(sent.get("call_id"), str):
            sent["call_id"] = sent.get("id") or f"call_{crc32(to_json(item, fallback=str)):08x}"
    if item.get("id") and model in (EasyInputMessageParam, InputMessageParam) and not _is_taken(model, sent):
        sent["id"] = item["id"]  # else nobody could tell that a server said it
    return SentBack(sent)


def _is_taken(model: type[Given], sent: Mapping[str, Any]) -> bool:
    try:
        model.__pydantic_validator__.validate_python(sent)
    except ValidationError:
        return False
    return True


def items_as_sent(output: Any) -> list[dict[str, Any]]:
    """The items of an output as input; what a server sent in another form than described goes back as it came.

    Raises `ResponseValidationError` where something is not an item at all: nobody would take it, and to leave it out
    would be to forget it. Calls that are the same and got an id of ours get one each.
    """
    listed = output if isinstance(output, list) else [] if output is None else [output]
    items: list[dict[str, Any]] = []
    for place, item in enumerate(listed):
        sent = as_sent(item) if isinstance(item, dict) else in_form(item)
        if item is None:
            continue
        if not isinstance(sent, dict):
            where = f"/output/{place}" if isinstance(output, list) else "/output"
            from typed_openai.core.request.faults import shown
            from typed_openai.errors import ResponseValidationError

            raise ResponseValidationError(f"{where} is not an item and cannot be sent: an object, got {shown(item)}")
        if sent.get("call_id") is not None and any(_is_same_call(sent, other) for other in items):
            sent["call_id"] = f"{sent['call_id']}_{place}"
        items.append(sent)
    return items


def _is_same_call(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two calls have one `call_id`: no answer could say which of them it is for."""
    names = ("type", "call_id")
    is_call = str(one.get("type")).endswith("_call")
    return is_call and all(one.get(name) == other.get(name) for name in names)


WRITERS.append(as_sent)
