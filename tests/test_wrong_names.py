"""A name that is not there tells the one that was meant: attributes, settings, modules, groups that are called."""

from __future__ import annotations

import inspect
import pydoc
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any, get_type_hints

import pytest

import typed_openai
from tests.conformance.declared import places
from typed_openai import (
    AsyncAzureOpenAI,
    AsyncOpenAI,
    AzureOpenAI,
    ConfigurationError,
    OpenAI,
    RequestValidationError,
)
from typed_openai.core.declare.members import INTERNAL
from typed_openai.core.declare.resource import Nested, Resource
from typed_openai.resources import Resources
from typed_openai.settings import wrong_settings
from typed_openai.shown import wrong_names

MAKERS: dict[str, Callable[[], Any]] = {
    "OpenAI": lambda: OpenAI(api_key="sk-1"),
    "AsyncOpenAI": lambda: AsyncOpenAI(api_key="sk-1"),
    "AzureOpenAI": lambda: AzureOpenAI(api_key="k", azure_endpoint="https://a.openai.azure.com"),
    "AsyncAzureOpenAI": lambda: AsyncAzureOpenAI(api_key="k", azure_endpoint="https://a.openai.azure.com"),
}
SAID = {
    "client.assistants": "client.beta.assistants",
    "client.threads": "client.beta.threads",
    "client.runs": "client.beta.threads.runs",
    "client.beta.embeddings": "client.embeddings",
    "client.files.upload": "client.files.create(",
    "client.files.download": "client.files.content(",
    "client.chat.create": "client.chat.completions.create",
    "client.images.create": "client.images.generate(",
    "client.images.variations": "client.images.create_variation(",
    "client.audio.transcribe": "client.audio.transcriptions.create(",
    "client.json_post": "client.post(path, body=",
    "client.get_api_list": "client.get(path, cast_to=SyncCursorPage",
    "client.finetunes": "client.fine_tuning.jobs",
    "client.output_items": "client.evals.runs.output_items",
    "client.models.get": "client.models.retrieve(",
    "client.files.remove": "client.files.delete(",
    "client.beta.assistants.modify": "client.beta.assistants.update(",
    "client.embedings": "client.embeddings",
    "client.chat.completion": "client.chat.completions",
    "client.chat.completions.creat": "client.chat.completions.create",
    "client.with_raw_response.fils": "client.with_raw_response.files",
    "client.with_streaming_response.chat.completions.creat": "create",
    "client.files.with_raw_response.upload": "client.files.create",
    "client.access_token": "client.api_key",
    "client.ChatCompletion": "client.chat.completions.create(",
    "client.Embedding": "client.embeddings.create(",
    "client.edits": "client.chat.completions.create(",
    "client.chat(1)": "client.chat.completions.create(",
    "client.models()": "client.models.list(",
    "client.embeddings(input='a')": "client.embeddings.create(",
    "client.images()": "client.images.generate(",
    "client.beta.threads.runs()": "client.beta.threads.runs.create(",
    "client.audio()": "client.audio.transcriptions.create(",
}


def groups(below: Any, place: str) -> Iterator[tuple[str, Any]]:
    yield place, below
    for base in type(below).__mro__:
        for name, value in vars(base).items():
            if isinstance(value, Nested):
                yield from groups(getattr(below, name), f"{place}.{name}")


@pytest.fixture(params=MAKERS)
def client(request: pytest.FixtureRequest) -> Any:
    return MAKERS[str(request.param)]()


# -- attributes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("written", "meant"), SAID.items())
def test_a_wrong_name_tells_the_right_one(client: Any, written: str, meant: str) -> None:
    with pytest.raises(TypeError if written.endswith(")") else AttributeError) as caught:
        eval(written, {"client": client})  # noqa: S307 - the texts of the table above
    assert meant in str(caught.value)


def test_what_the_tables_send_to_exists() -> None:
    client = OpenAI(api_key="sk-1")
    named = wrong_names.places_named()
    assert len(named) > 40
    for text, place in named.items():
        found: Any = client
        for name in place.split("."):
            assert name in dir(found) or place.startswith("config."), text
            found = getattr(found, name)
        assert callable(found) or "(" not in text, text


