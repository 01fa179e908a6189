"""The key of an administrator: what goes with it, that nothing else does, and that it is shown nowhere.

Which operations are an administrator's is said by their declarations; `tests/conformance/test_operations.py` compares
all of them with the official package. That no error shows it: `test_credentials.py`.
"""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from tests.canned import HELLO, KEY, AzureConnect, Connect, Wire, done, models, status
from typed_openai import AsyncOpenAI, OpenAI, configure
from typed_openai.errors import (
    AuthenticationError,
    ConfigurationError,
    InternalServerError,
    MissingAPIKeyError,
    RequestValidationError,
)
from typed_openai.middleware import MemoryStore, cache, fallback

ADMIN = "sk-admin-0123456789"
NOTHING = status(200, {"object": "list", "data": [], "has_more": False})


def _asked(client: Any) -> Any:
    return client.admin.organization.projects.list()


def _sent(wire: Wire) -> list[str | None]:
    return [request.headers.get("authorization") for request in wire.requests]


async def test_each_operation_goes_with_the_key_that_is_meant_for_it(connect: Connect) -> None:
    wire = Wire(NOTHING, models("a"), NOTHING)
    client = connect(wire, admin_api_key=ADMIN)
    await done(_asked(client))
    await done(client.models.list())
    await done(_asked(client.admin.organization.projects.client))
    assert _sent(wire) == [f"Bearer {ADMIN}", f"Bearer {KEY}", f"Bearer {ADMIN}"]
    assert ADMIN not in str(wire.requests[1].headers)
    assert KEY not in str(wire.last.headers)


async def test_an_ordinary_key_is_not_sent_in_the_place_of_a_missing_admin_key(connect: Connect) -> None:
    wire = Wire(NOTHING)
    with pytest.raises(MissingAPIKeyError, match=r"api\.openai\.com: set the environment variable OPENAI_ADMIN_KEY"):
        await done(_asked(connect(wire)))
    assert wire.requests == []


async def test_an_admin_key_is_not_sent_in_the_place_of_a_missing_key(connect: Connect) -> None:
    wire = Wire()
    with pytest.raises(MissingAPIKeyError, match="OPENAI_API_KEY"):
        await done(connect(wire, api_key=None, admin_api_key=ADMIN).chat.completions.create(**HELLO))
    assert wire.requests == []


async def test_the_key_may_stand_in_the_environment(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ADMIN_KEY", f" {ADMIN}\n")
    wire = Wire(NOTHING)
    client = connect(wire)
    await done(_asked(client))
    assert _sent(wire) == [f"Bearer {ADMIN}"]
    assert client.admin_api_key == ADMIN


@pytest.mark.parametrize("settings", [{"provider": "groq"}, {"api_type": "azure", "base_url": "https://x.azure.com"}])
async def test_the_admin_key_of_openai_is_not_offered_to_another_service(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any]
) -> None:
    monkeypatch.setenv("OPENAI_ADMIN_KEY", ADMIN)
    wire = Wire(NOTHING)
    for client in (connect(wire, **settings), connect(wire, admin_api_key=ADMIN).with_options(**settings)):
        assert client.admin_api_key is None
        with pytest.raises(MissingAPIKeyError, match="admin_api_key"):
            await done(_asked(client))
    assert wire.requests == []


async def test_another_service_gets_the_admin_key_that_was_meant_for_it(connect: Connect) -> None:
    wire = Wire(NOTHING)
    await done(_asked(connect(wire, provider="groq", admin_api_key=ADMIN)))
    azure = AzureConnect(connect.is_async)
    await done(_asked(azure(wire, azure_endpoint="https://x.openai.azure.com", admin_api_key=ADMIN)))
    assert _sent(wire) == [f"Bearer {ADMIN}"] * 2
    assert "api-key" not in wire.last.headers


def test_configure_and_with_options_take_it_and_false_takes_it_away() -> None:
    configure(admin_api_key=ADMIN)
    try:
        client = OpenAI(api_key=KEY)
    finally:
        configure(admin_api_key=None)
    assert client.admin_api_key == ADMIN
    assert OpenAI(api_key=KEY).admin_api_key is None
    assert client.with_options(timeout=5).admin_api_key == ADMIN
    assert client.with_options(api_key="sk-another-012345").admin_api_key == ADMIN
    assert client.with_options(admin_api_key=False).admin_api_key is False


async def test_false_says_that_this_server_asks_no_administrator_for_a_key(connect: Connect) -> None:
    wire = Wire(NOTHING)
    await done(_asked(connect(wire, admin_api_key=False)))
    assert _sent(wire) == [None]


