"""Settings: where each comes from, what it may be, and that no text ever shows a secret.

The order is argument, `configure(...)`, environment, default; `None` inherits and `False` overrides.
"""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest

from tests.canned import KEY, Connect, Wire, done, failing, failure, status
from typed_openai.client import AsyncOpenAI, OpenAI
from typed_openai.errors import ConfigurationError, MissingAPIKeyError, NotFoundError, OpenAIError
from typed_openai.settings.config import Config, configure, versioned

SECRET = "sk-very-secret-key"


def resolved(**settings: Any) -> Config:
    return Config.resolve(settings)


def configured(**settings: Any) -> None:
    configure(**settings)


# --- where a setting comes from --------------------------------------------------------------------------------------

SOURCES = [
    ("api_key", "OPENAI_API_KEY", "sk-environment", "sk-configured", "sk-argument"),
    ("organization", "OPENAI_ORG_ID", "org-environment", "org-configured", "org-argument"),
    ("project", "OPENAI_PROJECT_ID", "proj-environment", "proj-configured", "proj-argument"),
    ("webhook_secret", "OPENAI_WEBHOOK_SECRET", "whsec_environment", "whsec_configured", "whsec_argument"),
    ("base_url", "OPENAI_BASE_URL", "http://environment/v1", "http://configured/v1", "http://argument/v1"),
]


@pytest.mark.parametrize(("name", "variable", "environment", "configured_value", "argument"), SOURCES)
def test_an_argument_beats_configure_which_beats_the_environment(
    monkeypatch: pytest.MonkeyPatch, name: str, variable: str, environment: str, configured_value: str, argument: str
) -> None:
    default = getattr(resolved(), name)
    assert default == ("https://api.openai.com/v1" if name == "base_url" else None)
    monkeypatch.setenv(variable, environment)
    assert getattr(resolved(), name) == environment
    configured(**{name: configured_value})
    assert getattr(resolved(), name) == configured_value
    assert getattr(resolved(**{name: argument}), name) == argument


@pytest.mark.parametrize(("name", "variable", "environment", "configured_value", "argument"), SOURCES)
def test_none_as_an_argument_inherits(
    monkeypatch: pytest.MonkeyPatch, name: str, variable: str, environment: str, configured_value: str, argument: str
) -> None:
    monkeypatch.setenv(variable, environment)
    assert getattr(resolved(**{name: None}), name) == environment
    configured(**{name: configured_value})
    assert getattr(resolved(**{name: None}), name) == configured_value


@pytest.mark.parametrize("name", ["api_key", "organization", "project"])
def test_false_as_an_argument_means_none_whatever_is_set_elsewhere(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-environment")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-environment")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-environment")
    configured(**{name: "configured"})
    assert not getattr(resolved(**{name: False}), name)


def test_the_defaults_are_those_that_are_documented() -> None:
    found = resolved()
    assert (found.timeout, found.deadline, found.idle_timeout, found.max_retries) == (120.0, None, 120.0, 2)
    assert (found.validation, found.strict_responses, found.log_errors) == ("strict", False, False)
    assert (found.base_url, found.api_version) == ("https://api.openai.com/v1", "v1")
    assert (dict(found.default_headers), dict(found.default_query)) == ({}, {})
    assert found.on_retry is None


@pytest.mark.parametrize("name", ["timeout", "deadline", "idle_timeout", "on_retry", "api_version"])
def test_false_switches_a_limit_off(name: str) -> None:
    configured(**{name: (lambda event: None) if name == "on_retry" else "v3" if name == "api_version" else 7.0})
    assert getattr(resolved(), name) is not None
    assert getattr(resolved(**{name: False}), name) is None


def test_false_as_max_retries_means_not_once() -> None:
    configured(max_retries=5)
    assert resolved(max_retries=False).max_retries == 0
    assert resolved(max_retries=0).max_retries == 0
    assert resolved().changed({"max_retries": False}).max_retries == 0