def test_every_group_is_found_from_the_client() -> None:
    """By its last name: `client.speech` leads to `client.audio.speech`."""
    client = OpenAI(api_key="sk-1")
    deep = {
        place.rpartition(".")[2]: place
        for place, _ in groups(client, "client")
        if place.count(".") > 1 and not hasattr(client, place.rpartition(".")[2])
    }
    assert len(deep) > 15
    for name in deep:
        with pytest.raises(AttributeError, match=rf"use client\.[\w.]+\.{name}$"):
            getattr(client, name)


def test_every_group_that_is_called_names_an_operation_of_it(client: Any) -> None:
    found = [(place, group) for place, group in groups(client, "client") if isinstance(group, Resource)]
    assert len(found) > 30
    for place, group in found:
        called: Any = group
        with pytest.raises(TypeError, match=r"is a group of operations: call client\.") as caught:
            called()
        meant = str(caught.value).rpartition(" call client.")[2].removesuffix("(...)")
        assert meant in places(), place


def test_awaited_names_of_the_old_package_tell_both_colours() -> None:
    with pytest.raises(AttributeError, match=r"use client\.embeddings\.create\(\.\.\.\) of AsyncOpenAI"):
        OpenAI(api_key="sk-1").embeddings.acreate  # noqa: B018
    with pytest.raises(AttributeError, match=r"use await client\.embeddings\.create\(\.\.\.\)$"):
        AsyncOpenAI(api_key="sk-1").embeddings.acreate  # noqa: B018


def test_what_is_there_and_fails_says_why_itself() -> None:
    raw = OpenAI(api_key="sk-1").chat.completions.with_raw_response
    with pytest.raises(AttributeError, match="it gives typed events"):
        raw.stream  # noqa: B018


@pytest.mark.parametrize("name", ["_repr_html_", "__wrapped__", "_ipython_display_", "_pytestfixturefunction"])
def test_what_machines_ask_for_is_answered_briefly(client: Any, name: str) -> None:
    for asked in (client, client.files, client.with_raw_response, type(client).files):
        assert not hasattr(asked, name)


def test_operations_of_the_class_ask_for_a_client() -> None:
    with pytest.raises(AttributeError, match=r"client = OpenAI\(\), then client\.chat\.completions"):
        OpenAI.chat.completions.create(messages=[])


# -- tab lists --------------------------------------------------------------------------------------------------------

OF_CLIENTS = {
    *(
        "add_headers",
        "admin_api_key",
        "api_key",
        "base_url",
        "bulk",
        "close",
        "config",
        "copy",
        "default_headers",
        "default_query",
        "map",
    ),
    *("is_closed", "max_retries", "organization", "project", "request", "timeout", "webhook_secret", "with_options"),
    *("with_raw_response", "with_streaming_response"),
    *("delete", "get", "patch", "post", "put", "unknown"),
}


def listed(value: object) -> set[str]:
    return {name for name in dir(value) if not name.startswith("_")}


def test_a_client_lists_its_groups_its_settings_and_what_is_documented(client: Any) -> None:
    assert listed(client) == OF_CLIENTS | {name for name, value in vars(Resources).items() if isinstance(value, Nested)}
    client.chat.completions.create  # noqa: B018 - what was used before changes nothing
    assert listed(client) >= OF_CLIENTS
    assert not listed(client) & INTERNAL


def test_every_group_lists_its_operations_and_nothing_else(client: Any) -> None:
    seen = 0
    for place, group in groups(client, "client"):
        if isinstance(group, Resource):
            inside = place.removeprefix("client.")
            known = {
                other.removeprefix(f"{inside}.").partition(".")[0]
                for other in places()
                if other.startswith(f"{inside}.")
            }
            assert listed(group) == known | {"with_raw_response", "with_streaming_response"}
            seen += 1
    assert seen > 30


@pytest.mark.parametrize("view", ["with_raw_response", "with_streaming_response"])
def test_a_view_lists_what_can_be_called_there(client: Any, view: str) -> None:
    for _, group in groups(getattr(client, view), "client"):
        assert not listed(group) & (INTERNAL | {"with_raw_response", "with_streaming_response"})
        for name in listed(group):
            getattr(group, name)
    assert listed(getattr(client.chat.completions, view)) == {
        *("create", "delete", "list", "messages", "retrieve", "update"),
        *(["parse"] if view == "with_raw_response" else []),
    }


