"""What every answer must be, whichever server it comes from: of the declared type, and without deviations."""

from __future__ import annotations

from typing import Any, get_args

from typed_openai.core.answer.meta import Issue
from typed_openai.core.answer.pages import Page
from typed_openai.core.answer.raw import Binary
from typed_openai.core.answer.tally import ONE_VALUE
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.models.base import Result


def assert_typed(endpoint: Endpoint, result: Any) -> None:
    """The result has the declared type, and each item of a page its own."""
    assert isinstance(result, _class_of(endpoint))
    if isinstance(result, Page):
        assert all(isinstance(item, Result) for item in result.data)


def deviations(result: Any) -> list[Issue]:
    """Where a result differs from the API description. These servers give one choice where two were asked for, say of
    lists at random that there are more, and send another id with each chunk: none of that is in what they describe."""
    return [
        issue
        for issue in result.issues
        if "asked for" not in issue.expected and issue.expected != ONE_VALUE and issue.pointer != "/has_more"
    ]


def assert_as_described(endpoint: Endpoint, result: Any) -> None:
    """The result has the declared type and nothing in it deviates from the API description."""
    assert_typed(endpoint, result)
    if not isinstance(result, Binary | str | None):
        assert deviations(result) == []


def assert_chunks(endpoint: Endpoint, chunks: list[Any]) -> None:
    """There are chunks, all of the declared type and as described."""
    assert endpoint.stream is not None
    assert chunks
    for chunk in chunks:
        assert isinstance(chunk, _members_of(endpoint.stream.event))
        assert list(chunk.issues) == []


def _members_of(event: Any) -> tuple[type[Any], ...]:
    """The models of a stream's events: one, or those of a union (an alias, annotated)."""
    return (event,) if isinstance(event, type) else get_args(get_args(event.__value__)[0])


def _class_of(endpoint: Endpoint) -> type[Any]:
    kind = endpoint.page or endpoint.result
    return kind if isinstance(kind, type) else Result