@pytest.mark.parametrize("name", ["strict_responses", "log_errors"])
def test_false_is_a_value_where_true_is_one(name: str) -> None:
    configured(**{name: True})
    assert getattr(resolved(), name) is True
    assert getattr(resolved(**{name: None}), name) is True
    assert getattr(resolved(**{name: False}), name) is False


@pytest.mark.parametrize("name", ["default_headers", "default_query"])
def test_mappings_are_merged_and_false_empties_them(name: str) -> None:
    configured(**{name: {"a": "1", "b": "1"}})
    assert getattr(resolved(**{name: {"b": "2", "c": "2"}}), name) == {"a": "1", "b": "2", "c": "2"}
    assert getattr(resolved(**{name: False}), name) == {}
    assert getattr(resolved().changed({name: False}), name) == {}


def test_names_of_headers_are_merged_whatever_their_case() -> None:
    configured(default_headers={"X-Team": "one"})
    found = resolved(default_headers={"x-team": "two"})
    assert list(found.default_headers.values()) == ["two"]
    assert list(found.changed({"default_headers": {"X-TEAM": "three"}}).default_headers.values()) == ["three"]


def test_what_is_merged_is_a_copy() -> None:
    headers = {"X-Team": "one"}
    found = resolved(default_headers=headers)
    headers["X-Team"] = "two"
    assert list(found.default_headers.values()) == ["one"]


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_variable_is_no_setting(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    for variable in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_BASE_URL"):
        monkeypatch.setenv(variable, text)
    found = resolved()
    assert (found.api_key, found.organization, found.project) == (None, None, None)
    assert found.base_url == "https://api.openai.com/v1"


def test_white_space_around_a_variable_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1\n")
    monkeypatch.setenv("OPENAI_BASE_URL", " http://host/v1/ ")
    assert (resolved().api_key, resolved().base_url) == ("sk-1", "http://host/v1")


def test_the_environment_is_read_when_the_client_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-first")
    client = OpenAI()
    monkeypatch.setenv("OPENAI_API_KEY", "sk-second")
    assert client.config.api_key == "sk-first"
    assert OpenAI().config.api_key == "sk-second"


# --- configure -------------------------------------------------------------------------------------------------------


def test_configure_changes_only_what_it_names() -> None:
    configured(organization="org-1", timeout=5)
    configured(timeout=6)
    assert (resolved().organization, resolved().timeout) == ("org-1", 6)


def test_configure_forgets_what_is_none() -> None:
    configured(timeout=5, log_errors=True)
    configured(timeout=None, log_errors=None)
    assert (resolved().timeout, resolved().log_errors) == (120.0, False)


def test_configure_with_false_overrides_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-environment")
    configured(organization=False)
    assert resolved().organization is None
    assert resolved(organization="org-argument").organization == "org-argument"


def test_configure_does_not_touch_clients_that_exist() -> None:
    client = OpenAI(api_key=SECRET)
    configured(timeout=5)
    assert client.config.timeout == 120.0
    assert OpenAI(api_key=SECRET).config.timeout == 5


def test_configure_takes_no_http_client() -> None:
    with pytest.raises(TypeError, match="http_client"):
        configured(http_client=httpx.Client())


@pytest.mark.parametrize("wrong", [{"timeout": -1}, {"validation": "loose"}, {"base_url": "nowhere"}])
def test_configure_refuses_at_once_and_then_changes_nothing(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        configured(organization="org-1", **wrong)
    assert resolved().organization is None
    assert resolved() is not None


def test_configure_may_be_called_by_many_threads() -> None:
    barrier = threading.Barrier(8)
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            barrier.wait()
            for turn in range(50):
                configured(organization=f"org-{number}", project=f"proj-{turn}")
                assert str(resolved().organization).startswith("org-")
                configured(project=None)
        except BaseException as error:  # noqa: BLE001 - a thread cannot raise into the test
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert str(resolved().organization).startswith("org-")


# --- unknown names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
def test_an_unknown_setting_is_refused_with_the_nearest_name(kind: Any) -> None:
    with pytest.raises(TypeError, match="no setting 'max_retry': did you mean 'max_retries'"):
        kind(max_retry=3)


def test_configure_and_with_options_refuse_unknown_settings_too() -> None:
    with pytest.raises(TypeError, match="did you mean 'timeout'"):
        configured(timeouts=3)
    with pytest.raises(TypeError, match="did you mean 'base_url'"):
        OpenAI(api_key=KEY).with_options(baseurl="x")  # type: ignore[call-arg]  # that is the point


def test_without_a_near_name_all_settings_are_listed() -> None:
    with pytest.raises(TypeError, match=r"'zzz'.*api_key.*validation"):
        resolved(zzz=1)


@pytest.mark.parametrize("name", ["access_token", "uri_base", "request_timeout", "organization_id", "extra_headers"])
def test_names_that_other_packages_use_are_refused_not_ignored(name: str) -> None:
    with pytest.raises(TypeError, match=name):
        resolved(**{name: "x"})


# --- base URL --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://api.openai.com", "https://api.openai.com/v1"),
        ("https://api.openai.com/", "https://api.openai.com/v1"),
        ("https://api.openai.com/v1", "https://api.openai.com/v1"),
        ("https://api.openai.com/v1/", "https://api.openai.com/v1"),
        ("https://api.openai.com/v1//", "https://api.openai.com/v1"),
        ("https://api.groq.com/openai", "https://api.groq.com/openai/v1"),
        ("https://api.groq.com/openai/", "https://api.groq.com/openai/v1"),
        ("https://api.groq.com/openai/v1", "https://api.groq.com/openai/v1"),
        (
            "https://generativelanguage.googleapis.com/v1beta/openai/",
            "https://generativelanguage.googleapis.com/v1beta/openai",
        ),
        ("https://host/v1beta1", "https://host/v1beta1"),
        ("https://host/v1alpha/openai", "https://host/v1alpha/openai"),
        ("https://host/V1", "https://host/V1"),
        ("https://host/api/v2/compat", "https://host/api/v2/compat"),
        ("https://my-v1-host/", "https://my-v1-host/v1"),
        ("https://v1.host.com", "https://v1.host.com/v1"),
        ("https://host/openai-v1", "https://host/openai-v1/v1"),
        ("https://host/v1x", "https://host/v1x/v1"),
        ("http://localhost:11434", "http://localhost:11434/v1"),
        ("http://[::1]:8000/", "http://[::1]:8000/v1"),
        ("  https://host/v1\n", "https://host/v1"),
    ],
)
def test_a_version_segment_in_the_path_decides_whether_v1_is_appended(given: str, used: str) -> None:
    assert resolved(base_url=given).base_url == used
    assert resolved().changed({"base_url": given}).base_url == used


