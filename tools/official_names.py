"""Which of our classes the names of the official package stand for: writes `typed_openai/types/names.json`.

    python -m tools.official_names            needs the official package beside ours (`openai==3.57.0`)
    python -m tools.official_names --missing  list what has no counterpart here
    python -m tools.official_names --check    the same, and fail where there is any or the table is not fresh

Names and places are facts of the official package; the classes behind them are ours. Pairs are found by walking both
packages side by side: classes of one name first, then, field by field, what stands in the same place (members of unions
by their tags), and last what has the same fields. What cannot be found so stands in `BY_HAND`.

In the table a value is `module:Name` (below `typed_openai.`), `form module:Name` (its dict form), a list (a union of
such), `{"literal": [...]}`, or `{"list": value}`.
"""

from __future__ import annotations

import argparse
import ast
import functools
import importlib
import inspect
import json
import pkgutil
import re
import sys
import types
import typing
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from itertools import filterfalse
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from typing_extensions import is_typeddict

import typed_openai.models
from typed_openai.dict_forms.making import has_form
from typed_openai.models import known_values
from typed_openai.models.base import Params, Result

TABLE = Path(__file__).resolve().parents[1] / "typed_openai" / "types" / "names.json"
ELSEWHERE = re.compile(
    r"(websocket|"
    r"live\.sideband_connect|realtime\.realtime_connect|"
    r"beta\.beta_response(s_(client|server)|_(steer|inject|connection))|"
    r"beta\.(?!assistant|chatkit|thread|function_tool|code_interpreter_tool|file_search_tool|beta_|response|agent|environment|"
    r"hosted_|inline_capability|input_content|mcp_transport|multi_agent|output_text|persisted_|session_|setup_command|"
    r"subagent|summary_text|text_format|token_usage|web_search_action))"
)
"""Modules below `openai.types` whose areas are not here."""
AREAS = {
    "chat": r"chat\.|shared",
    "responses": r"responses\.|vector_stores\.filters|input_content",
    "beta.beta_": r"responses\.|vector_stores\.filters",
    "beta.response": r"responses\.",
    "beta": r"assistants\.|agents\.|tools",
    "fine_tuning": r"fine_tuning\.(fine_tuning|training)",
    "graders": r"fine_tuning\.grader",
    "shared": r"shared|vector_stores\.filters|responses\.(params|results)",
    "vector_stores": r"vector_stores\.vector_store",
    "audio": r"audio\.",
    "admin": r"admin\.",
    "decisions": r"decisions\.",
    "live": r"live\.|decisions\.",
    "realtime": r"realtime\.",
}
"""Where the classes of an area of the official package have their likes here: a pattern of module names."""
BORROWS = re.compile(r"openai\.types\.evals?[._]")
"""Areas made of shapes of others, which are paired with those first."""
BETA = re.compile(r"openai\.types\.beta\.(beta_|(?=response_))")
"""Modules of responses in beta, which are called as the stable ones but for this."""
BETA_NAMES = {
    "custom_tool:FormatText": "responses.tools:TextFormat",
    "format_text_config:JSONObject": "shared:ResponseFormatJSONObject",
    "format_text_config:Text": "shared:ResponseFormatText",
    "configuration_update_item:TextFormatText": "shared:ResponseFormatText",
}
"""Shapes of them that the stable ones take from elsewhere."""
_LISTS_OF_AGENTS = (
    *("sessions.item_list_params:Item", "sessions.turns.item_list_params:Item", "sessions.turn_list_params:Turn"),
    *("sessions.subagents.item_list_params:Item", "sessions.subagents.turns.item_list_params:Item"),
    *("sessions.subagents.turn_list_params:Turn", "sessions.subagent_list_params:Subagent"),
)
SEEDS = {
    **{f"beta.agents.{name}ListParams": "agents.kept_objects:AgentListParams" for name in _LISTS_OF_AGENTS},
    "beta.agents.environments.file_list_params:FileListParams": "agents.environments:EnvironmentFileListParams",
    "chat.completion_create_params:CompletionCreateParamsBase": "chat.params:ChatCompletionCreateParams",
    "responses.response_create_params:ResponseCreateParamsBase": "responses.params:ResponseCreateParams",
    "beta.response_create_params:ResponseCreateParamsBase": "responses.params:BetaResponseCreateParams",
    "beta.assistant_create_params:AssistantCreateParams": "assistants.assistants:AssistantCreateParams",
    "beta.threads.run_create_params:RunCreateParamsBase": "assistants.runs:RunCreateParams",
    "beta.threads.message_create_params:MessageCreateParams": "assistants.thread_messages:MessageCreateParams",
    "fine_tuning.job_create_params:JobCreateParams": "fine_tuning.fine_tuning_params:JobCreateParams",
}
"""Parameters of operations under their two names."""
_ANY_OBJECT = {"dict": ["str", "object"]}
_RETRIEVED = "models.responses.params:ResponseRetrieveParams"
_COUNTED = (
    *("AudioSpeeches", "AudioTranscriptions", "CodeInterpreterSessions", "Completions", "Costs", "Decisions"),
    *("Embeddings", "FileSearchCalls", "Images", "Moderations", "VectorStores", "WebSearchCalls"),
)
_EXTERNAL_KEY = "form models.admin.external_keys:ExternalKeyCreateParams"
_VOICE = "form models.audio.voices:VoiceCreateParams"
_LIVE_TOOLS = {
    "Tool": "tools:FunctionTool",
    "ToolWebSearch": "service_tools:WebSearchTool",
    "ToolFileSearch": "service_tools:FileSearchTool",
    "ToolCodeInterpreter": "service_tools:CodeInterpreter",
    "ToolShell": "service_tools:FunctionShellTool",
    "ToolImageGeneration": "service_tools:ImageGeneration",
    "ToolMcp": "service_tools:Mcp",
    "ToolCustom": "tools:CustomTool",
    "ToolNamespace": "tools:NamespaceTool",
    "ToolSearch": "tools:ToolSearchTool",
    "ToolProgrammaticToolCalling": "tools:ProgrammaticToolCalling",
    "ToolComputer": "service_tools:ComputerTool",
    "ToolApplyPatch": "service_tools:ApplyPatchTool",
}
"""Tools of responses that work for a live session, which are named there without their parameters."""
_LIVE_CHOICES = ["live.session:LiveToolChoiceTypes", "live.session:LiveToolChoiceAllowed"] + [
    f"responses.tool_choices:ToolChoice{kind}"
    for kind in ("Function", "Mcp", "Custom", "Programmatic", "ApplyPatch", "Shell")
]


