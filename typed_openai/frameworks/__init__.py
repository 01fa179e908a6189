"""`as_official(client)`: the client as frameworks want it that ask `isinstance(x, openai.…)` of what they are given.

Many frameworks take an OpenAI client and only call it; they take ours as it is. Some look at the class of the answer
(LangChain, pydantic-ai), reach into the client (the Agents SDK) or catch the official package's errors. For them this
view is a real client of the official package: a subclass of `openai.OpenAI`, `AsyncOpenAI` or one of their Azure twins
whose requests are made by ours, with its checks, attempts, deadlines and limits.

    llm = ChatOpenAI(model="gpt-4o", client=as_official(client).chat.completions)

How it is made: the official package turns arguments into the options of a request and an answer into objects
(`view.py`); what is between the two is ours (`exchange.py`), which finds the declared operation of a path
(`operations.py`), checks, sends and reads; errors go back as official ones (`translation.py`).

Rules
* The official package must be installed (such frameworks depend on it); nothing else here imports it. It may be of
  version 2 or 3.
* Everything that the official package makes of an answer is made by it: results, pages, streams with their events, raw
  and binary answers. `parse`, `stream`, polling and `with_raw_response` are its own. What it has and we do not (an
  operation that is not declared here, `client.post("/x", cast_to=...)`) is sent too, unchecked.
* Errors that came of the API are the official ones (ours is the `__cause__`); a request that our checks refuse stays a
  `RequestValidationError`: no server has seen it. A stream that breaks off raises instead of just ending.
* Settings are those of our client and may be set: `view.api_key = ...` holds from the next call on. What cannot be
  changed (the HTTP client of the view) raises `AttributeError`.

Weak spots
* Arguments are those of the official package's version: one that it does not know is its `TypeError`.
* A call costs what it costs there: both sides read the answer.
* WebSockets (`realtime.connect`) are the official package's own, with the key of our client and nothing else of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typed_openai.core.extras import needed
from typed_openai.core.value_kinds import kind_of
from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    from typed_openai.client import BaseClient


def as_official(client: BaseClient) -> Any:
    """A client of the official `openai` package (of the colour and kind of `client`) whose calls are made by `client`.

    Raises `ConfigurationError` when that package is not installed, and for what is no client.
    """
    given: object = client
    if isinstance(given, type) or not hasattr(given, "changed"):
        raise ConfigurationError(f"as_official: a client of typed_openai, got {kind_of(given)}")
    official = needed("openai", "as_official")
    from typed_openai.frameworks.view import view_of

    return view_of(client, official)
