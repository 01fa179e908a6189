"""The stubs of sockets: connections, managers, send helpers and handlers by the name of the event, in both colours.

Two modules hide behind them: `sockets/connections.py`, whose classes are made at run time, and `sockets/lanes.py`,
whose methods are written once for both colours.

Rules
* `on("response.done", handler)`: one overload for each event (and one as a decorator); a name that no event has takes a
  handler of the unknown member, so that a wrong handler is no way around. `once` is `on`.
* A method of several steps (`stepwise`) is printed in either colour; `**params` as what it stands for.
* The events of a connection are a union without an alias inside it, in which ty would not narrow.
* Groups of send helpers are classes that exist in stubs alone (`_RealtimeConversationItemEvents`), as is what several
  kinds of connections share: what would be printed a second time under another name is printed once.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Iterable, Iterator
from functools import cached_property
from types import FunctionType
from typing import Any, Self, TypeVar, get_args, get_origin, get_type_hints

from tools.stubgen.model import Method, Module, Reference
from tools.stubgen.printing import BANNER, Printer, indented, literal
from typed_openai.core.attribute_docs import names_for_types
from typed_openai.core.declare.flow_methods import _options_of
from typed_openai.core.declare.signature import fields_of
from typed_openai.core.lazy_names import named
from typed_openai.dict_forms.making import IN_CALLS
from typed_openai.sockets import connections, lanes
from typed_openai.sockets.connection import Connected
from typed_openai.sockets.lanes import AsyncLane, Lane
from typed_openai.sockets.protocol import SocketProtocol
from typed_openai.sockets.reconnecting import ReconnectedEvent
from typed_openai.sockets.senders import Group, Helper, group_of
from typed_openai.sockets.steps import Each

T = TypeVar("T")
Groups = type[Group]  # inside a printer `type` is a method
_HIDDEN = frozenset(("post", "config", "protocol", "is_async", "limits", "lane", "on", "once", "off"))
_TAKING = (
    '"""What `on` is as a decorator: it takes a handler of the event, and leaves it as it is."""',
    "def __call__(self, handler: Callable[[E], T], /) -> Callable[[E], T]: ...",
)
_GIVE_EVENTS = ("recv", "parse_event")
"""Methods that give an event, which the sources call `Any`."""


def socket_stubs() -> dict[str, str]:
    """Path inside the stub package → text."""
    return {
        "sockets/connections.pyi": ConnectionsPrinter(connections.__name__).text(),
        "sockets/lanes.pyi": LanesPrinter(lanes.__name__).text(),
    }


def handed_on_connections() -> str:
    """What the folder hands on besides what its sources define: the classes that are made at run time."""
    kinds = [kind.__name__ for pair in connections.ALL for colour in pair for kind in colour]
    return "".join(f"from {connections.__name__} import {kind} as {kind}\n" for kind in kinds)


class SocketPrinter(Printer):
    """Prints classes whose methods run steps."""

    def __init__(self, name: str) -> None:
        super().__init__(Module(name, False, []))

    def type(self, annotation: Any) -> str:
        if annotation is Self:
            return self.imported("typing", "Self")
        if get_origin(annotation) is Each:
            raise TypeError("the colour of an iterator is said by its method")
        return super().type(annotation)

    def methods(self, kind: Any, is_async: bool, event: str | None = None) -> Iterator[str]:
        """The public methods of a class and its bases, each in the colour of the class."""
        for _, lines in self.by_base(kind, is_async, event):
            yield from lines

    def by_base(self, kind: Any, is_async: bool, event: str | None = None) -> Iterator[tuple[Any, list[str]]]:
        """The same by the class that defines them, the nearest first."""
        seen: set[str] = set()
        for base in kind.__mro__[:-1]:
            lines: list[str] = []
            for name, value in vars(base).items():
                if name in seen or name.startswith("_") or name in _HIDDEN:
                    continue
                seen.add(name)
                if isinstance(value, FunctionType):
                    lines += self.coloured(value, is_async, event)
                elif isinstance(value, property) and value.fget is not None:
                    lines += ["@property", f"def {name}(self) -> {self.type(_hints(value.fget)['return'])}:"]
                    lines += indented([literal(inspect.getdoc(value) or "")])
            if lines:
                yield base, lines

    def iteration(self, event: str, is_async: bool) -> list[str]:
        """How a class is iterated."""
        own = self.imported("typing", "Self")
        if is_async:
            return [f"def __aiter__(self) -> {own}: ...", f"async def __anext__(self) -> {event}: ..."]
        return [f"def __iter__(self) -> {own}: ...", f"def __next__(self) -> {event}: ..."]

    def coloured(self, function: FunctionType, is_async: bool, event: str | None) -> Iterator[str]:
        """One method in one colour."""
        spelled = vars(function).get("spelled")
        inner: Any = inspect.unwrap(function)
        hints = _hints(inner)
        parameters = []
        for item in list(inspect.signature(inner).parameters.values())[1:]:
            if item.kind is not inspect.Parameter.VAR_KEYWORD:
                parameters.append(item.replace(annotation=hints.get(item.name, Any)))
            elif spelled is not None:
                known = {each.name for each in parameters}
                parameters += fields_of(named(spelled.params), (*spelled.leave_out, *known), IN_CALLS)
                parameters += [option for place in spelled.options for option in _options_of(named(place))]
        result = get_args(hints["return"])[-1] if spelled is not None else hints["return"]
        if get_origin(result) is Each:
            result = (AsyncIterator if is_async else Iterator)[get_args(result)[0]]
        signature = inspect.Signature(_in_order(parameters), return_annotation=result)
        method = Method(
            function.__name__, inspect.getdoc(function) or "", [signature], spelled is not None and is_async
        )
        for line in self.method(method):
            yield line.replace(" -> Any:", f" -> {event}:") if function.__name__ in _GIVE_EVENTS else line


def _in_order(parameters: list[inspect.Parameter]) -> list[inspect.Parameter]:
    """Keyword-only ones last; those that share a name with an earlier one are left out."""
    unique = {item.name: item for item in reversed(parameters)}
    return sorted((item for item in parameters if unique[item.name] is item), key=lambda item: item.kind)


def _hints(function: Any) -> dict[str, Any]:
    return get_type_hints(function, localns=names_for_types(function.__module__))


class LanesPrinter(SocketPrinter):
    """Prints the lanes."""

    def text(self) -> str:
        event = self.imported("typed_openai.models.responses.socket_events", "ResponsesServerEvent")
        body: list[str] = []
        for kind, is_async in ((Lane, False), (AsyncLane, True)):
            body += [f"class {kind.__name__}:", *indented([literal(inspect.getdoc(kind) or "")])]
            body += indented(["stream_id: str | None", *self.methods(kind, is_async, event)])
            body += indented(self.iteration(event, is_async))
        body += ["class LaneLimits:", *indented([literal(inspect.getdoc(lanes.LaneLimits) or "")])]
        fields = inspect.signature(lanes.LaneLimits).parameters.values()
        shown = ", ".join(f"{item.name}: int = ..." for item in fields)
        body += indented([*(f"{item.name}: int" for item in fields), f"def __init__(self, {shown}) -> None: ..."])
        return "\n".join([BANNER, *sorted(self.imports), "", *body, ""])


class ConnectionsPrinter(SocketPrinter):
    """Prints the connections and all that hangs on them."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.body: list[str] = []
        self._made: dict[tuple[str, tuple[str, ...]], str] = {}

    def text(self) -> str:
        self.imports |= {
            f"from typing import {name}" for name in ("Any", "Generic", "NamedTuple", "TypeAlias", "TypeVar")
        }
        self.imports.add("from collections.abc import Callable")
        self.body += ['T = TypeVar("T")', 'E = TypeVar("E")', "class Colours(NamedTuple):"]
        self.body += indented([f"{name}: tuple[Any, Any]" for name in connections.Colours._fields])
        self.body += [
            f"{name}: Colours" for name, value in vars(connections).items() if isinstance(value, connections.Colours)
        ]
        self.body.append("ALL: tuple[Colours, ...]")
        self.body += ["class _Taking(Generic[E]):", *indented(_TAKING)]
        for pair in connections.ALL:
            self.kind(pair)
        return "\n".join([BANNER, *sorted(self.imports), "", *self.body, ""])

    def made(self, name: str, head: str, lines: Iterable[str]) -> str:
        """The name of what has these lines, which is printed unless it is there already, whatever it is called."""
        lines = tuple(lines)
        if (head, lines) not in self._made:
            self._made[head, lines] = name
            self.body += [head.format(name), *indented(lines)]
        return self._made[head, lines]

    def kind(self, pair: connections.Colours) -> None:
        """All classes of one kind of socket."""
        protocol: SocketProtocol = pair.connections[0].protocol
        (union, *_) = get_args(protocol.union.__value__)
        members = " | ".join(map(self.type, (*get_args(union), ReconnectedEvent)))
        events = self.made(f"_{protocol.name}Event", f"{{}}: TypeAlias = {members}", ())
        listening = self.made(f"_{protocol.name}Listening", "class {}:", self.listening(protocol, events))
        for is_async in (False, True):
            connection, manager = pair.connections[is_async], pair.managers[is_async]
            parts = [(base.__name__, lines) for base, lines in self.by_base(connection, is_async, "E")]
            parts.append(("Iterated", [*self.iteration("E", is_async), *leaving("Self", is_async)]))
            shared = [self.shared(_hidden(name, is_async), lines, events) for name, lines in parts]
            own = [literal(inspect.getdoc(connection) or ""), *self.connection(connection, protocol, is_async)]
            self.body += [f"class {connection.__name__}({', '.join((listening, *shared))}):", *indented(own)]
            self.body += [
                f"class {manager.__name__}({listening}):",
                *indented(self.manager(manager, connection, is_async)),
            ]

    def shared(self, name: str, lines: list[str], events: str) -> str:
        """The class that has these methods, which other kinds of connections have too; `E` stands for their events."""
        is_generic = any("-> E:" in line for line in lines)
        made = self.made(name, "class {}(Generic[E]):" if is_generic else "class {}:", lines)
        return f"{made}[{events}]" if is_generic else made

    def listening(self, protocol: SocketProtocol, events: str) -> Iterator[str]:
        """`on`, `once` and `off`, by the name of the event."""
        self.imports |= {"from typing import overload", "from typing import Literal", "from typing import Self"}
        models = {name: self.type(model) for name, model in protocol.by_type.items()}
        known = {**models, "reconnected": self.type(ReconnectedEvent), "event": events}
        doc = literal(inspect.getdoc(Connected.on) or "")
        for kind, model in [
            *((f"Literal[{name!r}]", model) for name, model in known.items()),
            ("str", self.unknown(protocol)),
        ]:
            yield "@overload"
            yield f"def on(self, event_type: {kind}, handler: Callable[[{model}], object]) -> Self:"
            yield f"    {doc}"
            yield from ("@overload", f"def on(self, event_type: {kind}, handler: None = None) -> _Taking[{model}]: ...")
            doc = "..."
        yield from ("once = on", "def off(self, event_type: str, handler: Callable[..., object]) -> Self:")
        yield f"    {literal(inspect.getdoc(Connected.off) or '')}"

    def unknown(self, protocol: SocketProtocol) -> str:
        """The member of the union that stands for events which are newer."""
        (union, *_) = get_args(protocol.union.__value__)
        known = set(protocol.by_type.values())
        return next(self.type(model) for model in get_args(union) if model not in known)

    def group(self, protocol: SocketProtocol, group: Groups, is_async: bool) -> str:
        """The class of a group of send helpers, after those below it."""
        members = list(self.group_members(protocol, group, is_async))
        doc = literal(inspect.getdoc(group) or "")
        return self.made(_hidden(group.__name__, is_async), "class {}:", [doc, *members])

    def group_members(self, protocol: SocketProtocol, group: Groups, is_async: bool) -> Iterator[str]:
        """The helpers of a group, and the groups below it."""
        for name, value in vars(group).items():
            if isinstance(value, cached_property):
                below = self.group(protocol, _below(protocol, group, name), is_async)
                yield from ("@property", f"def {name}(self) -> {below}: ...")
            elif isinstance(value, Helper):
                yield from self.method(Method(name, value.__doc__, [value.signature(IN_CALLS)], is_async))

    def connection(self, kind: Any, protocol: SocketProtocol, is_async: bool) -> Iterator[str]:
        """What a class of connections has for itself."""
        yield from self.group_members(protocol, group_of(protocol), is_async)
        if hasattr(kind, "limits"):
            lane = self.imported(lanes.__name__, "AsyncLane" if is_async else "Lane")
            limits = self.imported(lanes.__name__, "LaneLimits")
            yield from (f"limits: {limits}", f"def lane(self, stream_id: str | None = None) -> {lane}:")
            yield from indented([literal(inspect.getdoc(lanes.Lanes.lane) or "")])

    def manager(self, kind: Any, connection: Any, is_async: bool) -> Iterator[str]:
        """What a class of what `connect` gives has."""
        yield literal(inspect.getdoc(kind) or "")
        for name in ("send", "enter"):
            function: Any = next(vars(base)[name] for base in kind.__mro__ if name in vars(base))
            hints = _hints(function)
            parameters = [
                item.replace(annotation=hints[item.name])
                for item in [*inspect.signature(function).parameters.values()][1:]
            ]
            result = Reference(self.module.name, connection.__name__) if name == "enter" else None
            signature = inspect.Signature(parameters, return_annotation=result)
            yield from self.method(
                Method(name, inspect.getdoc(function) or "", [signature], is_async and name == "enter")
            )
        yield from leaving(connection.__name__, is_async)


def leaving(entered: str, is_async: bool) -> list[str]:
    """How a class is entered and left."""
    prefix, word = ("async ", "a") if is_async else ("", "")
    return [
        f"{prefix}def __{word}enter__(self) -> {entered}: ...",
        f"{prefix}def __{word}exit__(self, kind: Any, error: Any, at: Any) -> None: ...",
    ]


def _below(protocol: SocketProtocol, group: Groups, name: str) -> Groups:
    """The group that an attribute of a group leads to."""
    found: Any = vars(group)[name]
    made = found.func(_NoConnection())
    return type(made)


class _NoConnection:
    """What a group is made of where nobody sends."""


def _hidden(name: str, is_async: bool) -> str:
    """The name of a class that exists in stubs alone."""
    return f"_{'Async' if is_async else ''}{name}"
