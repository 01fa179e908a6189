"""What goes over the wire is the same, whichever package makes the call: method, path, query, headers, body.

What differs on purpose: ours asks for `text/event-stream` where a call streams, theirs for JSON; ours says null with
`NULL`, theirs with `None`; ours looks into JSONL before it sends it, and refuses ids with slashes where none has one.
What else does stands in `DIFFERENT`.
"""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Iterator
from typing import Any

import openai
import pytest

import typed_openai
from tests.conformance.declared import declared
from tests.conformance.test_operations import OPERATIONS
from tests.parity.calls import Call, calls, compared
from tests.parity.listener import Listener, Sent
from typed_openai.errors import RequestValidationError
from typed_openai.models.base import NULL

pytestmark = pytest.mark.parity
SETTINGS = {"api_key": "sk-parity", "admin_api_key": "sk-admin", "organization": "org-1", "project": "proj-1"}


DIFFERENT: dict[str, dict[str, Any]] = {
    "embeddings.create": {"body": {"encoding_format": "base64"}},
}
"""What the official package adds by itself."""
NOT_SENT = ("Expected entry at", "Missing required arguments")
"""How the official package refuses what ours takes: a reference in the place of a file; less than one of the sets of
parameters that its overloads want."""


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with Listener() as found:
        yield found


@pytest.fixture(scope="module")
def theirs(listener: Listener) -> Iterator[Any]:
    with client_of(openai, listener) as client:
        yield client


@pytest.fixture(scope="module")
def ours(listener: Listener) -> Iterator[Any]:
    with client_of(typed_openai, listener) as client:
        yield client


def client_of(package: Any, listener: Listener) -> Any:
    known = inspect.signature(package.OpenAI).parameters
    settings = {name: value for name, value in SETTINGS.items() if name in known}
    return package.OpenAI(base_url=listener.base_url, max_retries=0, **settings)


def sent(client: Any, call: Call, listener: Listener) -> Sent:
    """What a call sends; that it is not answered is how it ends."""
    is_ours = isinstance(client, typed_openai.OpenAI)
    arguments = {name: NULL if value is None and is_ours else value for name, value in call.arguments.items()}
    listener.sent.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        operation = functools.reduce(getattr, call.title.split("."), client)
        if is_ours and operation.endpoint.check is not None:
            arguments["check"] = False
        with pytest.raises((openai.APIStatusError, typed_openai.APIStatusError)):
            operation(**arguments)
    assert len(listener.sent) == 1, str(call)
    found = listener.sent[0]
    if call.arguments.get("stream") or call.arguments.get("stream_format") == "sse":
        found.headers.pop("accept")
    return found


@pytest.mark.parametrize("title", compared())
def test_both_packages_send_the_same(title: str, listener: Listener, theirs: Any, ours: Any) -> None:
    seen = 0
    for call in calls(title):
        try:
            mine = sent(ours, call, listener)
        except RequestValidationError:
            if call.is_described:
                raise
            mine = sent(ours.with_options(validation="off"), call, listener)
        try:
            other = sent(theirs, call, listener)
        except (RuntimeError, TypeError) as error:
            if not str(error).startswith(NOT_SENT):
                raise
            continue
        mine.body = _named_alike(mine.body, other.body)
        assert mine == _less(other, mine, call), str(call)
        seen += 1
    assert seen


def _named_alike(ours: Any, theirs: Any) -> Any:
    """A body without the types that ours always says of an object, where the call did not."""
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [_named_alike(one, other) for one, other in zip(ours, theirs, strict=True)]
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return ours
    kept = {name: value for name, value in ours.items() if name != "type" or name in theirs}
    return {name: _named_alike(value, theirs.get(name)) for name, value in kept.items()}


def _less(theirs: Sent, ours: Sent, call: Call) -> Sent:
    """What the official package sends, less what it adds by itself."""
    for part, added in DIFFERENT.get(call.title, {}).items():
        held = getattr(theirs, part)
        for name, value in added.items():
            if held.get(name) == value and name not in getattr(ours, part):
                held.pop(name)
    return theirs


def test_every_operation_that_is_one_request_is_compared() -> None:
    one = {title for title, endpoint in declared().items() if endpoint.events_at is None}
    wanted = {title for title, item in OPERATIONS.items() if item["kind"] == "http" and title in one}
    assert set(compared()) >= wanted
    assert len(wanted) > 150