def _of_live() -> Iterator[tuple[str, Any]]:
    """Names of the tools of a live session, in the four modules that have them."""
    for way, form in (("", ""), ("_param", "form ")):
        for change in ("", "update_"):
            place = f"live.responses_delegation_{change}config{way}"
            tools = {name: f"{form}models.responses.{where}" for name, where in _LIVE_TOOLS.items()}
            yield from ((f"{place}:{name}", value) for name, value in tools.items())
            yield f"{place}:Tool", [*tools.values()]
            choices = [f"{form}models.{where}" for where in _LIVE_CHOICES]
            yield f"{place}:ToolChoice", [{"literal": ["auto", "none", "required"]}, *choices]
            yield f"{place}:ToolChoiceWebSearch", choices[0]
            yield f"{place}:ToolChoiceLiveAllowedToolsChoiceParamTool", _ANY_OBJECT
            allowed = ("FileSearch", "WebSearch", "WebSearchPreview", "ImageGeneration", "Computer", "CodeInterpreter")
            for name in (*allowed, "ProgrammaticToolCalling", "Shell", "ApplyPatch"):
                yield f"{place}:ToolChoiceLiveAllowedToolsChoiceParamTool{name}", _ANY_OBJECT


BY_HAND: dict[str, Any] = {
    **dict(_of_live()),
    **{name: f"structured:{name}" for name in ("ParsedChatCompletion", "ParsedChatCompletionMessage", "ParsedChoice")},
    "ParsedResponse": "structured.responses:ParsedResponse",
    "VoiceCreateParams": _VOICE,
    "CreateVoiceRequestAudioSample": _VOICE,
    "CreateVoiceRequestPrompt": _VOICE,
    **{f"Usage{kind}Response": "models.admin.usage_pages:BucketPage" for kind in _COUNTED},
    "ExternalKeyCreateParams": _EXTERNAL_KEY,
    **{f"V1OrganizationExternalKeysPostRequest{cloud}": _EXTERNAL_KEY for cloud in ("Aws", "Azure", "Gcp", "Oci")},
    "RunSubmitToolOutputsParamsBase": "form models.assistants.runs:RunSubmitToolOutputsParams",
    **{
        f"beta.response_retrieve_params:ResponseRetrieveParams{kind}": f"form {_RETRIEVED}"
        for kind in ("Base", "NonStreaming", "Streaming")
    },
    "beta.response_retrieve_params:ResponseRetrieveParams": [f"form {_RETRIEVED}"],
    "beta:ResponseRetrieveParams": [f"form {_RETRIEVED}"],
    "video_create_params:InputReference": "models.videos:InputReference",
    "video_edit_params:Video": "models.videos:VideoInput",
    "video_extend_params:Video": "models.videos:VideoInput",
    "responses.computer_action_param:Screenshot": "form models.responses.calls:ActionScreenshot",
    "responses.computer_action_param:Wait": "form models.responses.calls:ActionWait",
    "AgentBrowserAuthenticationCancelParam": "form models.agents.session_inputs:BrowserAuthenticationParam",
    "SessionInputParamAgentSessionInputCancel": "form models.agents.session_inputs:CancelInput",
    "AgentSessionInputParam": [
        f"form models.agents.session_inputs:{kind}Input"
        for kind in ("McpApproval", "ComputerApproval", "Message", "Cancel", "ToolResult")
    ],
    "EventCreateParams": "form models.agents.session_inputs:SessionEventCreateParams",
    "ComputerActionParam": [
        f"form models.responses.calls:Action{kind}"
        for kind in ("Click", "DoubleClick", "Drag", "Keypress", "Move", "Screenshot", "Scroll", "Type", "Wait")
    ],
    **{
        f"{module}:ImageGenerationCall{name}": _ANY_OBJECT  # which a request takes as the service said it
        for area in ("responses.", "beta.beta_")
        for module in (f"{area}response_input_item_param", f"{area}response_input_param")
        for name in ("Error", "ErrorModerationDetails", "SvgUsage")
    },
}
"""Official name, or its place and name → ours, where no walk finds it."""
OF_OTHER_AREAS = re.compile(r"ResponseFormatText(Grammar|Python)$")
"""Names in shared modules that no operation uses."""


