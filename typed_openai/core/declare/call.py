"""What a call of an operation does: functions over an endpoint, a client and what was passed.

A call is one flow (`flow`), run by whichever driver the client has: arguments are checked and become a request
(`request`), the attempts run (`core/run/flow.py`), the reply becomes what the call gives.

Rules
* A request is refused before a byte is sent.
* What a call gives must follow from what stands at the call (`stream=True`), where the static types see it too.
* The official package's marks for what was not given count as not given; they are looked for, before anything is read,
  where an argument is no plain value, so that nobody else pays for it.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Mapping
from types import NoneType
from typing import TYPE_CHECKING, Any, get_origin, get_type_hints

from pydantic import TypeAdapter
from typing_extensions import TypeAliasType

from typed_openai.core.answer.raw import APIResponse, AsyncStreamedResponse, Binary, StreamedResponse
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.event_kinds import HANDLER
from typed_openai.core.declare.signature import options_of
from typed_openai.core.redact import secrets_in
from typed_openai.core.request import params as requests
from typed_openai.core.request.faults import refuse_unknown, shown
from typed_openai.core.run.effects import EVERYWHERE, Request
from typed_openai.errors import Fault, RequestValidationError
from typed_openai.models.base import Params

if TYPE_CHECKING:
    from typed_openai.core.answer.media import Media
    from typed_openai.core.caller import Caller
    from typed_openai.core.declare.event_kinds import EventKind, TypedEventKind
    from typed_openai.core.declare.resource import Resource
    from typed_openai.core.run.effects import Flow, Reply
    from typed_openai.core.run.observing import Observation
    from typed_openai.streaming.accumulator import Reader

_IN_THE_URL = ("GET", "DELETE")
"""Methods whose parameters are a query."""


def begin(
    endpoint: Endpoint, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[EventKind | TypedEventKind, Reader[Any, Any, Any], dict[str, Any]]:
    """What a call for typed events is read with, and the parameters to ask with."""
    typed, events, handler = endpoint.typed, endpoint.events, None
    if events is not None and events.handled is not None:  # taken out before iterators are read: it is one
        handler, kwargs = kwargs.get(HANDLER), {name: kwargs[name] for name in kwargs if name != HANDLER}
    kwargs = {**requests.materialised(kwargs), "stream": True}
    if typed is not None and names_type(kwargs.get(typed[0])) and endpoint.typed_events is not None:
        others = {name: value for name, value in kwargs.items() if name != typed[0]}
        given = next((arg for arg in args if isinstance(arg, Params)), None)
        return endpoint.typed_events, *endpoint.typed_events.begin(kwargs[typed[0]], given, others)
    if events is None:
        raise TypeError(f"{endpoint.title} gives no events")
    if handler is not None and endpoint.handled_events is not None:
        events = endpoint.handled_events.begin(handler)
    return events, events.reader(), kwargs


def request(endpoint: Endpoint, client: Caller, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Request:
    """The checked request of one call; raises before a byte is sent."""
    if not requests.READ_TWICE.issuperset(map(type, kwargs.values())):
        kwargs = requests.given(kwargs)
    title, config = endpoint.title, client.config
    options: dict[str, Any] = {}
    if not requests.OPTION_SET.isdisjoint(kwargs):
        options, kwargs = requests.take_options(title, kwargs)
    unchecked = config.validation == "off"
    if endpoint.check is not None and "check" in kwargs:
        kwargs = dict(kwargs)
        unchecked = requests.switch(title, "check", kwargs.pop("check")) is False or unchecked
    betas = None
    if endpoint.betas and "betas" in kwargs:
        kwargs = dict(kwargs)
        betas = requests.betas(title, kwargs.pop("betas"))
    path, given, kwargs = (
        _placed(endpoint, args, kwargs) if args or endpoint.path_names else (endpoint.path, None, kwargs)
    )
    params = _checked(endpoint, client, given, kwargs)
    if given is not None and endpoint.result_switches:
        _refuse_hidden(endpoint, params, kwargs)
    streams = endpoint.streams is not None and _decides(params, *endpoint.stream_on)
    made = Request(
        title,
        endpoint.method,
        client.url(path, title, endpoint.method, params),
        client.headers_for(endpoint, streams),
        requests.header_overrides(title, options["extra_headers"]) if "extra_headers" in options else {},
        streams=streams,
        timeout=options.get("timeout", config.timeout) or None,
        idle_timeout=config.idle_timeout if streams else None,
        max_body=config.max_body,
        secrets=client.secrets,
        check=None if unchecked else endpoint.check,
        params=params,
        unknown=config.unknown,
    )
    if made.headers:
        made.secrets = client.secrets.more(secrets_in(made.headers))
    if betas is not None:
        made.headers["openai-beta"] = betas
    client.identify(made, endpoint.admin)
    _fill(endpoint, made, params, options, config.default_query)
    if endpoint.method == "POST" or "idempotency_key" in options:
        made.headers.setdefault("idempotency-key", options.get("idempotency_key") or requests.idempotency_key())
    deadline = options.get("deadline", config.deadline)
    if deadline:
        made.deadline_at = time.monotonic() + deadline
    return made


def _placed(endpoint: Endpoint, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, object, dict[str, Any]]:
    """The path with its parameters in it, the params object if there is one, and the arguments that are left."""
    path, rest = endpoint.path, list(args)
    if endpoint.path_names:
        kwargs = dict(kwargs)  # the caller goes on with his: they fetch the next page
        path = requests.fill_path(endpoint.title, path, endpoint.path_names, rest, kwargs, endpoint.takes_slashes)
    given = rest.pop(0) if rest and endpoint.params is not None else None
    if rest:
        taken = len(args) - len(rest)
        hint = "parameters are passed by name" if endpoint.params is not None else "it takes no other parameters"
        raise TypeError(f"{endpoint.title}() takes {taken} positional arguments, got {len(args)}: {hint}")
    return path, given, kwargs


def _fill(
    endpoint: Endpoint,
    request: Request,
    params: Params | dict[str, Any],
    options: dict[str, Any],
    default_query: Mapping[str, object],
) -> None:
    """Put the parameters where they travel: into the query, into a form or into the body."""
    extra_body = options.get("extra_body")
    in_query: object = None
    if endpoint.method in _IN_THE_URL:
        in_query = params
        request.content = requests.json_body(endpoint.title, {}, extra_body) if extra_body is not None else None
    elif endpoint.multipart:
        form = requests.form_body(endpoint.title, endpoint.params, params, extra_body, endpoint.parts)
        alone = None if endpoint.parts is None else form.alone(next(iter(endpoint.parts)))
        if alone is not None:
            request.content, request.headers["content-type"] = alone
        elif endpoint.json_without_file and not form.files:
            request.content = requests.json_body(endpoint.title, params, extra_body)
            request.headers["content-type"] = "application/json"
        else:
            request.form = form
    elif endpoint.params is not None or extra_body is not None:
        if endpoint.in_query:
            in_query = {name: value for name, value in dict(params).items() if name in endpoint.in_query}
            params = requests.plain(endpoint.title, params, without=endpoint.in_query)
        request.content = requests.json_body(endpoint.title, params, extra_body)
    if in_query or default_query or "extra_query" in options:
        extra_query = options.get("extra_query")
        query = requests.query(endpoint.title, default_query, in_query, extra_query)
        if isinstance(extra_query, Mapping):
            request.secrets = request.secrets.more(secrets_in(extra_query))
        request.url += f"{'&' if '?' in request.url else '?'}{query}" if query else ""
    if request.content is not None and endpoint.method != "POST":
        request.headers.setdefault("content-type", "application/json")


def _checked(endpoint: Endpoint, client: Caller, given: object, kwargs: dict[str, Any]) -> Params | dict[str, Any]:
    if endpoint.params is None:
        others = {name: value for name, value in kwargs.items() if value is not None}
        if others and client.config.validation == "strict":
            refuse_unknown(endpoint.title, others, [*endpoint.path_names, *get_type_hints(options_of(endpoint))])
        return others
    try:
        in_query = None if endpoint.method in _IN_THE_URL else endpoint.in_query
        params = requests.check_params(endpoint.title, endpoint.params, given, kwargs, client.config, in_query)
    except RequestValidationError as error:
        raise _pointed_out(endpoint, error, kwargs) from None
    if endpoint.prepare is None:
        return params
    added = endpoint.prepare(client, dict(params) if isinstance(params, Params) else params)
    if not added:
        return params
    return params.model_copy(update=added) if isinstance(params, Params) else {**params, **added}


def _refuse_hidden(endpoint: Endpoint, params: Params | dict[str, Any], kwargs: dict[str, Any]) -> None:
    """What the call gives must follow from what stands at the call, where the static types see it too."""
    for name, value in endpoint.result_switches:
        if _decides(params, name, value) and not _decides(kwargs, name, value):
            said = f"{name}={value!r}"
            allowed = f"{said} beside a params object with {said}: {endpoint.name}(params, {said})"
            hint = "what the call returns depends on it, so it must be visible at the call"
            raise RequestValidationError(endpoint.title, [Fault(name, allowed, "", hint)])


def _pointed_out(endpoint: Endpoint, error: RequestValidationError, kwargs: dict[str, Any]) -> RequestValidationError:
    """Where something was given that an operation beside it takes and it does not: that one."""
    owner = endpoint.owner
    beside = {n: o for n, o in vars(owner).items() if isinstance(o, Endpoint)} if owner is not None else {}
    typed = {name: other.typed[0] for name, other in beside.items() if other.typed is not None}
    faults = error.faults
    for name in dict.fromkeys(typed.values()):
        if names_type(kwargs.get(name)):
            calls = [*(["parse"] if hasattr(owner, "parse") else []), *(each for each in typed if typed[each] == name)]
            hint = f"for a value of a type call {', or '.join(f'{each}({name}=...)' for each in calls)}"
            others = [fault for fault in faults if fault.path != name]
            faults = [Fault(name, "no type here", shown(kwargs[name]), hint), *others]
    for fault in faults:
        if fault.allowed == "no such parameter" and fault.hint.startswith("to send it all the same"):
            takers = [
                name
                for name, other in beside.items()
                if other.params is not None and fault.path in other.params.__pydantic_fields__
            ]
            fault.hint = f"{takers[0]}({fault.path}=...) takes it" if takers else fault.hint
    return RequestValidationError(endpoint.title, faults)


def flow(endpoint: Endpoint, resource: Resource, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Flow[Any]:
    """The whole call: request, attempts, result."""
    watched = None
    if EVERYWHERE or resource.client.observers:
        from typed_openai.core.run.observing import observe

        watched = observe(resource.client, endpoint.title, "request", {**_given(args), **kwargs})
    if watched is None:
        return (yield from _attempted(endpoint, resource, args, kwargs))
    with watched:
        result = yield from _attempted(endpoint, resource, args, kwargs, watched)
        watched.gives(result)
        return result


def _given(args: tuple[Any, ...]) -> dict[str, Any]:
    """What a params object among the arguments says, for observers of a request that is refused."""
    return next((arg.model_dump(exclude_unset=True) for arg in args if isinstance(arg, Params)), {})


def _attempted(
    endpoint: Endpoint,
    resource: Resource,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    watched: Observation | None = None,
) -> Flow[Any]:
    client = resource.client
    made = request(endpoint, client, args, kwargs)
    asked_for_stream = made.streams
    if resource.mode == "streaming":
        made.streams = True
    if watched is not None:
        watched.sends(made)
    if made.check is not None:
        yield from made.check(client, made)
    from typed_openai.core.run.flow import perform  # with the first call comes what calls need

    read = functools.partial(_read, endpoint, resource, args, kwargs, asked_for_stream)
    return (yield from perform(made, client.config, read))


def _read(
    endpoint: Endpoint,
    resource: Resource,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    asked_for_stream: bool,
    reply: Reply,
) -> Any:
    """What a reply is to who called."""
    if resource.mode == "raw":
        reply.count_unparsed()
        return APIResponse(reply, lambda: _value(endpoint, resource, reply, args, kwargs))
    if resource.mode == "streaming":
        kind = AsyncStreamedResponse if resource.is_async else StreamedResponse
        whole = functools.partial(_whole, endpoint, resource, args, kwargs)
        opened = functools.partial(_opened, endpoint, resource) if asked_for_stream else None
        return kind(reply, whole, opened, _media(endpoint, reply))
    return _value(endpoint, resource, reply, args, kwargs)


def _value(endpoint: Endpoint, resource: Resource, reply: Reply, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What the call returns, from a reply."""
    if reply.request.streams and endpoint.stream is not None:
        return _opened(endpoint, resource, reply)
    return parsed(endpoint, resource, reply, reply.content or b"", args, kwargs)