async def test_a_local_server_needs_no_admin_key_and_gets_no_other(connect: Connect) -> None:
    wire = Wire(NOTHING)
    await done(_asked(connect(wire, base_url="http://localhost:8000")))
    assert _sent(wire) == [None]


async def test_a_function_is_asked_for_the_key_before_every_attempt(connect: Connect) -> None:
    keys = iter([f"{ADMIN}-{number}" for number in range(3)])
    wire = Wire(status(500), NOTHING, models("a"))
    client = connect(wire, admin_api_key=lambda: next(keys), max_retries=1)
    await done(_asked(client))
    await done(client.models.list())
    assert _sent(wire) == [f"Bearer {ADMIN}-0", f"Bearer {ADMIN}-1", f"Bearer {KEY}"]


@pytest.mark.parametrize(
    ("returned", "problem"), [("", "admin_api_key"), (3, "admin_api_key"), ("a\nb", "admin_api_key")]
)
async def test_what_a_function_returns_is_looked_at(connect: Connect, returned: Any, problem: str) -> None:
    wire = Wire(NOTHING)
    with pytest.raises(ConfigurationError, match=problem):
        await done(_asked(connect(wire, admin_api_key=lambda: returned)))
    assert wire.requests == []


@pytest.mark.parametrize("wrong", [3, b"sk-admin", ["sk-admin"], "sk-\nadmin", '"sk-admin"'])
def test_what_is_not_a_key_is_refused_by_name_and_not_shown(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="admin_api_key") as caught:
        OpenAI(admin_api_key=wrong)
    assert "sk-" not in str(caught.value)


async def test_the_authorization_of_one_call_goes_alone(connect: Connect) -> None:
    wire = Wire(NOTHING)
    client = connect(wire, admin_api_key=ADMIN)
    await done(client.admin.organization.projects.list(extra_headers={"Authorization": "Bearer of-this-call"}))
    assert _sent(wire) == ["Bearer of-this-call"]


@pytest.mark.parametrize(
    "path", ["/organization/costs", "/organization/projects", "/projects/p/roles", "/%6frganization/users"]
)
async def test_what_is_asked_by_path_goes_with_it_too_below_the_administration(connect: Connect, path: str) -> None:
    wire = Wire(NOTHING)
    await done(connect(wire, admin_api_key=ADMIN).request("GET", path))
    assert _sent(wire) == [f"Bearer {ADMIN}"]
    with pytest.raises(MissingAPIKeyError, match="OPENAI_ADMIN_KEY"):
        await done(connect(wire).request("GET", path))
    assert len(wire.requests) == 1


async def test_other_paths_go_with_the_ordinary_key(connect: Connect) -> None:
    wire = Wire(status(200, {}))
    client = connect(wire, admin_api_key=ADMIN)
    for path in ("/evals", "/organizations", "/models/organization/x"):
        await done(client.request("GET", path))
    assert _sent(wire) == [f"Bearer {KEY}"] * 3


async def test_a_redirect_to_another_host_goes_without_the_key(connect: Connect) -> None:
    away = status(307, headers={"location": "https://elsewhere.example/v1/organization/projects"})
    wire = Wire(away, NOTHING)
    client = connect.kind(
        api_key=KEY, admin_api_key=ADMIN, http_client=connect.http_client(wire, follow_redirects=True)
    )
    await done(_asked(client))
    assert [request.url.host for request in wire.requests] == ["api.openai.com", "elsewhere.example"]
    assert _sent(wire) == [f"Bearer {ADMIN}", None]
    assert not [secret for secret in (ADMIN, KEY) if secret in str(wire.last.headers)]


async def test_the_auth_of_an_http_client_does_not_take_the_place_of_the_key(connect: Connect) -> None:
    wire = Wire(NOTHING)
    own = connect.http_client(wire, auth=("me", "ordinary-password"))
    client = connect.kind(http_client=own, admin_api_key=ADMIN)
    await done(_asked(client))
    await done(client.models.list())
    assert _sent(wire)[0] == f"Bearer {ADMIN}"
    assert (_sent(wire)[1] or "").startswith("Basic ")
    with pytest.raises(MissingAPIKeyError, match="OPENAI_ADMIN_KEY"):
        await done(_asked(connect.kind(http_client=own)))
    await done(_asked(connect.kind(http_client=own, admin_api_key=False)))  # who says so has a server that takes it
    assert (_sent(wire)[-1] or "").startswith("Basic ")