def official_modules() -> Iterator[types.ModuleType]:
    """Every module below `openai.types` of the areas that are here."""
    root = importlib.import_module("openai.types")
    yield root
    for found in pkgutil.walk_packages(root.__path__, "openai.types."):
        place = found.name.removeprefix("openai.types.")
        if not is_elsewhere(place):
            yield importlib.import_module(found.name)


def is_elsewhere(place: str) -> bool:
    """Whether a module belongs to an area that is not here."""
    return place != "beta" and ELSEWHERE.match(place) is not None


def our_classes() -> dict[type[BaseModel], list[str]]:
    """Every model of ours with its names (aliases in its module, too), in the order of their modules."""
    found: dict[type[BaseModel], list[str]] = {}
    for each in pkgutil.walk_packages(typed_openai.models.__path__, "typed_openai.models."):
        module = importlib.import_module(each.name)
        for name, value in vars(module).items():
            if not isinstance(value, type) or not issubclass(value, BaseModel) or value.__module__ != module.__name__:
                continue
            if not value.__name__.startswith("Unknown"):  # what this package does not know has no official name
                found.setdefault(value, []).append(name)
    return found


def bare(annotation: Any) -> Any:
    """Without `Annotated`, `Required` and the like."""
    while get_origin(annotation) in (typing.Annotated, typing.Required, typing.NotRequired):
        annotation = get_args(annotation)[0]
    return annotation


def members(annotation: Any) -> list[Any]:
    """The members of a union at any depth of it, those of lists and dicts among them."""
    inner = bare(annotation)
    origin = get_origin(inner)
    if origin in (Union, types.UnionType):
        return [member for each in get_args(inner) for member in members(each)]
    if origin is not None and origin is not Literal:
        return [member for each in get_args(inner) if each is not ... for member in members(each)]
    return [inner]


