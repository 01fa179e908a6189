"""Every operation of the API description is declared as described, or stands in the list of what is missing.

The list (`missing.txt`) may only shrink: what is built must leave it, and its length has a ceiling that is lowered
with it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conformance import declared, spec
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.models.admin.usage_pages import BucketPage

MISSING = Path(__file__).parent / "missing.txt"
CEILING = {"operation": 0, "socket": 1, "schema": 92}
"""How many entries the list may have at most. Lower it when something was built; raising it needs a spoken reason."""

_EVERY = {f"{item['resource']}.{item['method']}": item for item in spec.operations()}
OPERATIONS = {title: item for title, item in _EVERY.items() if item["kind"] != "websocket"}
SOCKETS = {title: item for title, item in _EVERY.items() if item["kind"] == "websocket"}


def missing(kind: str) -> list[str]:
    return [line.split()[1] for line in MISSING.read_text().splitlines() if line.startswith(f"{kind} ")]


def is_built(title: str) -> bool:
    return title in declared.places()


def not_built() -> dict[str, list[str]]:
    """What the description has and this package has not, by kind."""
    return {
        "operation": [title for title in OPERATIONS if not is_built(title)],
        "socket": [title for title in SOCKETS if not is_built(title)],
        "schema": sorted(set(spec.schemas()) - declared.built_schemas()),
    }


def test_what_is_not_built_stands_in_the_list_and_nothing_else_does() -> None:
    for kind, names in not_built().items():
        assert sorted(missing(kind)) == sorted(names), f"run `python -m tests.conformance.test_operations` ({kind})"


def test_the_list_of_what_is_missing_only_shrinks() -> None:
    for kind, ceiling in CEILING.items():
        assert len(missing(kind)) <= ceiling, f"{kind}: nothing that was built may be lost"


def test_enough_is_declared_for_this_harness_to_mean_something() -> None:
    assert len(declared.declared()) >= 13
    assert len(declared.requests()) >= 7
    assert len(declared.answers()) >= 13


@pytest.fixture(params=[title for title in declared.declared() if title in OPERATIONS])
def operation(request: pytest.FixtureRequest) -> tuple[Endpoint, dict[str, Any]]:
    return declared.declared()[request.param], OPERATIONS[request.param]


def test_nothing_is_declared_that_the_api_does_not_have() -> None:
    assert set(declared.declared()) <= set(OPERATIONS)


def test_verb_and_path_are_as_described(operation: tuple[Endpoint, dict[str, Any]]) -> None:
    endpoint, described = operation
    if described["kind"] == "http":
        assert (endpoint.method, endpoint.path) == (described["http"], described["path"])
        assert endpoint.path_names == described.get("path_params", [])
    else:
        ways = described.get("delegates_to", endpoint.path).split(" | ")  # of some it is not said
        assert any(way.endswith(endpoint.path) for way in ways)


def test_parameters_are_as_described(operation: tuple[Endpoint, dict[str, Any]]) -> None:
    endpoint, described = operation
    if described["kind"] == "http":
        wanted = {*described.get("body_params", []), *described.get("query_params", [])}
        known = endpoint.params.__pydantic_fields__ if endpoint.params is not None else {}
        assert {info.alias or name for name, info in known.items()} == wanted


def test_required_parameters_are_as_described(operation: tuple[Endpoint, dict[str, Any]]) -> None:
    endpoint, described = operation
    if described["kind"] == "http" and endpoint.params is not None:
        choices: list[list[str]] = described["required"]
        always = set.intersection(*map(set, choices)) - set(endpoint.path_names)
        required = {
            info.alias or name for name, info in endpoint.params.__pydantic_fields__.items() if info.is_required()
        }
        assert required == always


def test_what_comes_back_is_as_described(operation: tuple[Endpoint, dict[str, Any]]) -> None:
    endpoint, described = operation
    if described["kind"] != "http":
        return
    if endpoint.page is BucketPage:  # the official package gives one page as it comes, without a way to the next
        assert described["returns"] == declared.result_name(endpoint).replace("Bucket", "Response")
        assert not described.get("paginated")
        return
    assert (endpoint.page is not None) == bool(described.get("paginated"))
    assert endpoint.page is None or endpoint.page.cursor == (described["page"] != "SyncPage")
    streams = endpoint.streams is not None and endpoint.stream_on[0] == "stream"  # speech has a word of its own
    assert streams == bool(described.get("stream"))
    assert endpoint.multipart == bool(described.get("multipart"))
    assert endpoint.is_binary == bool(described.get("binary"))
    if endpoint.stream is not None and "stream_event" in described:
        assert endpoint.stream.event.__name__ in names(described["stream_event"])
    if not endpoint.is_binary:
        assert declared.result_name(endpoint) in names(described["returns"])


def names(official: str) -> tuple[str, ...]:
    """What a class may be called: shapes of responses in beta are those of responses, where each may name its agent."""
    return (official, official.removeprefix("Beta"))


def test_headers_are_as_described(operation: tuple[Endpoint, dict[str, Any]]) -> None:
    """Those that name a beta or what comes back, and those that the description lets a call set."""
    endpoint, described = operation
    if described["kind"] != "http":
        return
    own = {name.lower(): value for name, value in (endpoint.headers or {}).items()}
    for name, wanted in (("openai-beta", described.get("beta_header")), ("accept", described.get("accept"))):
        said_by_streaming = wanted == "text/event-stream" and endpoint.streams is not None
        assert wanted is None or own.get(name) == wanted or said_by_streaming
    if spec.operation_is_described(endpoint.method, endpoint.path):
        settable = spec.operation_schemas(endpoint.method, endpoint.path).headers
        assert set(settable) == ({"openai-beta"} if endpoint.betas else set())


def test_who_asks_is_as_described(operation: tuple[Endpoint, dict[str, Any]]) -> None:
    """What an administrator asks goes with his key, all else with the ordinary one."""
    endpoint, described = operation
    if described["kind"] == "http":
        assert endpoint.admin == (described["auth"] == "admin")


def test_every_operation_is_documented(operation: tuple[Endpoint, dict[str, Any]]) -> None:
    endpoint, _ = operation
    assert endpoint.purpose.endswith(".")
    assert endpoint.purpose[0].isupper()


def write_missing() -> None:
    """Bring the list up to date; refuses to let it grow."""
    found = not_built()
    for kind, names in found.items():
        assert len(names) <= CEILING[kind], (kind, len(names))
    head = "# What the API description has and this package has not yet. May only shrink.\n"
    MISSING.write_text(head + "".join(f"{kind} {name}\n" for kind, names in found.items() for name in names))
    counts = ", ".join(f'"{kind}": {len(names)}' for kind, names in found.items())
    print(f"missing: lower CEILING to {{{counts}}}")


if __name__ == "__main__":
    write_missing()
