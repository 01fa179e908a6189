"""Every operation of the API description is declared as described, or stands in the list of what is missing.

The list (`missing.txt`) is empty, and stays so: what a newer description has is built, or stands in `not_alive.txt`
with the reason why nobody can ask for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conformance import declared, spec
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.models.admin.usage_pages import BucketPage

MISSING = Path(__file__).parent / "missing.txt"
NOT_ALIVE = Path(__file__).parent / "not_alive.txt"
CEILING = {"operation": 0, "socket": 0, "schema": 0}
"""How many entries the list may have at most; raising it needs a spoken reason."""
TAKEN_AWAY, NAMELESS = "of the beta of realtime, which the service has taken away: ", "nothing names it: "

_EVERY = {f"{item['resource']}.{item['method']}": item for item in spec.operations()}
REASONS: dict[str, dict[str, str]] = {"operation": {}, "socket": {}, "schema": {}}
"""What is not alive, by kind: its name and why."""
for _line in NOT_ALIVE.read_text().splitlines():
    if not _line.startswith("#"):
        _name, _, _reason = _line.partition(": ")
        REASONS[_name.split()[0]][_name.split()[1]] = _reason
OPERATIONS = {title: item for title, item in _EVERY.items() if item["kind"] != "websocket"}
SOCKETS = {
    title: item for title, item in _EVERY.items() if item["kind"] == "websocket" and title not in REASONS["socket"]
}


def missing(kind: str) -> list[str]:
    return [line.split()[1] for line in MISSING.read_text().splitlines() if line.startswith(f"{kind} ")]


def is_built(title: str) -> bool:
    return title in declared.places()


def not_built() -> dict[str, list[str]]:
    """What the description has and this package has not, by kind."""
    return {
        "operation": [title for title in OPERATIONS if not is_built(title)],
        "socket": [title for title in SOCKETS if not is_built(title)],
        "schema": sorted(set(spec.schemas()) - declared.built_schemas() - REASONS["schema"].keys()),
    }


def test_what_is_not_built_stands_in_the_list_and_nothing_else_does() -> None:
    for kind, names in not_built().items():
        assert sorted(missing(kind)) == sorted(names), f"run `python -m tests.conformance.test_operations` ({kind})"


def test_nothing_that_is_alive_is_missing() -> None:
    for kind, ceiling in CEILING.items():
        assert len(missing(kind)) <= ceiling, f"{kind}: nothing that was built may be lost"


def test_what_is_not_alive_is_described_and_not_built_and_says_why() -> None:
    assert set(REASONS["schema"]) <= set(spec.schemas()) - declared.built_schemas()
    assert set(REASONS["socket"]) <= {title for title in _EVERY if not is_built(title)}
    assert not REASONS["operation"]
    for reasons in REASONS.values():
        for name, reason in reasons.items():
            assert reason.startswith((TAKEN_AWAY, NAMELESS)), name
            assert ("realtime" in name.lower()) == reason.startswith(TAKEN_AWAY)


def test_what_nothing_names_is_named_by_nothing_that_is_alive() -> None:
    """Neither a request, an answer or an event that the description has, nor a schema that one of these names."""
    everywhere = declared.references(spec.document()["paths"])
    assert not REASONS["schema"].keys() & everywhere
    for name in spec.schemas().keys() - REASONS["schema"].keys():
        assert not REASONS["schema"].keys() & declared.references(spec.schema(name)), name


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
        assert any(declared.gives(endpoint, name) for name in names(described["returns"])), described["returns"]


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