@functools.cache
def fields(cls: Any) -> dict[str, Any]:
    """Name in the API → annotation, of a model or a TypedDict."""
    if is_typeddict(cls):
        try:
            return typing.get_type_hints(cls, include_extras=True)
        except NameError:  # an annotation that the official module imports for type checkers only
            return dict.fromkeys(cls.__annotations__, Any)
    if not cls.__pydantic_fields_complete__:
        cls.model_rebuild()
    return {info.alias or name: info.annotation for name, info in cls.model_fields.items()}


def is_shape(kind: Any) -> bool:
    """Whether a type is a model or a TypedDict."""
    return isinstance(kind, type) and (is_typeddict(kind) or issubclass(kind, BaseModel))


@functools.cache
def tags(cls: Any) -> frozenset[tuple[str, str]]:
    """What names a shape: `(type, message)`."""
    return frozenset(
        (name, value)
        for name, annotation in fields(cls).items()
        if name in ("type", "role", "object", "event")
        for member in members(annotation)
        if get_origin(member) is Literal
        for value in get_args(member)
        if isinstance(value, str)
    )


class Pairs:
    """Official class → ours, for one direction (answers, or what goes out)."""

    def __init__(self, ours: dict[type[BaseModel], list[str]]) -> None:
        self.ours = ours
        self.by_name: dict[str, list[type[BaseModel]]] = defaultdict(list)
        for cls, names in ours.items():
            for name in names:
                self.by_name[name].append(cls)
        self.found: dict[Any, type[BaseModel]] = {}

    def begin(self, official: Any) -> None:
        """Pair a class with ours of that name, when there is just one that can be meant."""
        name = official.__name__
        names = (name, name.removesuffix("Param"), f"{name}Param", name.removesuffix("Params"))
        fitting = [cls for each in names for cls in self.by_name.get(each, []) if self.likeness(official, cls) >= 0.4]
        if fitting and official not in self.found:
            self.follow(official, max(fitting, key=lambda cls: self.likeness(official, cls)))

    def follow(self, official: Any, ours: type[BaseModel]) -> None:
        """Pair two classes, and what stands in the same places of both."""
        if official in self.found:
            return
        self.found[official] = ours
        known = fields(ours)
        for name, annotation in fields(official).items():
            if name in known:
                mine = [kind for kind in members(known[name]) if is_shape(kind) and kind in self.ours]
                theirs = [kind for kind in members(annotation) if is_shape(kind)]
                self.pair(theirs, mine)

    def pair(self, theirs: list[Any], mine: list[type[BaseModel]]) -> None:
        """Pair the members of two unions."""
        for official in theirs:
            fitting = mine if len(theirs) == len(mine) == 1 else [c for c in mine if self.likeness(official, c) >= 0.3]
            if fitting:
                self.follow(official, max(fitting, key=lambda cls: self.likeness(official, cls)))

    def guess(self, official: Any) -> None:
        """Pair by fields alone, where they agree nearly, and in more than what names a shape."""
        telling = set(fields(official)) - {"type", "role", "object", "id", "data"}
        fitting = [cls for cls in self.ours if self.likeness(official, cls) >= 0.9 and telling & set(fields(cls))]
        if fitting and official not in self.found:
            self.follow(official, max(fitting, key=lambda cls: self.likeness(official, cls)))

    @staticmethod
    def likeness(official: Any, ours: type[BaseModel]) -> float:
        """0 to 1: how many fields both have, 0 when their tags say different things."""
        theirs, mine = set(fields(official)), set(fields(ours))
        one, other = tags(official), tags(ours)
        if {name for name, _ in one} & {name for name, _ in other} and not one & other:
            return 0.0
        alike = len(theirs & mine) / max(len(theirs | mine), 1)
        named = official.__name__.removesuffix("Param") == ours.__name__.removesuffix("Param")
        area = next((area for area in AREAS if official.__module__.startswith(f"openai.types.{area}")), "")
        near = bool(area) and re.match(AREAS[area], ours.__module__.removeprefix("typed_openai.models.")) is not None
        return float(alike + 0.2 * named + 0.3 * near)


