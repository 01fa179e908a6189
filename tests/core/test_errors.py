"""Errors: which class a failure has, what it carries and says, and that every one survives a pickle and a copy."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import socket
import ssl
from typing import Any

import httpx
import pytest

import typed_openai.settings.config
from tests.canned import HELLO, KEY, Answer, Connect, Wire, broken, completion, done, failure, status
from typed_openai import errors
from typed_openai.core.answer.meta import Attempt, Issue, Meta
from typed_openai.errors import (
    STATUS_ERRORS,
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    ConfigurationError,
    Fault,
    InternalServerError,
    MissingAPIKeyError,
    OpenAIError,
    RateLimitError,
    RequestValidationError,
    ResponseDecodeError,
    ResponseValidationError,
    StreamError,
    StreamTruncatedError,
)

SECRET = "sk-very-secret-key"


async def failing(connect: Connect, answer: Answer, **settings: Any) -> APIError:
    with pytest.raises(APIError) as caught:
        await done(connect(Wire(answer), **{"max_retries": 0, **settings}).chat.completions.create(**HELLO))
    return caught.value


# --- which class -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (400, "BadRequestError"),
        (401, "AuthenticationError"),
        (403, "PermissionDeniedError"),
        (404, "NotFoundError"),
        (408, "RequestTimeoutError"),
        (409, "ConflictError"),
        (422, "UnprocessableEntityError"),
        (429, "RateLimitError"),
        (500, "InternalServerError"),
        (503, "InternalServerError"),
        (529, "InternalServerError"),
        (402, "APIStatusError"),
        (418, "APIStatusError"),
        (304, "APIStatusError"),
    ],
)
async def test_each_status_has_its_class(connect: Connect, code: int, name: str) -> None:
    error = await failing(connect, failure(code))
    assert type(error).__name__ == name
    assert isinstance(error, APIStatusError)
    assert error.status_code == error.response.status_code == code


def test_the_names_of_the_ecosystem_are_there_and_related_as_it_expects() -> None:
    assert issubclass(APIStatusError, APIError)
    assert issubclass(APITimeoutError, APIConnectionError)
    assert issubclass(APITimeoutError, TimeoutError)
    assert issubclass(APIConnectionError, APIError)
    assert issubclass(APIError, OpenAIError)
    assert issubclass(RequestValidationError, ValueError)
    assert not issubclass(RequestValidationError, APIError)
    assert set(errors.__all__) >= {kind.__name__ for kind in STATUS_ERRORS.values()}


def test_every_class_of_the_tree_is_public_and_drawn_in_the_tree() -> None:
    classes = [kind for kind in tree(OpenAIError) if kind.__module__ == errors.__name__]  # areas have their own besides
    assert len(classes) >= 28
    for kind in classes:
        assert kind.__name__ in errors.__all__
        assert kind.__name__ in str(errors.__doc__)
        assert kind.__doc__
    assert set(errors.__all__) == {kind.__name__ for kind in classes}


# --- what it carries -------------------------------------------------------------------------------------------------


async def test_an_error_carries_what_the_server_said(connect: Connect) -> None:
    headers = {"x-request-id": "req-1", "Retry-After": "3", "x-ratelimit-remaining-tokens": "0"}
    error = await failing(
        connect,
        failure(429, message="slow down", code="rate_limit_exceeded", param="model", type="tokens", headers=headers),
    )
    assert isinstance(error, RateLimitError)
    assert (error.code, error.param, error.type) == ("rate_limit_exceeded", "model", "tokens")
    assert error.body == {"message": "slow down", "code": "rate_limit_exceeded", "param": "model", "type": "tokens"}
    assert (error.status_code, error.request_id) == (429, "req-1")
    assert error.headers["RETRY-AFTER"] == error.response.headers["retry-after"] == "3"
    assert error.response.json()["error"] == error.body
    assert error.response.content == error.content
    assert (error.response.method, error.response.request_id) == ("POST", "req-1")
    assert error.meta.rate_limit.remaining_tokens == 0
    assert error.message == str(error)


@pytest.mark.parametrize(
    ("body", "said", "code"),
    [
        ({"error": {"message": "m", "code": 42}}, "m", "42"),
        ({"error": "just text"}, "just text", None),
        ({"message": "m", "code": "c"}, "m", "c"),
        ({"detail": "m"}, "m", None),
        ({"detail": [{"loc": ["body", "x"], "msg": "bad"}]}, "bad", None),
        ({"error": {}}, "{}", None),
        ([], "[]", None),
        ("text", "text", None),
        ({"error": {"message": None, "code": None}}, "message", None),
        ({"error": True, "message": "bad"}, ": bad", None),
        ({"error": 1, "msg": "bad", "code": 7}, ": bad", "7"),
        ({"error": ["a", "b"]}, ": a; b", None),
        ({"error": "Unauthorized", "message": "the token has expired"}, ": the token has expired", None),
        ({"error": "Unauthorized", "code": "c"}, ": Unauthorized", "c"),
        ({"error_code": 336003, "error_msg": "bad"}, ": bad", None),
        ({"errorMessage": "bad", "errorType": "t"}, ": bad", None),
        ({"code": 500, "msg": "bad", "success": False}, ": bad", "500"),
        ({"success": False, "errors": [{"code": 7003, "message": "bad"}], "result": None}, ": bad", None),
        ({"Message": "bad"}, ": bad", None),
        ({"fault": {"faultstring": "bad", "detail": {}}}, ": bad", None),
        ({"base_resp": {"status_code": 1004, "status_msg": "bad"}}, ": bad", None),
        ({"title": "Bad Gateway", "status": 502, "detail": "bad"}, ": bad", None),
        (
            {"error": {"message": "Provider returned error", "code": 429, "metadata": {"raw": "m is busy"}}},
            "Provider returned error (m is busy)",
            "429",
        ),
        (
            {"error": {"message": "Provider returned error", "metadata": {"raw": '{"error":{"message":"too long"}}'}}},
            "Provider returned error (too long)",
            None,
        ),
        ({"error": {"message": "m", "metadata": {"raw": {"detail": "too long"}}}}, "m (too long)", None),
        ({"error": {"message": "m", "metadata": {"raw": None, "provider_name": "p"}}}, ": m", None),
    ],
)
async def test_the_shapes_of_errors_that_servers_send_are_all_read(
    connect: Connect, body: object, said: str, code: str | None
) -> None:
    error = await failing(connect, status(400, body))
    assert said in str(error)
    assert (error.code, error.param) == (code, None)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the body is empty"),
        (b"  \n", "the body is empty"),
        (b"upstream went away", "upstream went away"),
        (b"<html>" + b"x" * 10_000, "<html>xxx"),
        (b'{"error": {"mess', '{"error": {"mess'),
        (b"\xff\xfe", "\ufffd"),
    ],
)
async def test_an_error_without_json_says_what_came(connect: Connect, content: bytes, said: str) -> None:
    error = await failing(connect, status(502, content=content))
    assert isinstance(error, InternalServerError)
    assert said in str(error)
    assert len(str(error)) < 1000
    assert error.content == content
    assert (error.code, error.type, error.param, error.request_id) == (None, None, None, None)


async def test_an_error_of_the_connection_has_no_answer_but_the_same_attributes(connect: Connect) -> None:
    error = await failing(connect, broken(httpx.ReadError("reset")))
    assert isinstance(error, APIConnectionError)
    assert (error.kind, error.body, error.content, error.code, error.request_id) == ("read", None, b"", None, None)
    assert dict(error.headers) == {}
    assert isinstance(error.__cause__, httpx.ReadError)


# --- what it says ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "more", "hint"),
    [
        (401, {}, "check the API key, and that it belongs to this server"),
        (403, {}, "check organization and project"),
        (404, {}, "check the model or id, and the URL"),
        (429, {}, "slow down, or raise max_retries"),
        (429, {"code": "insufficient_quota"}, "check plan and billing"),
    ],
)
async def test_a_status_error_says_where_what_and_what_to_try(
    connect: Connect, code: int, more: dict[str, Any], hint: str
) -> None:
    answer = failure(code, message="it is so", headers={"x-request-id": "req-1"}, **more)
    error = await failing(connect, answer, base_url="http://host:8000/x")
    assert f"{code} from POST http://host:8000/x/v1/chat/completions: it is so" in str(error)
    assert "request id req-1" in str(error)
    assert hint in str(error)


async def test_a_base_url_that_names_an_operation_is_told_from_one_that_does_not(connect: Connect) -> None:
    for base_url, said in [("https://h/v1/chat/completions", True), ("https://h/v1", False)]:
        error = await failing(connect, failure(404), base_url=base_url)
        assert ("base_url ends with /chat/completions: leave that out" in str(error)) == said


async def test_a_redirect_that_was_not_followed_says_where_it_led(connect: Connect) -> None:
    answer = status(302, headers={"location": "https://user:hunter2@other/login?token=hunter2"})
    error = await failing(connect, answer)
    assert "redirect to 'https://other/login' was not followed" in str(error)
    assert "hunter2" not in str(error)


async def test_a_redirect_without_a_location_says_that_it_has_none(connect: Connect) -> None:
    assert "a redirect that says no location" in str(await failing(connect, status(302)))


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def untrusted() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("raised", "kind", "final", "says"),
    [
        (httpx.ConnectTimeout("t"), "connect", False, ["connect timed out after 9 s", "firewall"]),
        (httpx.ReadTimeout("t"), "read", False, ["read timed out after 7 s", "raise timeout=..."]),
        (httpx.WriteTimeout("t"), "write", False, ["write timed out after 7 s"]),
        (httpx.PoolTimeout("t"), "pool", False, ["pool timed out", "limit the concurrency"]),
        (
            caused(httpx.ConnectError("x"), ConnectionRefusedError(111, "refused")),
            "connect",
            False,
            ["connection refused", "is the server up"],
        ),
        (
            caused(httpx.ConnectError("x"), socket.gaierror(-2, "unknown")),
            "dns",
            False,
            ["name cannot be resolved", "check base_url"],
        ),
        (
            caused(httpx.ConnectError("x"), untrusted()),
            "tls",
            True,
            ["certificate is not trusted (self-signed certificate)", "SSL_CERT_FILE"],
        ),
        (
            caused(httpx.ConnectError("x"), ssl.SSLError(1, "wrong version")),
            "tls",
            False,
            ["TLS failed (", "wrong version", "https port"],
        ),
        (httpx.ConnectError("no route"), "connect", False, ["cannot connect (no route)"]),
        (httpx.ProxyError("407 required"), "proxy", False, ["the proxy failed (407 required)", "HTTPS_PROXY"]),
        (httpx.ReadError(""), "read", False, ["before the answer was complete (ReadError)"]),
        (httpx.WriteError("pipe"), "write", False, ["broke while sending"]),
        (httpx.RemoteProtocolError("peer closed"), "protocol", False, ["(peer closed)"]),
        (httpx.DecodingError("zlib"), "decode", False, ["cannot be decompressed (zlib)"]),
        (httpx.UnsupportedProtocol("gopher"), "url", True, ["gopher", "check base_url"]),
        (httpx.TooManyRedirects("x"), "redirect", True, ["too many redirects"]),
    ],
)
async def test_a_connection_error_says_host_cause_and_what_to_try(
    connect: Connect, raised: Exception, kind: str, final: bool, says: list[str]
) -> None:
    error = await failing(connect, broken(raised), base_url="http://host:8000", timeout=httpx.Timeout(7, connect=9))
    assert isinstance(error, APIConnectionError)
    assert isinstance(error, APITimeoutError) is isinstance(raised, httpx.TimeoutException)
    assert (error.kind, error.final) == (kind, final)
    assert error.__cause__ is raised
    assert str(error).startswith("POST http://host:8000/v1/chat/completions: ")
    assert str(error).count("host") == 1
    for text in says:
        assert text in str(error)


@pytest.mark.parametrize("host", ["999.999.1.1", "-é-", "é" + "a" * 70])
async def test_a_host_that_is_none_is_an_error_of_the_url(connect: Connect, host: str) -> None:
    wire = Wire()
    with pytest.raises(APIConnectionError, match="check base_url") as caught:
        await done(connect(wire, base_url=f"http://{host}/v1").chat.completions.create(**HELLO))
    assert wire.requests == []
    assert caught.value.kind == "url"
    assert len(caught.value.attempts) == 1


async def test_an_address_with_something_behind_it_is_refused_by_client_or_call(connect: Connect) -> None:
    """Python 3.14 knows already when the client is made."""
    wire = Wire()
    with pytest.raises(OpenAIError, match="base_url"):
        await done(connect(wire, base_url="http://[::1]extra/v1").chat.completions.create(**HELLO))
    assert wire.requests == []


async def test_a_failing_name_behind_a_proxy_of_the_environment_names_its_variable(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:hunter2@proxy:1")
    error = await failing(connect, broken(caused(httpx.ConnectError("x"), socket.gaierror(-2, "unknown"))))
    assert "(or the proxy in HTTPS_PROXY)" in str(error)
    assert "hunter2" not in str(error)


async def test_a_group_of_causes_is_looked_into(connect: Connect) -> None:
    group = ExceptionGroup("both", [OSError("v6"), ConnectionRefusedError(111, "refused")])
    error = await failing(connect, broken(caused(httpx.ConnectError("x"), group)))
    assert "connection refused" in str(error)


# --- secrets ---------------------------------------------------------------------------------------------------------


def echo(code: int) -> Answer:
    """A server that repeats what it was sent."""

    def answer(request: httpx.Request) -> httpx.Response:
        said = " ".join(f"{name}={value}" for name, value in request.headers.items())
        return failure(code, message=f"you sent {said}", code=f"key_{request.headers.get('authorization')}")(request)

    return answer


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ({"api_key": SECRET}, {}),
        ({"api_key": lambda: SECRET}, {}),
        ({"default_headers": {"Authorization": f"Bearer {SECRET}"}}, {}),
        ({"default_headers": {"api-key": SECRET}}, {}),
        ({"default_headers": {"X-Helicone-Auth": f"Bearer {SECRET}"}}, {}),
        ({}, {"extra_headers": {"Authorization": f"Bearer {SECRET}"}}),
        ({}, {"extra_headers": {"X-API-Key": SECRET}}),
    ],
)
async def test_a_key_that_the_server_repeats_is_nowhere_in_the_error(
    connect: Connect, settings: dict[str, Any], options: dict[str, Any]
) -> None:
    for code in (401, 200):
        client = connect(Wire(echo(code)), **settings)
        with pytest.raises(APIError) as caught:
            await done(client.chat.completions.create(**HELLO, **options))
        error = caught.value
        shown = [str(error), repr(error), str(error.body), str(error.content), error.response.text, str(error.code)]
        shown += [str(vars(error)), pickle.dumps(error).decode("latin-1")]
        assert not [text for text in shown if "secret" in text]
        assert "[REDACTED]" in f"{error.body} {error.content!r}"


async def test_the_key_of_an_added_header_and_of_an_http_client_is_hidden_too(connect: Connect) -> None:
    added = connect(Wire(echo(401)))
    added.add_headers({"X-Token": SECRET})
    own = connect.http_client(Wire(echo(401)), headers={"Authorization": f"Bearer {SECRET}"})
    for client in (added, added.with_options(timeout=5), connect.kind(http_client=own)):
        with pytest.raises(APIError) as caught:
            await done(client.chat.completions.create(**HELLO))
        assert "secret" not in f"{caught.value} {caught.value.body} {caught.value.content!r}"


async def test_a_key_in_the_query_is_not_in_the_message(connect: Connect) -> None:
    for answer in (failure(401), broken(httpx.ReadError("x")), status(200, content=b"<p>")):
        error = await failing(connect, answer, default_query={"key": SECRET})
        assert "secret" not in f"{error} {error!r}"


# --- pickles and copies ----------------------------------------------------------------------------------------------


def tree(kind: type[OpenAIError]) -> list[type[OpenAIError]]:
    """A class and all below it, once each."""
    found: dict[type[OpenAIError], None] = {kind: None}
    for each in kind.__subclasses__():
        found |= dict.fromkeys(tree(each))
    return list(found)


def example(kind: type[OpenAIError]) -> OpenAIError:
    """An instance with everything set."""
    if issubclass(kind, RequestValidationError):
        return kind("chat.completions.create", [Fault("a", "b", "c", "d"), Fault("e", "f", "")])
    if not issubclass(kind, APIError):
        more: list[Any] = [{"id": f"{name}-1"} for name in list(inspect.signature(kind).parameters)[1:]]
        return kind("message é", *more)
    meta = Meta(
        429, [("X-Request-Id", "req-1"), ("set-cookie", "a"), ("set-cookie", "b")], "POST", "http://h/", (), 1.5
    )
    error = kind("message é", meta=meta, body={"code": "c", "param": ["p"], "type": None}, content=b"\xff")
    error.attempts = (Attempt(1, "500", 0.1, 0.5), Attempt(2, "429", 0.2))
    error.add_note("a note")
    if isinstance(error, APIConnectionError):
        error.of_kind("dns", final=True)
    if isinstance(error, ResponseValidationError):
        error.issues = (Issue("/a", "b", "c"),)
    if isinstance(error, StreamError):
        from typed_openai.models.chat.completions import ChatCompletion

        body = completion()(httpx.Request("GET", "http://h")).content
        error.partial, error.events_received = ChatCompletion.model_validate_json(body), 3
    return error


def described(error: OpenAIError) -> dict[str, Any]:
    """Everything that can be seen of an error."""
    names = [name for name, _ in inspect.getmembers(type(error), lambda member: isinstance(member, property))]
    found = {name: getattr(error, name) for name in [*names, *vars(error), "args", "message"]}
    return {**found, "str": str(error), "meta": repr(found.get("headers")), "response": repr(found.get("response"))} | (
        {"faults": [str(fault) for fault in error.faults]} if isinstance(error, RequestValidationError) else {}
    )


@pytest.mark.parametrize("kind", tree(OpenAIError), ids=lambda kind: kind.__name__)
def test_every_error_survives_a_pickle_and_a_copy(kind: type[OpenAIError]) -> None:
    error = example(kind)
    twins = [pickle.loads(pickle.dumps(error, protocol)) for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)]
    for twin in [*twins, copy.copy(error), copy.deepcopy(error)]:
        assert type(twin) is kind
        assert twin is not error
        assert described(twin) == described(error)
        assert repr(twin) == repr(error)


async def test_an_error_from_a_call_survives_a_pickle(connect: Connect) -> None:
    wire = Wire(failure(500, headers={"retry-after": "0", "x-request-id": "r"}))
    with pytest.raises(InternalServerError) as caught:
        await done(connect(wire, max_retries=1).chat.completions.create(**HELLO))
    twin = pickle.loads(pickle.dumps(caught.value))
    assert described(twin) == described(caught.value)
    assert twin.attempts == caught.value.attempts
    assert twin.__notes__ == caught.value.__notes__
    assert twin.request_id == "r"


def test_an_error_may_be_raised_with_a_message_only() -> None:
    kinds: list[type[OpenAIError]] = [OpenAIError, *tree(APIError), *tree(ConfigurationError)]
    for kind in kinds:
        assert str(kind("message")) == "message"
    assert (StreamTruncatedError("x").partial, StreamTruncatedError("x").events_received) == (None, 0)
    assert APIStatusError("x").status_code == 0


def test_a_refusal_counts_and_lists_its_faults() -> None:
    error = RequestValidationError("op", [Fault("a", "one", "'x'", "try y")])
    assert str(error) == "op: 1 fault, nothing was sent\n  a: one, got 'x' (try y)"
    assert repr(error.faults[0]) == "Fault(\"a: one, got 'x' (try y)\")"
    assert str(RequestValidationError("op", [])).startswith("op: 0 faults")


def test_errors_of_configuration_come_before_any_request() -> None:
    assert issubclass(MissingAPIKeyError, ConfigurationError)
    with pytest.raises(ConfigurationError):
        typed_openai.settings.config.Config.resolve({"timeout": -1})


async def test_an_answer_that_is_no_json_has_its_class(connect: Connect) -> None:
    error = await failing(connect, status(200, content=b"<p>hello", headers={"content-type": "text/html"}))
    assert isinstance(error, ResponseDecodeError)
    assert (error.status_code, error.content) == (200, b"<p>hello")
    assert "text/html" in str(error)


async def test_an_answer_of_another_shape_is_an_error_for_those_who_want_it(connect: Connect) -> None:
    error = await failing(connect, completion(created="soon"), strict_responses=True)
    assert isinstance(error, ResponseValidationError)
    assert [issue.pointer for issue in error.issues] == ["/created"]
    assert json.loads(error.content)["created"] == "soon"
    assert KEY not in str(error)