def _opened(endpoint: Endpoint, resource: Resource, reply: Reply) -> Any:
    """The stream of typed events that a reply begins."""
    from typed_openai.streaming.stream import opened

    if endpoint.stream is None:
        raise TypeError(f"{endpoint.title} does not stream")
    return opened(endpoint.stream, resource.client, resource.is_async, reply)


def _whole(endpoint: Endpoint, resource: Resource, args: tuple[Any, ...], kwargs: dict[str, Any], reply: Reply) -> Any:
    """What an answer that was read bit by bit parses to: of a binary one its bytes, as in the official package."""
    return (
        reply.content if endpoint.is_binary else parsed(endpoint, resource, reply, reply.content or b"", args, kwargs)
    )


def parsed(
    endpoint: Endpoint, resource: Resource, reply: Reply, content: bytes, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """The typed result of a whole body."""
    if endpoint.is_binary:
        media = _media(endpoint, reply)
        if media is not None:
            media.check(content, reply)
        return Binary(reply.meta, content)
    config = resource.client.config
    if endpoint.streams is not None and _is_event_stream(reply, content) and endpoint.stream is not None:
        from typed_openai.streaming.machine import gather

        return reply.counted(functools.partial(gather, endpoint.stream, content, config, reply.request, reply.meta))
    model = endpoint.model
    if endpoint.results is not None:
        model = next((kind for on, kind in endpoint.results.items() if _decides(kwargs, *on)), model)
    if endpoint.result is str:  # the content of a document, whatever it looks like
        return Binary(reply.meta, content).text
    if model is NoneType:
        from typed_openai.core.answer.response import parse_nothing

        parse_nothing(content, reply.meta, reply.request)
        return None
    if model is str:
        from typed_openai.core.answer.response import parse_text

        return parse_text(content, reply.meta, config, reply.request)
    from typed_openai.core.answer.response import parse

    result = reply.counted(functools.partial(parse, model, content, reply.meta, config, reply.request))
    if endpoint.page is None:
        return result
    page = endpoint.page.kinds[resource.is_async](
        result, functools.partial(_following, endpoint, resource, args, kwargs)
    )
    page.run = resource.client.driver.run
    return page


def _media(endpoint: Endpoint, reply: Reply) -> Media | None:
    """What looks whether an answer is what was asked for; a stream of events is looked at event by event."""
    if not endpoint.media or reply.request.asked(endpoint.stream_on[0]) == endpoint.stream_on[1]:
        return None
    from typed_openai.core.answer.media import Media

    return Media(endpoint.media)


def _following(
    endpoint: Endpoint, resource: Resource, args: tuple[Any, ...], kwargs: dict[str, Any], params: dict[str, object]
) -> Flow[Any]:
    plain = resource if resource.mode == "plain" else type(resource)(resource.client)
    return (yield from flow(endpoint, plain, args, {**kwargs, **params}))


def _decides(values: Params | dict[str, Any], name: str, value: object) -> bool:
    """Whether a parameter has exactly this value (1 is not True)."""
    found = values.get(name) if isinstance(values, dict) else getattr(values, name, None)
    return found is value or (isinstance(found, str) and found == value)


def names_type(value: object) -> bool:
    """Whether a value says which type is wanted: a class, a generic alias, a union, an alias, a `TypeAdapter`."""
    return isinstance(value, type | TypeAdapter | TypeAliasType) or get_origin(value) is not None


def _is_event_stream(reply: Reply, content: bytes) -> bool:
    """Some servers stream although nobody asked them to, and some call plain JSON an event stream."""
    if content[:1] == b"{":
        return False
    from typed_openai.core.answer.sse import begins_like_events

    if begins_like_events(content):
        return True
    kind = reply.response.headers.get("content-type", "")
    return kind.startswith("text/event-stream") and not content.lstrip().startswith((b"{", b"["))