def dict_form(official: Any) -> Any:
    """The TypedDict of a class that only goes out (an event for a server), which has both; None of another."""
    module = sys.modules.get(f"{official.__module__}_param")
    return getattr(module, f"{official.__name__}Param", getattr(module, official.__name__, None))


def known_list(literal: Any) -> str | None:
    """The alias in `known_values.py` that has these values."""
    for name, value in vars(known_values).items():
        if not name.startswith("_") and get_origin(value) is Literal and set(get_args(value)) == set(get_args(literal)):
            return f"models.known_values:{name}"
    return None


def place_of(cls: type) -> str:
    """`module:Name` below the package."""
    return f"{cls.__module__.removeprefix('typed_openai.')}:{cls.__name__}"


def handed_on_from_elsewhere(package: types.ModuleType) -> set[str]:
    """The names that a package imports from modules of areas that are not here."""
    found: set[str] = set()
    place = package.__name__.removeprefix("openai.types").removeprefix(".")
    for statement in ast.parse(inspect.getsource(package)).body:
        if isinstance(statement, ast.ImportFrom) and statement.module and statement.level:
            source = ".".join([*place.split("."), statement.module]).removeprefix(".")
            if is_elsewhere(source):
                found |= {alias.asname or alias.name for alias in statement.names}
    return found


def defined_beside(module: types.ModuleType) -> list[str]:
    """The public names that a module defines and does not list: unions of parameters, names of before."""
    body = ast.parse(inspect.getsource(module)).body
    said = [each for each in body if isinstance(each, ast.Assign | ast.AnnAssign)]
    names = [each for one in said for each in ast.walk(one) if isinstance(each, ast.Name)]
    public = [each.id for each in names if isinstance(each.ctx, ast.Store)]
    public += [each.name for each in body if isinstance(each, ast.ClassDef)]
    return [name for name in public if name[0] != "_" and not isinstance(getattr(module, name), typing.TypeVar)]


