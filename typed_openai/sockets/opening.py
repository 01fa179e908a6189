"""From a declaration and the arguments of `connect` to a connection that can be opened.

Rules
* Parameters are checked as those of every call; URL, query, headers and credential are those of every call, only that
  the URL begins with `ws` (`wss`). On Azure's dated API the model is the deployment of the query.
* A function that gives the key is asked before each attempt, also when a connection is opened again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING, Any

from typed_openai.core.declare import call
from typed_openai.core.request.faults import shown
from typed_openai.core.run.effects import Request
from typed_openai.errors import Fault, RequestValidationError
from typed_openai.sockets.connect_options import ConnectOptions
from typed_openai.sockets.effects import SocketRequest
from typed_openai.sockets.machine import SocketMachine
from typed_openai.sockets.reconnecting import Policy
from typed_openai.sockets.send_queue import SendQueue
from typed_openai.sockets.session import SocketSession

if TYPE_CHECKING:
    from typed_openai.core.caller import Caller
    from typed_openai.core.declare.endpoint import Endpoint
    from typed_openai.sockets.connection import Connected

OPTIONS = frozenset(ConnectOptions.__annotations__)
_OF_THE_POLICY = tuple(field.name for field in fields(Policy))


def prepared(
    endpoint: Endpoint, client: Caller, kind: type[Connected], args: tuple[Any, ...], kwargs: dict[str, Any], queue: int
) -> Connected:
    """The connection that a call of `connect` is for, not open yet."""
    options = {name: kwargs[name] for name in OPTIONS if kwargs.get(name) is not None}
    params = {name: value for name, value in kwargs.items() if name not in OPTIONS}
    _check(endpoint.title, options)
    native = options.get("websocket_connection_options") or {}
    make = partial(_request, endpoint, client, args, params, options.get("timeout"), native)
    asked = options.get("extra_query"), options.get("extra_headers")
    request = make(*asked)  # refuse now, not when it is opened
    policy = Policy(**{name: options[name] for name in _OF_THE_POLICY if name in options})
    idle = options.get("idle_timeout", client.config.idle_timeout)
    machine = SocketMachine(kind.protocol, client.config, request, idle or None)
    driver = _driver(client)
    waiting = SendQueue(options.get("max_queue_size", queue))
    session = SocketSession(machine, make, asked, client, policy, waiting, driver.gate())
    return kind(client, driver, session, options.get("raise_errors", True) is not False)


def _driver(client: Caller) -> Any:
    if client.is_async:
        from typed_openai.sockets.drivers_async import AsyncSocketDriver

        return AsyncSocketDriver(client.driver.pool)
    from typed_openai.sockets.drivers import SyncSocketDriver

    return SyncSocketDriver(client.driver.pool)


def _check(title: str, options: Mapping[str, Any]) -> None:
    """Refuse numbers that cannot be, and callbacks that are none."""
    faults = [
        Fault(name, "a number from 0", shown(value))
        for name in ("max_retries", "initial_delay", "max_delay", "max_queue_size", "idle_timeout")
        if name in options and not _is_number(value := options[name])
    ]
    if not callable(options.get("on_reconnecting", print)):
        faults.append(Fault("on_reconnecting", "a function", shown(options["on_reconnecting"])))
    if not isinstance(options.get("websocket_connection_options", {}), Mapping):
        faults.append(Fault("websocket_connection_options", "a dict", shown(options["websocket_connection_options"])))
    if faults:
        raise RequestValidationError(title, faults)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _request(
    endpoint: Endpoint,
    client: Caller,
    args: tuple[Any, ...],
    params: dict[str, Any],
    timeout: Any,
    native: Mapping[str, Any],
    extra_query: Any,
    extra_headers: Any,
) -> SocketRequest:
    """The request of a handshake, anew for each attempt to connect."""
    azure: Any = getattr(client.config, "azure", None)
    given = dict(params)
    if azure is not None and azure.version is not None:  # the dated API
        extra_query = {"deployment": given.get("model") or azure.deployment, "model": None, **(extra_query or {})}
        if not extra_query["deployment"]:
            raise RequestValidationError(endpoint.title, [Fault("model", "the name of a deployment", "nothing")])
    options = {"extra_query": extra_query, "extra_headers": extra_headers, "timeout": timeout}
    made = call.request(endpoint, client, args, {**given, **options})
    known = {field.name: getattr(made, field.name) for field in fields(Request)}
    request = SocketRequest(**known, native=native)
    request.streams = True  # to observers: its end comes later than its answer
    place, _, query = made.url.partition("?")
    request.url = "ws" + place.removeprefix("http") + (f"?{query.replace('?', '&')}" if query else "")
    return request