@pytest.mark.parametrize(
    ("version", "used"),
    [
        ("v2", "https://host/openai/v2"),
        ("/v2/", "https://host/openai/v2"),
        (False, "https://host/openai"),
        (None, "https://host/openai/v1"),
    ],
)
def test_api_version_says_what_is_appended(version: Any, used: str) -> None:
    assert resolved(base_url="https://host/openai/", api_version=version).base_url == used


NO_VERSION = [
    "https://adb-1.azuredatabricks.net/serving-endpoints",
    "https://dbc-1.cloud.databricks.com/serving-endpoints/",
    "https://models.github.ai/inference",
    "https://models.github.ai/orgs/acme/inference",
    "https://models.inference.ai.azure.com",
    "https://acme.services.ai.azure.com/models",
    "http://localhost:3000/api",
    "https://webui.corp.example/api/",
    "https://api.perplexity.ai",
]
VERSION = [
    "https://openrouter.ai/api",
    "https://api.groq.com/openai",
    "https://api.deepseek.com",
    "https://host/api/openai",
    "https://host/models",
    "https://acme.services.ai.azure.com",
    "https://host/inference",
    "http://localhost:11434",
]


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
def test_addresses_that_are_known_to_want_no_version_get_none_unless_it_is_given(kind: Any) -> None:
    for given in NO_VERSION:
        bare = given.rstrip("/")
        assert kind(base_url=given, api_key="k").base_url == bare
        assert kind(base_url=given, api_key="k").with_options(timeout=5).base_url == bare
        assert kind(api_key="k").with_options(base_url=given).base_url == bare
        assert kind(base_url=given, api_key="k", api_version="v1").base_url == f"{bare}/v1"
        assert kind(base_url=given, api_key="k").with_options(api_version="v2").base_url == f"{bare}/v2"
    for given in VERSION:
        assert kind(base_url=given, api_key="k").base_url == f"{given}/v1"
        assert kind(base_url=given, api_key="k", api_version=False).base_url == given


