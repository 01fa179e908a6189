"""What a server has, and where it deviates: found by asking it, one small question after the other (`doctor`).

Every look gives `Finding`s: `ok`, `deviates` (it works, but not as the API description says), `missing` (it has no such
thing, and says so) or `broken` (it fails, breaks off or answers nonsense). Nothing is made or deleted: operations are
looked for with requests that have no effect (lists, and bodies without what they require).

Weak spots: a server may refuse an empty body in words of its own before it knows the operation; a parameter that is
taken may still be ignored.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qsl, urlsplit

from typed_openai import errors
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.resource import Nested

if TYPE_CHECKING:
    from typed_openai import OpenAI
    from typed_openai.core.answer.meta import Issue

State = Literal["ok", "deviates", "missing", "broken"]
_ABSENT = (404, 405, 501)
_HELLO = [{"role": "user", "content": "Say ok."}]
_TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}
_SCHEMA = {
    "type": "object",
    "properties": {"ok": {"type": "boolean"}},
    "required": ["ok"],
    "additionalProperties": False,
}
PARAMETERS: dict[str, dict[str, Any]] = {
    "temperature": {"temperature": 0.5},
    "max_tokens": {"max_tokens": 16},
    "max_completion_tokens": {"max_completion_tokens": 16},
    "n": {"n": 2},
    "seed": {"seed": 1},
    "stop": {"stop": ["END"]},
    "logprobs": {"logprobs": True, "top_logprobs": 2},
    "response_format json_object": {
        "response_format": {"type": "json_object"},
        "messages": [{"role": "user", "content": "{} as JSON"}],
    },
    "response_format json_schema": {
        "response_format": {"type": "json_schema", "json_schema": {"name": "a", "strict": True, "schema": _SCHEMA}}
    },
    "tools": {"tools": [_TOOL]},
    "tool_choice required": {"tools": [_TOOL], "tool_choice": "required"},
    "developer message": {"messages": [{"role": "developer", "content": "Be brief."}, *_HELLO]},
    "content in parts": {"messages": [{"role": "user", "content": [{"type": "text", "text": "Say ok."}]}]},
    "reasoning_effort": {"reasoning_effort": "low"},
    "service_tier": {"service_tier": "auto"},
    "metadata and store": {"metadata": {"a": "b"}, "store": False},
}
"""What chat may be asked for, each alone."""


@dataclass
class Finding:
    """What one look found."""

    topic: str
    name: str
    state: State
    told: str = ""
    issues: tuple[Issue, ...] = ()


@dataclass
class Report:
    """Everything that was found at one server."""

    url: str
    model: str = ""
    findings: list[Finding] = field(default_factory=list[Finding])

    @property
    def broken(self) -> bool:
        """Whether anything is broken."""
        return any(finding.state == "broken" for finding in self.findings)


@dataclass
class Patient:
    """The server that is looked at."""

    client: OpenAI
    model: str
    embedding_model: str
    idle: float = 2.0


Look = Callable[[Patient], Iterator[Finding]]


def _told(error: errors.OpenAIError) -> str:
    return str(error).partition("\n")[0][:200]


def _tried(topic: str, name: str, ask: Callable[[], Any], told: Callable[[Any], str] = lambda result: "") -> Finding:
    """What becomes of one call."""
    try:
        result = ask()
    except errors.APIStatusError as error:
        state: State = "broken" if error.status_code >= 500 and error.status_code not in _ABSENT else "missing"
        return Finding(topic, name, state, _told(error))
    except errors.OpenAIError as error:
        return Finding(topic, name, "broken", f"{type(error).__name__}: {_told(error)}")
    issues = tuple(getattr(result, "issues", ()))
    return Finding(topic, name, "deviates" if issues else "ok", told(result), issues)


def versions(patient: Patient) -> Iterator[Finding]:
    """Whether operations stand below `/v1`, where the client puts them by itself."""
    client = patient.client
    given = client.config.base_url.removesuffix("/v1")
    for path in ("/v1", ""):
        other = client.with_options(base_url=given + path, api_version=False)
        found = _tried("address", f"{given}{path}/models", other.models.list, lambda page: f"{len(page)} models")
        if found.state != "ok" and given + path != client.config.base_url:
            found.state = "missing"
        yield found


def operations(patient: Patient) -> Iterator[Finding]:
    """Which operations are there: lists are listed, the others get a body without what they require."""
    for endpoint in declared():
        if endpoint.path_names or endpoint.events_at is not None:
            continue
        if endpoint.method == "GET":
            yield _there(endpoint, patient, None)
        elif endpoint.params is not None and any(info.is_required() for info in endpoint.params.model_fields.values()):
            yield _there(endpoint, patient, {})


def _there(endpoint: Endpoint, patient: Patient, body: dict[str, Any] | None) -> Finding:
    method: Any = endpoint.method
    path, _, query = endpoint.path.partition("?")
    try:
        patient.client.request(method, path, body=body, query=dict(parse_qsl(query)))
    except errors.APIStatusError as error:
        if error.status_code in _ABSENT:
            return Finding("operations", endpoint.title, "missing", f"{error.status_code}")
        if error.status_code >= 500:
            return Finding("operations", endpoint.title, "deviates", f"{error.status_code} to an empty request")
        return Finding("operations", endpoint.title, "ok", f"{error.status_code}, as an empty request should be")
    except errors.MissingAPIKeyError:
        return Finding("operations", endpoint.title, "missing", "not tried: it wants the key of an administrator")
    except errors.OpenAIError as error:
        return Finding("operations", endpoint.title, "broken", f"{type(error).__name__}: {_told(error)}")
    told = "" if body is None else "takes a body without what it requires"
    return Finding("operations", endpoint.title, "ok" if body is None else "deviates", told)


def declared() -> Iterator[Endpoint]:
    """Every declared operation, each once."""
    from typed_openai.resources import Resources

    areas: list[Any] = [Resources]
    seen: set[tuple[str, str]] = set()
    for area in areas:
        for value in vars(area).values():
            if isinstance(value, Nested):
                areas.append(value.load())
            elif isinstance(value, Endpoint) and value.deprecated is None and (value.method, value.path) not in seen:
                seen.add((value.method, value.path))
                yield value


def chat(patient: Patient) -> Iterator[Finding]:
    """A plain answer, each parameter alone, and a model that is not there."""
    create = patient.client.chat.completions.create

    def usage(completion: Any) -> str:
        limit = completion.meta.rate_limit
        known = [name for name in ("limit_requests", "limit_tokens") if getattr(limit, name) is not None]
        told = f"{completion.usage.total_tokens} tokens" if completion.usage else "no usage"
        return f"{told}; rate limits {'told' if known else 'not told'}; {completion.meta.elapsed:.2f} s"

    yield _tried("chat", "plain answer", lambda: create(model=patient.model, messages=_HELLO), usage)
    for name, params in PARAMETERS.items():
        given: dict[str, Any] = {"model": patient.model, "messages": _HELLO, **params}
        yield _tried("parameters", name, lambda given=given: create(**given))  # type: ignore[misc]  # bound now
    try:
        create(model="no-such-model-0", messages=_HELLO)
        yield Finding("chat", "a model that is not there", "deviates", "answered all the same")
    except errors.APIStatusError as error:
        shaped = isinstance(error.body, dict) and "message" in error.body
        state: State = "ok" if shaped and error.status_code < 500 else "deviates"
        yield Finding("chat", "a model that is not there", state, _told(error))
    except errors.OpenAIError as error:
        yield Finding("chat", "a model that is not there", "broken", _told(error))


def streams(patient: Patient) -> Iterator[Finding]:
    """The events of both APIs: which forms there are, how soon the first word comes, whether the end is told."""
    chats, responses = patient.client.chat.completions.create, patient.client.responses.create
    options = {"include_usage": True}
    asked = {"model": patient.model, "stream": True}
    yield _streamed("chat stream", lambda: chats(messages=_HELLO, **asked))
    yield _streamed("chat stream with usage", lambda: chats(messages=_HELLO, stream_options=options, **asked))
    plain = _tried(
        "responses", "plain answer", lambda: patient.client.responses.create(model=patient.model, input="Hi")
    )
    yield plain
    if plain.state != "missing":
        yield _streamed("responses stream", lambda: responses(input="Hi", **asked))


def _streamed(name: str, ask: Callable[[], Any]) -> Finding:
    from typed_openai.cli.results import said_in

    forms: dict[str, None] = {}
    began, first = time.perf_counter(), 0.0
    try:
        with ask() as stream:
            for event in stream:
                forms[str(getattr(event, "type", None) or getattr(event, "object", ""))] = None
                if not first and said_in(event):
                    first = time.perf_counter() - began
        final = stream.partial()
    except errors.APIStatusError as error:
        return Finding("streams", name, "missing" if error.status_code < 500 else "broken", _told(error))
    except errors.OpenAIError as error:
        return Finding("streams", name, "broken", f"{type(error).__name__}: {_told(error)}")
    usage = ", usage told" if getattr(final, "usage", None) is not None else ", no usage"
    told = f"first word after {first * 1000:.0f} ms{usage}; {', '.join(forms)}"
    issues = tuple(getattr(final, "issues", ()))
    return Finding("streams", name, "deviates" if issues else "ok", told, issues)


def embeddings(patient: Patient) -> Iterator[Finding]:
    """Vectors as numbers and as base64."""
    for form in ("float", "base64"):
        asked: dict[str, Any] = {"encoding_format": form}
        yield _tried(
            "embeddings",
            form,
            lambda asked=asked: patient.client.embeddings.create(model=patient.embedding_model, input="ok", **asked),  # type: ignore[misc]  # bound now
            lambda answer: f"{len(answer.data[0].embedding)} numbers" if answer.data else "nothing",
        )


def keep_alive(patient: Patient) -> Iterator[Finding]:
    """Whether a connection that rested for a while can be used again, or was closed without a word."""
    parts = urlsplit(patient.client.config.base_url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=30)
    name = f"a connection after {patient.idle:g} s of rest"
    try:
        for rest in (patient.idle, 0.0):
            connection.request("GET", f"{parts.path}/models")
            answer = connection.getresponse()
            answer.read()
            if answer.will_close:
                yield Finding("connections", name, "deviates", "closes each connection: every request opens its own")
                return
            time.sleep(rest)
        yield Finding("connections", name, "ok", "used again")
    except (HTTPException, OSError) as error:
        yield Finding("connections", name, "deviates", f"was closed without a word ({type(error).__name__})")
    finally:
        connection.close()


LOOKS: tuple[Look, ...] = (versions, operations, chat, streams, embeddings, keep_alive)


def examined(patient: Patient, seen: Callable[[Finding], object] = lambda finding: None) -> Report:
    """Everything about a server; `seen` is told each finding as it comes."""
    report = Report(patient.client.config.base_url, patient.model)
    for look in LOOKS:
        for finding in look(patient):
            report.findings.append(finding)
            seen(finding)
    return report