def test_what_stands_in_for_an_operation_is_listed_too() -> None:
    client = OpenAI(api_key="sk-1")
    client.files.mine = 1
    assert "mine" in dir(client.files)


# -- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI, AzureOpenAI, AsyncAzureOpenAI])
def test_clients_show_every_setting_with_type_default_and_sentence(kind: type[Any]) -> None:
    from typed_openai.settings.names import SETTING_NAMES

    shown = inspect.signature(kind).parameters
    assert set(shown) == set(SETTING_NAMES)
    assert all(item.annotation is not item.empty and item.default is None for item in shown.values())
    text = pydoc.plain(pydoc.render_doc(kind))
    assert "max_retries: int | Literal[False] | None = 2" in text
    assert "timeout: float | TimeoutLike | Literal[False] | None = 120.0" in text
    for name in SETTING_NAMES:
        entry = (kind.__doc__ or "").partition(f"\n    {name}: ")[2].splitlines()
        assert " = " in entry[0], name
        assert len(entry[1].strip()) > 20, name


def test_a_subclass_with_a_constructor_of_its_own_shows_that() -> None:
    class Mine(OpenAI):
        """Ours."""

        def __init__(self, tenant: str) -> None:
            super().__init__(api_key=tenant)

    class Plain(OpenAI):
        """Ours too."""

    assert list(inspect.signature(Mine).parameters) == ["tenant"]
    assert (Mine.__doc__, Plain.__doc__) == ("Ours.", "Ours too.")
    assert "api_key" in inspect.signature(Plain).parameters


@pytest.mark.parametrize(
    ("setting", "meant"),
    [
        ("proxies", "HTTPS_PROXY"),
        ("proxy", r"httpx\.Client\(proxy="),
        ("verify", r"httpx\.Client\(verify="),
        ("api_base", "'base_url'"),
        ("openai_api_key", "'api_key'"),
        ("access_token", "'api_key'"),
        ("model", r"create\(model="),
        ("max_retry", "'max_retries'"),
        ("zork", "it takes api_key"),
    ],
)
def test_a_wrong_setting_tells_what_does_the_same(setting: str, meant: str) -> None:
    given: Any = {setting: "sk-1"}
    for make in (OpenAI, AsyncOpenAI, OpenAI(api_key="k").with_options, typed_openai.configure):
        with pytest.raises(TypeError, match=meant) as caught:
            make(**given)
        assert "sk-1" not in str(caught.value)


def test_what_is_said_to_be_a_setting_is_one() -> None:
    from typed_openai.settings.names import SETTING_NAMES

    assert set(wrong_settings.OLD_SETTINGS.values()) <= set(SETTING_NAMES)
    assert not (wrong_settings.OLD_SETTINGS.keys() | wrong_settings.ELSEWHERE.keys()) & set(SETTING_NAMES)


@pytest.mark.parametrize("quote", ['"', "'", "`"])
@pytest.mark.parametrize(
    ("setting", "variable"),
    [
        ("api_key", "OPENAI_API_KEY"),
        ("organization", "OPENAI_ORG_ID"),
        ("project", "OPENAI_PROJECT_ID"),
        ("base_url", "OPENAI_BASE_URL"),
        ("webhook_secret", "OPENAI_WEBHOOK_SECRET"),
    ],
)
def test_a_setting_in_quotes_is_refused_and_its_variable_named(
    monkeypatch: pytest.MonkeyPatch, setting: str, variable: str, quote: str
) -> None:
    given: Any = {setting: f"{quote}sk-quoted{quote}"}
    with pytest.raises(ConfigurationError, match=f"{setting} is in quotes.*take them off") as caught:
        OpenAI(**given)
    assert "sk-quoted" not in str(caught.value)
    monkeypatch.setenv(variable, given[setting])
    with pytest.raises(ConfigurationError, match=f"{setting} is in quotes.*{variable}") as caught:
        AsyncOpenAI()
    assert "sk-quoted" not in str(caught.value)


