"""Routes as data: which one is found for a verb and a path."""

from __future__ import annotations

from types import ModuleType

import pytest

from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.router import Router, route
from typed_openai.local.state import State


@route("GET", "/things/{thing}")
def one(request: Request, state: State) -> Reply:
    return Reply(f"one {request.path_params['thing']}")


@route("GET", "/things/latest")
def latest(request: Request, state: State) -> Reply:
    return Reply("latest")


@route("DELETE", "/things/{thing}/parts/{part}")
def part(request: Request, state: State) -> Reply:
    return Reply("part")


ROUTER = Router([one, latest, part])


def test_a_declared_route_is_data_and_still_a_function() -> None:
    assert (one.method, one.pattern, str(one)) == ("GET", "/things/{thing}", "GET /v1/things/{thing}")
    assert one(Request("GET", "/v1/things/7", path_params={"thing": "7"}), State()) == Reply("one 7")


def test_a_literal_segment_wins_over_a_parameter() -> None:
    assert ROUTER.find("GET", "/v1/things/latest") == (latest, {})
    assert ROUTER.find("GET", "/v1/things/7") == (one, {"thing": "7"})


def test_parameters_are_single_segments_percent_decoded() -> None:
    assert ROUTER.find("DELETE", "/v1/things/a%2Fb/parts/%C3%A9") == (part, {"thing": "a/b", "part": "é"})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/things", 404),
        ("GET", "/v1/things/", 404),
        ("GET", "/things/7", 404),
        ("GET", "/v1", 404),
        ("GET", "/v2/v1/things/7", 404),
        ("POST", "/v1/things/7", 405),
        ("GET", "/v1/things/7/parts/1", 405),
    ],
)
def test_what_does_not_fit_is_refused(method: str, path: str, status: int) -> None:
    with pytest.raises(ApiError) as caught:
        ROUTER.find(method, path)
    assert caught.value.status == status


def test_a_router_gathers_the_routes_of_the_modules_it_is_given() -> None:
    module = ModuleType("area")
    vars(module).update(one=one, number=5, latest=latest)
    assert set(Router.of(module).routes) == {one, latest}