async def test_a_404_says_what_was_appended_and_how_to_go_without(connect: Connect) -> None:
    for body in ({"detail": "Not Found"}, {"error": {"message": "no such model", "code": "model_not_found"}}):
        error = await failing(connect, Wire(status(404, body)), {"base_url": "http://host/llm"})
        assert "/v1 was appended to base_url http://host/llm (api_version=False leaves it as it is)" in str(error)
        client = connect(Wire(status(404, body)), base_url="http://host/llm").with_options(max_retries=0)
        with pytest.raises(NotFoundError, match="api_version=False"):
            await done(client.models.retrieve("m"))
        for given in ({"base_url": "http://host/llm/v1"}, {"base_url": "http://host/llm", "api_version": False}, {}):
            error = await failing(connect, Wire(status(404, body)), given)
            assert "appended" not in str(error)
            assert "check the model or id, and the URL" in str(error)
    error = await failing(connect, Wire(status(404)), {"base_url": "http://host/api"})
    assert "nothing was appended to base_url (api_version='v1' is when you give it)" in str(error)
    error = await failing(connect, Wire(status(500)), {"base_url": "http://host/llm", "max_retries": 0})
    assert "appended" not in str(error)


def test_api_version_does_not_replace_a_version_that_stands_there() -> None:
    assert resolved(base_url="https://host/v1", api_version="v2").base_url == "https://host/v1"
    assert versioned("https://host", "v2") == "https://host/v2"


def test_a_base_url_may_be_an_httpx_url() -> None:
    assert resolved(base_url=httpx.URL("https://host/openai")).base_url == "https://host/openai/v1"


async def test_requests_go_to_the_base_url(connect: Connect) -> None:
    for given, path in [("https://host/x", "/x/v1/models"), ("https://host/v1/", "/v1/models")]:
        wire = Wire(failure(404))
        client = connect(wire, base_url=given)
        with pytest.raises(OpenAIError):
            await done(client.models.list())
        assert (wire.request.url.host, wire.request.url.path) == ("host", path)