# -- the module -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("api_key", r"configure\(api_key=\.\.\.\)"),
        ("api_base", r"configure\(base_url=\.\.\.\)"),
        ("organization", r"configure\(organization=\.\.\.\)"),
        ("timeout", r"configure\(timeout=\.\.\.\)"),
        ("proxy", "HTTPS_PROXY"),
    ],
)
def test_a_setting_of_the_module_is_refused_with_what_to_do(name: str, meant: str) -> None:
    with pytest.raises(AttributeError, match=meant) as caught:
        setattr(typed_openai, name, "sk-1")
    assert "sk-1" not in str(caught.value)
    assert name not in vars(typed_openai)
    with pytest.raises(AttributeError, match="setting of clients"):
        getattr(typed_openai, name)


def test_every_setting_is_refused_there() -> None:
    for name in (*get_type_hints_of_settings(), *wrong_settings.OLD_SETTINGS):
        if not name.startswith("_"):
            with pytest.raises(AttributeError, match="has no effect"):
                setattr(typed_openai, name, None)


def get_type_hints_of_settings() -> list[str]:
    from typed_openai.core.attribute_docs import names_for_types
    from typed_openai.settings.names import ClientSettings

    return [*get_type_hints(ClientSettings, localns=names_for_types(ClientSettings.__module__))]


def test_other_names_may_be_set_and_mocked_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typed_openai, "OpenAI", "a mock")
    monkeypatch.setattr(typed_openai, "something_of_mine", 1, raising=False)
    assert {name: vars(typed_openai)[name] for name in ("OpenAI", "something_of_mine")} == {
        "OpenAI": "a mock",
        "something_of_mine": 1,
    }


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ChatCompletion", r"client\.chat\.completions\.create\("),
        ("Completion", r"client\.completions\.create\("),
        ("Embedding", r"client\.embeddings\.create\("),
        ("chat", r"client = OpenAI\(\), then client\.chat"),
        ("error", r"typed_openai\.RateLimitError"),
        ("Openai", "OpenAI"),
        ("RateLimitErr", "RateLimitError"),
    ],
)
def test_the_module_tells_where_its_old_names_went(name: str, meant: str) -> None:
    with pytest.raises(AttributeError, match=meant):
        getattr(typed_openai, name)


def test_modules_of_the_package_still_become_its_attributes() -> None:
    code = "import typed_openai.client, typed_openai.azure, typed_openai\nprint(typed_openai.azure.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "typed_openai.azure"


# -- parameters of another operation ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "given", "meant"),
    [
        ("completions.create", {"model": "m", "messages": []}, "client.chat.completions.create(messages=...)"),
        ("chat.completions.create", {"model": "m", "prompt": "a"}, "client.completions.create(prompt=...)"),
        ("images.generate", {"messages": []}, "client.chat.completions.create(messages=...)"),
        ("completions.create", {"model": "m", "input": "a"}, "client.responses.create(input=...)"),
        (
            "beta.agents.sessions.create",
            {"environment": {"type": "none"}, "tool_handlers": {}},
            "stream(tool_handlers=...) takes it",
        ),
        (
            "beta.agents.sessions.create",
            {"environment": {"type": "none"}, "output_type": int},
            "for a value of a type call stream(output_type=...)",
        ),
        (
            "responses.create",
            {"model": "m", "text_format": int},
            "call parse(text_format=...), or stream(text_format=...)",
        ),
    ],
)
def test_a_parameter_of_another_operation_points_there(operation: str, given: dict[str, Any], meant: str) -> None:
    call: Any = OpenAI(api_key="sk-1")
    for name in operation.split("."):
        call = getattr(call, name)
    with pytest.raises(RequestValidationError) as caught:
        call(**given)
    assert meant in str(caught.value)


@pytest.mark.parametrize("name", ["data", "records", "has_next_page"])
async def test_a_list_that_nobody_awaited_says_how_its_page_is_had(name: str) -> None:
    async with AsyncOpenAI(api_key="sk-1") as client:
        unawaited: Any = client.files.list()
        with pytest.raises(AttributeError, match=rf"awaited for its first page.*\(await \.\.\.\)\.{name}") as caught:
            getattr(unawaited, name)
    assert caught.value.name == name
    assert not hasattr(unawaited, "__iter__")
