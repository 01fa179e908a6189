"""Assistants over Responses: programs that are written for the Assistants API, which the service closed, go on.

    client = assistants_over_responses(OpenAI(), store="assistants.db")
    run = client.beta.threads.runs.create_and_poll(thread.id, assistant_id="asst_abc123")

The calls under `beta.assistants` and `beta.threads` are the same, their parameters and results are the same types, and
so are streams, waits and tool loops; what is sent is `/conversations` and `/responses`.

    assistants                                          definitions, kept in a store of yours (`stores.py`)
    threads and messages                                conversations and their items (`threads.py`, `messages.py`)
    runs                                                responses in the background (`runs.py`, `outcomes.py`)
    steps                                               items of their output (`steps.py`)
    events of runs                                      events of responses (`events.py`)

It is a middleware (`exchange.py`): each request of the Assistants API is answered by sending others. What has no place
in the Responses API is refused before anything is sent (`refusals.py`). Nothing of this is loaded by a client that does
not ask for it.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from typed_openai.bridge.refusals import Ignorable
from typed_openai.bridge.stores import AssistantStore, MemoryAssistantStore, SQLiteAssistantStore, SwappingStore
from typed_openai.core.value_kinds import kind_of
from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    from typed_openai.core.caller import Caller
    from typed_openai.models.assistants.assistants import Assistant, AssistantCreateParams

__all__ = [
    "AssistantStore",
    "MemoryAssistantStore",
    "SQLiteAssistantStore",
    "SwappingStore",
    "assistants_over_responses",
]

C = TypeVar("C", bound="Caller")


def assistants_over_responses(
    client: C,
    *,
    store: AssistantStore | str | os.PathLike[str] | None = None,
    assistants: Mapping[str, AssistantCreateParams | Assistant | Mapping[str, object]] | None = None,
    ignore: Collection[Ignorable] = (),
) -> C:
    """A client like this one, whose calls of the Assistants API are answered by the Responses API.

    `store`: where assistants and runs are kept: the path of a file (SQLite), an `AssistantStore`, or memory, which is
    gone with the process. `assistants`: definitions under ids that the program already knows (`asst_...`), each with
    the parameters of `beta.assistants.create`, or an `Assistant` that the service gave once; they take the place of
    what the store has there. `ignore`: parameters of runs that are left out, with a line in the log, where they would
    be refused. Raises `ConfigurationError` for what is none of that, `RequestValidationError` for a definition that is
    wrong.
    """
    from typed_openai.bridge.definitions import given_definition
    from typed_openai.bridge.exchange import Bridge
    from typed_openai.bridge.routes import ROUTES
    from typed_openai.bridge.shelf import Shelf

    _check(client, assistants, ignore)
    given = {name: given_definition(client, name, each) for name, each in (assistants or {}).items()}
    bridge = Bridge(client, Shelf(_store(store)), ROUTES, given, frozenset(ignore))
    made: C = client.changed({"middleware": [bridge, *client.config.middleware]})
    return made


def _check(client: Any, assistants: Any, ignore: Any) -> None:
    """Raise `ConfigurationError` for what is none of what a bridge takes."""
    if isinstance(client, type) or not hasattr(client, "changed"):
        raise ConfigurationError(f"assistants_over_responses: a client of typed_openai, got {kind_of(client)}")
    if assistants is not None and not isinstance(assistants, Mapping):
        raise ConfigurationError(f"assistants: a dict from ids to definitions, got {type(assistants).__name__}")
    known = get_args(Ignorable)
    if isinstance(ignore, str) or not isinstance(ignore, Collection) or {*map(str, ignore)} - {*known}:
        raise ConfigurationError(f"ignore: a list with only {', '.join(known)}, got {ignore!r}")


def _store(given: Any) -> AssistantStore:
    if given is None:
        return MemoryAssistantStore()
    if isinstance(given, str | os.PathLike):
        return SQLiteAssistantStore(given)
    missing = [name for name in ("get", "put", "delete", "keys") if not callable(getattr(given, name, None))]
    if missing or isinstance(given, type):
        without = f" without {', '.join(missing)}" if missing else ""
        raise ConfigurationError(f"store: a path or an AssistantStore, got {kind_of(given)}{without}")
    found: AssistantStore = given
    return found