async def test_what_an_administrator_asks_is_asked_of_no_other_server(connect: Connect) -> None:
    first, second = Wire(status(500)), Wire(NOTHING)
    one = connect(first, admin_api_key=ADMIN, max_retries=0)
    two = connect(second, admin_api_key="sk-admin-of-another", base_url="https://other.example", max_retries=0)
    for named in ({}, {one: "m"}):
        with pytest.raises(InternalServerError):
            await done(_asked(fallback([one, two], models=named)))
    assert _sent(first) == [f"Bearer {ADMIN}"] * 2
    assert second.requests == []


async def test_what_an_administrator_makes_is_made_each_time(connect: Connect) -> None:
    project = {"id": "proj_1", "object": "organization.project", "created_at": 1}
    wire = Wire(status(200, project), status(200, {**project, "id": "proj_2"}))
    client = connect(wire, admin_api_key=ADMIN, middleware=[cache(MemoryStore())])
    made = [(await done(client.admin.organization.projects.create(name="Atlas"))).id for _ in range(2)]
    assert made == ["proj_1", "proj_2"]


async def test_every_page_is_asked_for_with_the_key(connect: Connect) -> None:
    project = {"id": "proj_1", "object": "organization.project", "created_at": 1}
    first = status(200, {"object": "list", "data": [project], "has_more": True, "last_id": "proj_1"})
    wire = Wire(first, NOTHING)
    page = await done(_asked(connect(wire, admin_api_key=ADMIN)))
    assert page.has_next_page()
    await done(page.get_next_page())
    assert _sent(wire) == [f"Bearer {ADMIN}"] * 2
    assert wire.last.url.params["after"] == "proj_1"


async def test_an_error_a_repr_and_a_pickle_do_not_show_it(connect: Connect) -> None:
    said = {"error": {"message": f"bad key {ADMIN}", "type": "t", "param": None, "code": ADMIN}}
    client = connect(Wire(status(401, said)), admin_api_key=ADMIN, max_retries=0)
    with pytest.raises(AuthenticationError) as caught:
        await done(_asked(client))
    texts = [str(caught.value), repr(vars(caught.value)), repr(client), repr(client.config)]
    texts += [repr(client.admin.organization.projects.list), repr(client.admin.organization)]
    assert not [text for text in texts if ADMIN in text]
    assert ADMIN.encode() not in pickle.dumps(caught.value)
    assert "admin_api_key='[REDACTED]'" in repr(client.config)
    assert "admin_api_key=None" in repr(connect(Wire()).config)


async def test_what_another_operation_is_told_does_not_show_it_either(connect: Connect) -> None:
    said = {"error": {"message": f"saw {ADMIN}", "type": "t", "param": None, "code": None}}
    client = connect(Wire(status(400, said)), admin_api_key=ADMIN, max_retries=0)
    with pytest.raises(Exception, match=r"saw \[REDACTED\]"):
        await done(client.chat.completions.create(**HELLO))


def test_a_client_that_is_made_anew_elsewhere_has_it() -> None:
    assert OpenAI(api_key=KEY, admin_api_key=ADMIN).maker()().admin_api_key == ADMIN


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
@pytest.mark.parametrize("name", ["admin_token", "admin_key", "openai_admin_key"])
def test_who_comes_from_elsewhere_is_told_what_it_is_called_here(kind: Any, name: str) -> None:
    with pytest.raises(TypeError, match=f"no setting '{name}': did you mean 'admin_api_key'"):
        kind(**{name: ADMIN})
    with pytest.raises(AttributeError, match="with_options"):
        kind(api_key=KEY).admin_api_key = ADMIN


async def test_a_wrong_request_is_refused_before_a_key_is_missed(connect: Connect) -> None:
    wire = Wire()
    with pytest.raises(RequestValidationError, match="limit"):
        await done(connect(wire).admin.organization.projects.list(limit="many"))
    assert wire.requests == []


@pytest.mark.parametrize("wrong", ["", " ", None, "..", "a/b", "/", "a\\b", "proj_1/archive"])
async def test_an_id_of_the_administration_is_one_segment_of_a_path(connect: Connect, wrong: Any) -> None:
    wire = Wire()
    projects = connect(wire, admin_api_key=ADMIN).admin.organization.projects
    for operation in (projects.retrieve, projects.archive, projects.update):
        with pytest.raises(RequestValidationError, match="project_id: "):
            await done(operation(wrong))
    assert wire.requests == []