class Table:
    """The table, as far as it can be found, and what is missing."""

    def __init__(self) -> None:
        ours = our_classes()
        answers = (cls for cls in ours if issubclass(cls, Result) or not issubclass(cls, Params))
        self.answers = Pairs({cls: ours[cls] for cls in answers})
        self.given = Pairs({cls: ours[cls] for cls in ours if has_form(cls)})
        self.modules = list(official_modules())
        self.seed()
        shapes = [value for module in self.modules for value in vars(module).values() if is_shape(value)]
        shapes.sort(key=lambda shape: BORROWS.match(shape.__module__) is not None)
        beta = [shape for shape in dict.fromkeys(shapes) if BETA.match(shape.__module__)]
        for step in ("begin", "guess"):
            if step == "guess":
                self.follow_stable(beta)
            for shape in dict.fromkeys(shapes):
                if step == "begin" and shape in beta:
                    continue
                if shape.__module__.startswith("openai."):
                    getattr(self.given if is_typeddict(shape) else self.answers, step)(shape)
        self.missing: list[str] = []

    def follow_stable(self, beta: list[Any]) -> None:
        """Shapes of responses in beta stand for what the stable ones of the same module and name stand for."""
        for shape in beta:
            full = f"{shape.__module__.removesuffix('_param').removesuffix('_param')}:{shape.__name__}"
            known = next((ours for end, ours in BETA_NAMES.items() if full.endswith(f"_{end}")), None)
            if known is not None:
                where, _, cls = known.partition(":")
                pairs = self.given if is_typeddict(shape) else self.answers
                pairs.found[shape] = getattr(importlib.import_module(f"typed_openai.models.{where}"), cls)
            place = BETA.sub("openai.types.responses.", shape.__module__)
            names = (shape.__name__, shape.__name__.replace("Beta", "", 1))
            with suppress(ModuleNotFoundError):
                module = importlib.import_module(place)
                stable = next((vars(module)[name] for name in names if name in vars(module)), None)
                for pairs in (self.given, self.answers):
                    if stable in pairs.found:
                        pairs.found.setdefault(shape, pairs.found[stable])

    def seed(self) -> None:
        """Begin with the parameters of the great operations: what stands in them is paired by its place."""
        for place, ours in SEEDS.items():
            module, _, name = place.partition(":")
            official = getattr(importlib.import_module(f"openai.types.{module}"), name)
            where, _, cls = ours.partition(":")
            self.given.follow(official, getattr(importlib.import_module(f"typed_openai.models.{where}"), cls))

    def rows(self) -> dict[str, dict[str, Any]]:
        """Module below `openai.types` → name → value."""
        found: dict[str, dict[str, Any]] = {}
        for module in self.modules:
            place = module.__name__.removeprefix("openai.types").removeprefix(".")
            names: dict[str, Any] = {}
            for name in filterfalse(OF_OTHER_AREAS.match, self.public(module)):
                by_hand = BY_HAND.get(f"{place}:{name}", BY_HAND.get(name))
                value = self.value(getattr(module, name)) if by_hand is None else by_hand
                if value is None:
                    self.missing.append(f"{place}:{name}")
                else:
                    names[name] = value
            if names:
                found[place] = names
        return found

    @staticmethod
    def public(module: types.ModuleType) -> list[str]:
        """What a module is there for: what it lists and defines; in a package what it hands on of the areas here."""
        if hasattr(module, "__all__"):
            return list(dict.fromkeys([*module.__all__, *defined_beside(module)]))
        elsewhere = handed_on_from_elsewhere(module)
        return [
            name
            for name, value in vars(module).items()
            if not name.startswith("_") and not inspect.ismodule(value) and name != "annotations"
            if name not in elsewhere
        ]

    def value(self, official: Any) -> Any:
        """What stands for a class or an alias; None when that is not here."""
        inner = bare(official)
        origin = get_origin(inner)
        if is_shape(inner):
            pairs = self.given if is_typeddict(inner) else self.answers
            ours, sent = pairs.found.get(inner), self.given.found.get(dict_form(inner))
            only_sent = inner.__module__.endswith("client_event") or (  # nothing of ours reads it
                inner.__name__.endswith(("Event", "Params")) and sent is not None and sent.__name__ == inner.__name__
            )
            if sent is not None and (ours is None or only_sent):
                ours = sent
            return None if ours is None else ("form " if is_typeddict(inner) else "") + place_of(ours)
        if origin in (Union, types.UnionType):
            known = [self.value(each) for each in get_args(inner)]
            flat = [each for value in known for each in (value if isinstance(value, list) else [value])]
            return None if None in flat else [each for n, each in enumerate(flat) if each not in flat[:n]]
        if origin is Literal:
            return known_list(inner) or {"literal": list(get_args(inner))}
        if origin in (list, typing.Iterable) or (
            isinstance(origin, type) and origin.__name__ in ("Iterable", "Sequence")
        ):
            item = self.value(get_args(inner)[0])
            return None if item is None else {"list": item}
        if origin is dict:
            return {"dict": [self.value(each) for each in get_args(inner)]}
        if inner in (str, int, float, bool, object, types.NoneType):
            return getattr(inner, "__name__", "None") if inner is not types.NoneType else "None"
        if inner is Any or isinstance(inner, typing.TypeVar):
            return "object"
        return None


def main() -> int:
    """Write the table, or list what is missing."""
    parser = argparse.ArgumentParser(prog="python -m tools.official_names", description="Write the table of names.")
    parser.add_argument("--missing", action="store_true", help="write nothing; list what has no counterpart")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a name is missing or not fresh")
    given = parser.parse_args()
    table = Table()
    rows = table.rows()
    text = json.dumps(rows, indent=0, sort_keys=True) + "\n"
    if given.missing or given.check:
        print("\n".join(table.missing))
    else:
        TABLE.write_text(text, encoding="utf-8")
    print(f"{sum(map(len, rows.values()))} names, {len(table.missing)} missing", file=sys.stderr)
    if is_stale := given.check and TABLE.read_text(encoding="utf-8") != text:
        print("the table is not fresh: run `python -m tools.official_names`", file=sys.stderr)
    return int(is_stale or (given.check and bool(table.missing)))


if __name__ == "__main__":
    sys.exit(main())