# --- bad values ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"base_url": ""}, "base_url must be like https://host"),
        ({"base_url": "api.openai.com"}, "base_url must be like https://host"),
        ({"base_url": "ftp://host"}, "base_url must be like https://host"),
        ({"base_url": "https://"}, "base_url must be like https://host"),
        ({"base_url": "http://[::1"}, "base_url must be like https://host"),
        ({"base_url": "http://host:99999"}, "base_url must be like https://host"),
        ({"base_url": "http://host:port"}, "base_url must be like https://host"),
        ({"base_url": "http://ho st"}, "base_url must be like https://host"),
        ({"base_url": 5}, "base_url must be like https://host"),
        ({"base_url": False}, "base_url must be like https://host"),
        ({"base_url": "https://user:hunter2@host/v1"}, "must not contain a user name or password"),
        ({"base_url": "https://host/v1?key=hunter2"}, "must not contain a query"),
        ({"base_url": "https://host/v1#hunter2"}, "must not contain a query or fragment"),
        ({"base_url": "user:hunter2@host"}, "base_url must be like https://host"),
        ({"base_url": "ftp://user:hunter2@host"}, "base_url must be like https://host"),
        ({"base_url": "https://user:hunter2@host:99999/v1"}, "base_url must be like https://host"),
        ({"api_version": 2}, "api_version must be"),
        ({"api_version": True}, "api_version must be"),
        ({"timeout": 0}, "timeout must be a number of seconds above 0"),
        ({"timeout": -1}, "timeout must be a number of seconds above 0"),
        ({"timeout": "5"}, "timeout must be a number of seconds above 0"),
        ({"timeout": True}, "timeout must be a number of seconds above 0"),
        ({"timeout": float("nan")}, "timeout must be a number of seconds above 0"),
        ({"timeout": float("inf")}, "timeout must be a number of seconds above 0"),
        ({"deadline": -1}, "deadline must be a number of seconds above 0"),
        ({"deadline": httpx.Timeout(5)}, "deadline must be a number of seconds above 0"),
        ({"idle_timeout": "soon"}, "idle_timeout must be a number of seconds above 0"),
        ({"max_retries": -1}, "max_retries must be a whole number from 0"),
        ({"max_retries": 1.5}, "max_retries must be a whole number from 0"),
        ({"max_retries": True}, "max_retries must be a whole number from 0"),
        ({"max_retries": "2"}, "max_retries must be a whole number from 0"),
        ({"validation": "loose"}, 'validation must be "strict", "warn" or "off", got \'loose\''),
        ({"validation": False}, 'validation must be "strict", "warn" or "off", got False'),
        ({"strict_responses": "yes"}, "strict_responses must be True or False, got 'yes'"),
        ({"log_errors": 1}, "log_errors must be True or False, got 1"),
        ({"on_retry": "print"}, "on_retry must be a function"),
        ({"api_key": 5}, "api_key must be a string or a function"),
        ({"api_key": b"hunter2"}, "api_key must be a string or a function"),
        ({"api_key": True}, "api_key must be a string or a function"),
        ({"api_key": "hunter2\nX-Evil: 1"}, "api_key contains characters"),
        ({"api_key": "hunter2 "}, "api_key begins or ends with white space"),
        ({"api_key": "“hunter2”"}, "api_key contains characters"),
        ({"organization": 5}, "organization must be a string"),
        ({"organization": "a\nb"}, "organization contains characters"),
        ({"project": "ä"}, "project contains characters"),
        ({"default_headers": {"X-A": 5}}, r"default_headers\['X-A'\] must be a string, got int"),
        ({"default_headers": {"X-A": "hunter2\r\n"}}, r"default_headers\['X-A'\] contains characters"),
        ({"default_headers": {"X-A": "hunter2\x7f"}}, r"default_headers\['X-A'\] contains characters"),
        ({"default_headers": {"X A": "1"}}, "'X A' is not a name of a header"),
        ({"default_headers": {"": "1"}}, "'' is not a name of a header"),
        ({"default_headers": {5: "1"}}, "5 is not a name of a header"),
        ({"default_headers": [("X-A", "1")]}, "default_headers must be a mapping, got list"),
        ({"default_query": "a=hunter2"}, "default_query must be a mapping, got str"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_when_the_client_is_made(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        OpenAI(**{"api_key": KEY, **settings})
    assert "hunter2" not in str(caught.value)
    with pytest.raises(ConfigurationError, match=said):
        OpenAI(api_key=KEY).with_options(**settings) if settings != {"base_url": ""} else resolved(**settings)


def test_configuration_errors_are_value_errors_of_this_package() -> None:
    assert issubclass(ConfigurationError, OpenAIError)
    assert issubclass(ConfigurationError, ValueError)
    assert issubclass(MissingAPIKeyError, ConfigurationError)


def test_a_timeout_may_be_an_httpx_timeout() -> None:
    timeout = httpx.Timeout(5, connect=1)
    assert resolved(timeout=timeout).timeout is timeout


@pytest.mark.parametrize(("theirs", "ours"), [("access_token", "api_key"), ("uri_base", "base_url")])
def test_who_comes_from_ruby_is_told_what_a_setting_is_called_here(theirs: str, ours: str) -> None:
    with pytest.raises(TypeError, match=f"no setting '{theirs}': did you mean '{ours}'"):
        OpenAI(**{theirs: "x"})  # type: ignore[arg-type]  # that is the point
