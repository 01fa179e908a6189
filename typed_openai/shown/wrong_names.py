"""A name that is not there: what was meant, by one table and by likeness. Loaded when somebody asks for such a name.

The table has what things are called in the official package (of today and before 1.0) and in the Ruby gem. A name that
it does not have is looked for below (`chat.create`), then above (`beta.embeddings`), then compared with those there.

Every place that is named here exists: `tests/test_wrong_names.py` walks the tables and the tree. Weak spot:
`from typed_openai import ChatCompletion` says only that there is no such name, since Python drops the reason there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from typed_openai.core.declare.members import path_of, public
from typed_openai.settings.wrong_settings import ELSEWHERE, OLD_SETTINGS, near

GROUPS = {
    "alerts": "safety.alerts",
    "alpha": "fine_tuning.alpha",
    "assistants": "beta.assistants",
    "calls": "realtime.calls",
    "cases": "safety.cases",
    "chatkit": "beta.chatkit",
    "checkpoints": "fine_tuning.checkpoints",
    "client_secrets": "realtime.client_secrets",
    "content": "containers.files.content",
    "event_types": "webhooks.event_types",
    "file_batches": "vector_stores.file_batches",
    "graders": "fine_tuning.alpha.graders",
    "input_items": "responses.input_items",
    "input_tokens": "responses.input_tokens",
    "items": "conversations.items",
    "jobs": "fine_tuning.jobs",
    "messages": "beta.threads.messages",
    "output_items": "evals.runs.output_items",
    "parts": "uploads.parts",
    "permissions": "fine_tuning.checkpoints.permissions",
    "runs": "beta.threads.runs",
    "sessions": "live.sessions",
    "speech": "audio.speech",
    "steps": "beta.threads.runs.steps",
    "threads": "beta.threads",
    "transcription_sessions": "beta.realtime.transcription_sessions",
    "transcriptions": "audio.transcriptions",
    "translations": "audio.translations",
    "versions": "skills.versions",
    "voice_consents": "audio.voice_consents",
    "voices": "audio.voices",
    "finetunes": "fine_tuning.jobs",
    "run_steps": "beta.threads.runs.steps",
    "batch": "batches",
    "vector_store_files": "vector_stores.files",
    "vector_store_file_batches": "vector_stores.file_batches",
}
"""Groups that stand deeper than somebody looked for them, or under another name: name → place below the client."""

CALLS: dict[str, dict[str, str]] = {
    "beta.responses": {"create": "responses.create(...)", "stream": "responses.stream(...)"},
    "": {
        "ask": "chat.completions.create(...)",
        "chat_completion": "chat.completions.create(...)",
        "complete": "chat.completions.create(...)",
        "create": "chat.completions.create(...)",
        "agenerate": "chat.completions.create(...)",
        "answers": "chat.completions.create(...)",
        "edits": "chat.completions.create(...)",
        "embed": "embeddings.create(...)",
        "search": "vector_stores.search(...)",
        "generate": "chat.completions.create(...)",
        "moderate": "moderations.create(...)",
        "parse": "chat.completions.parse(...)",
        "run_tools": "chat.completions.run_tools(...)",
        "stream": "chat.completions.stream(...)",
        "transcribe": "audio.transcriptions.create(...)",
        "translate": "audio.translations.create(...)",
        "upload": "files.create(...)",
        "json_post": "post(path, body={...})",
        "get_api_list": "get(path, cast_to=SyncCursorPage[Model])",
        "admin_token": "admin_api_key",
        "costs": "admin.organization.usage.costs(...)",
        "auth_headers": "default_headers",
        "custom_auth": "with_options(http_client=httpx.Client(auth=...))",
        "headers": "default_headers",
        "aclose": "close()",
        "model": "chat.completions.create(model=...)",
        "access_token": "api_key",
        "organization_id": "organization",
        "uri_base": "base_url",
        "request_timeout": "timeout",
        "azure_endpoint": "base_url",
        "api_version": "config.api_version",
        "validation": "config.validation",
        "provider": "config.provider",
        "deadline": "config.deadline",
        "http_client": "config.http_client",
    },
    "audio": {
        "transcribe": "audio.transcriptions.create(...)",
        "translate": "audio.translations.create(...)",
        "create": "audio.speech.create(...)",
        "speak": "audio.speech.create(...)",
    },
    "batches": {"upload": "batches.submit(...)", "output": "batches.results(...)"},
    "files": {"download": "files.content(...)", "upload": "files.create(...)"},
    "fine_tuning": {"list_events": "fine_tuning.jobs.list_events(...)"},
    "images": {
        "create": "images.generate(...)",
        "create_edit": "images.edit(...)",
        "variations": "images.create_variation(...)",
        "variation": "images.create_variation(...)",
    },
    "chat": {"completion": "chat.completions"},
    "beta.threads.runs": {"run_steps": "beta.threads.runs.steps", "wait": "beta.threads.runs.poll(...)"},
    "vector_stores": {"query": "vector_stores.search(...)"},
}
"""What was meant by a name, by the place where it was looked for: names → what to write after `client.`."""

VERBS = {
    "add": ("create",),
    "ask": ("create",),
    "complete": ("create",),
    "find": ("retrieve", "list"),
    "generate": ("create",),
    "get": ("retrieve", "list"),
    "all": ("list",),
    "info": ("retrieve",),
    "iter": ("list",),
    "modify": ("update",),
    "edit": ("update",),
    "new": ("create",),
    "patch": ("update",),
    "post": ("create",),
    "put": ("update",),
    "read": ("retrieve",),
    "remove": ("delete",),
    "run": ("create_and_poll", "create"),
    "send": ("create",),
    "show": ("retrieve",),
    "stop": ("cancel",),
    "create_stream": ("stream",),
    "upload": ("create",),
    "upload_file": ("upload_file_chunked", "upload", "create"),
}
"""What operations are called elsewhere: name → the first of these that is there."""

NOT_BUILT = {
    "agents": "/agents",
    "engines": "/models",
}
"""Areas of the API that have no operations here → where they are."""

OLD_CLASSES = {
    "Audio": "audio.transcriptions.create(...)",
    "ChatCompletion": "chat.completions.create(...)",
    "Completion": "completions.create(...)",
    "Edit": "chat.completions.create(...)",
    "Embedding": "embeddings.create(...)",
    "Engine": "models.list()",
    "File": "files.create(...)",
    "FineTune": "fine_tuning.jobs.create(...)",
    "FineTuningJob": "fine_tuning.jobs.create(...)",
    "Image": "images.generate(...)",
    "Model": "models.list()",
    "Moderation": "moderations.create(...)",
    "Deployment": "models.list()",
}
"""Classes of the official package before 1.0, called as `openai.ChatCompletion.create(...)`."""


_PATH = re.compile(r"[a-z_]+(\.[a-z_]+)*")


def missing(owner: Any, name: str) -> AttributeError:
    """The error for a name that a client or resource does not have."""
    place = path_of(owner)
    hint = "" if name.startswith("_") else _hint(owner, name, place)
    if not hint:
        return AttributeError(f"{type(owner).__name__!r} object has no attribute {name!r}", name=name)
    return AttributeError(f"{place} has no {name!r}: {hint}", name=name)


def _hint(owner: Any, name: str, place: str) -> str:
    path = getattr(type(owner), "path", "")
    names = public(type(owner), vars(owner))
    found = CALLS.get(path, {}).get(name) or ("" if path else OLD_CLASSES.get(name))
    if found:
        return f"use client.{found}"
    coroutine = name.removeprefix("a") if name.startswith("a") else ""
    if coroutine in names:
        awaited = getattr(type(owner), "is_async", False) or vars(owner).get("is_async", False)
        return f"use {'await ' if awaited else ''}{place}.{coroutine}(...){'' if awaited else ' of AsyncOpenAI'}"
    for verb in VERBS.get(name, ()):
        if verb in names:
            return f"use {place}.{verb}(...)"
    below = [f"{group}.{name}" for group, kind in _groups_of(type(owner)) if name in public(kind, {})] if path else []
    if len(below) == 1:
        return f"use {place}.{below[0]}"
    if path and name in dict(_groups_of(_root())):
        return f"use client.{name}"
    deeper = GROUPS.get(name) or ("" if path else _deeper(name))
    if deeper not in ("", path):
        return f"use client.{deeper}"
    if name in NOT_BUILT and not path.count("."):
        return f'not built here; client.request("GET", "{NOT_BUILT[name]}") reaches it'
    return near(name, names, f"{place}.") or f"there are {', '.join(sorted(names))}"


def _root() -> type[Any]:
    from typed_openai.resources import Resources

    return Resources


def _groups_of(kind: type[Any]) -> Iterator[tuple[str, type[Any]]]:
    from typed_openai.core.declare.resource import Nested

    for base in kind.__mro__:
        for name, value in vars(base).items():
            if isinstance(value, Nested):
                yield name, value.load() if kind is not _root() else kind


def _deeper(name: str) -> str:
    """The place of a group that stands deeper; of several the one that is reached first."""
    waiting: list[tuple[str, type[Any]]] = [
        (group, nested.load()) for group, nested in vars(_root()).items() if hasattr(nested, "load")
    ]
    for place, kind in waiting:
        if place.rpartition(".")[2] == name:
            return place
        waiting += [(f"{place}.{group}", below) for group, below in _groups_of(kind)]
    return ""


def not_callable(owner: Any) -> TypeError:
    """The error for a group that was called as if it were an operation."""
    place = path_of(owner)
    return TypeError(f"{place} is a group of operations: call {_first_call(type(owner), vars(owner), place)}")


def _first_call(kind: type[Any], own: dict[str, Any], place: str) -> str:
    names = public(kind, own)
    for name in ("create", "generate", "run", "list", "retrieve", "count", "connect"):
        if name in names:
            return f"{place}.{name}(...)"
    values = (item for base in kind.__mro__ for item in vars(base).items())
    called = next((f"{place}.{name}(...)" for name, value in values if name in names and hasattr(value, "method")), "")
    return called or next((_first_call(below, {}, f"{place}.{name}") for name, below in _groups_of(kind)), place)


def not_in_module(name: str, names: Collection[str]) -> str:
    """What to do where `typed_openai.<name>` was read and is not there; empty when nobody knows."""
    setting = _setting_named(name)
    if setting:
        return f"a setting of clients: OpenAI({setting}=...), or typed_openai.configure({setting}=...) for all of them"
    if name in ELSEWHERE:
        return f"{ELSEWHERE[name]}, as a setting of clients: OpenAI(...)"
    if name in OLD_CLASSES:
        return f"operations belong to a client: client = OpenAI(), then client.{OLD_CLASSES[name]}"
    if name in dict(_groups_of(_root())):
        return f"operations belong to a client: client = OpenAI(), then client.{name}"
    if name == "error":
        return "errors are in typed_openai itself: typed_openai.RateLimitError, ..."
    return near(name, names)


def set_in_module(name: str) -> str:
    """What to do where `typed_openai.<name> = ...` was written; empty for what may be set."""
    setting = _setting_named(name)
    if setting:
        return f"typed_openai.configure({setting}=...) sets it for clients made later, OpenAI({setting}=...) for one"
    return f"{ELSEWHERE[name]}, as a setting of clients: OpenAI(...)" if name in ELSEWHERE else ""


def _setting_named(name: str) -> str:
    from typed_openai.settings.names import SETTING_NAMES

    meant = OLD_SETTINGS.get(name, name)
    return meant if meant in SETTING_NAMES else ""


def places_named() -> Mapping[str, str]:
    """Every place that the tables send somebody to, by the text that does: for the test that they exist."""
    texts = [*GROUPS.values(), *OLD_CLASSES.values(), *(text for calls in CALLS.values() for text in calls.values())]
    return {text: found[0] for text in texts if (found := _PATH.match(text))}
