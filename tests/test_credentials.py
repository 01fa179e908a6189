"""Nine kinds of credential, and a server that repeats them wherever it can: they are shown by no error, nowhere in it,
by no log, no repr and no pickle."""

from __future__ import annotations

import base64
import gc
import json
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.canned import HELLO, KEY, AzureConnect, Connect, Wire, done, listed, status
from typed_openai.core import known_secrets
from typed_openai.core.known_secrets import known
from typed_openai.errors import APIError, OpenAIError, RequestValidationError, WaitFailedError
from typed_openai.webhooks import sign_webhook

SECRET = "s3cr3t/of=the+house-0123456789"
BASIC = base64.b64encode(f"me:{SECRET}".encode()).decode()

Given = Callable[[Any, Wire, pytest.MonkeyPatch], tuple[Any, dict[str, Any]]]


def _setting(**settings: Any) -> Given:
    return lambda connect, wire, patch: (connect(wire, **settings), {})


def _option(**options: Any) -> Given:
    return lambda connect, wire, patch: (connect(wire), options)


def _own(**options: Any) -> Given:
    def given(connect: Any, wire: Wire, patch: pytest.MonkeyPatch) -> tuple[Any, dict[str, Any]]:
        return connect.kind(api_key=KEY, http_client=connect.http_client(wire, **options)), {}

    return given


def _proxied(connect: Any, wire: Wire, patch: pytest.MonkeyPatch) -> tuple[Any, dict[str, Any]]:
    transport = httpx.AsyncHTTPTransport if connect.is_async else httpx.HTTPTransport
    proxy = httpx.Proxy("http://proxy.corp:3128", auth=("me", SECRET))
    return _own(mounts={"https://elsewhere": transport(proxy=proxy)})(connect, wire, patch)


def _in_the_environment(connect: Any, wire: Wire, patch: pytest.MonkeyPatch) -> tuple[Any, dict[str, Any]]:
    patch.setenv("HTTPS_PROXY", f"http://me:{httpx.QueryParams({'p': SECRET})}".replace("p=", "") + "@proxy.corp:3128")
    return connect(wire), {}


def _added(connect: Any, wire: Wire, patch: pytest.MonkeyPatch) -> tuple[Any, dict[str, Any]]:
    client = connect(wire)
    client.add_headers({"X-Token": SECRET})
    return client, {}


def _azure(**settings: Any) -> Given:
    def given(connect: Any, wire: Wire, patch: pytest.MonkeyPatch) -> tuple[Any, dict[str, Any]]:
        azure = AzureConnect(connect.is_async)
        endpoint = "https://x.openai.azure.com"
        return azure(wire, **{"api_key": None, "azure_endpoint": endpoint, **settings}), {}

    return given


CREDENTIALS: dict[str, Given] = {
    "key": _setting(api_key=SECRET),
    "admin key": _setting(admin_api_key=SECRET),
    "function": _setting(api_key=lambda: SECRET),
    "default header": _setting(default_headers={"X-Helicone-Auth": f"Bearer {SECRET}"}),
    "added header": _added,
    "extra header": _option(extra_headers={"X-Api-Key": SECRET}),
    "default query": _setting(default_query={"key": SECRET}),
    "extra query": _option(extra_query={"token": SECRET}),
    "cookie": _own(cookies={"session": SECRET}),
    "cookie header": _setting(default_headers={"Cookie": f"theme=dark; session={SECRET}; lang=en"}),
    "basic": _own(auth=("me", SECRET)),
    "proxy": _proxied,
    "proxy in the environment": _in_the_environment,
    "azure key": _azure(api_key=SECRET),
    "azure token": _azure(azure_ad_token=SECRET),
    "azure function": _azure(azure_ad_token_provider=lambda: SECRET),
    "webhook": _setting(webhook_secret=SECRET),
    "webhook with prefix": _setting(webhook_secret=f"whsec_{SECRET}"),
}


def forms(secret: str) -> set[str]:
    """How a secret may be written."""
    quoted = str(httpx.QueryParams({"p": secret})).removeprefix("p=")
    return {secret, json.dumps(secret)[1:-1], secret.replace("/", "\\/"), quoted}


def echoes(secret: str) -> dict[str, tuple[Any, str]]:
    """Answers that repeat a secret, and what is asked: `call`, `stream` or `strict`."""
    choice = {"index": 0, "message": {"role": "assistant", "content": secret}, "finish_reason": "stop"}
    whole = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    delta = {"index": 0, "delta": {"role": "assistant", "content": f"see {secret}"}, "finish_reason": None}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [delta]}
    event = b"data: " + json.dumps(chunk).encode() + b"\n\n"
    said = {"error": {"message": f"wrong: {secret}", "code": secret, "param": secret, "type": secret, secret: [secret]}}
    header = {"x-echo": secret, "x-request-id": secret, "set-cookie": f"a={secret}"}
    streamed = {"content-type": "text/event-stream"}
    return {
        "error": (status(401, said, headers=header), "call"),
        "slashes": (status(401, content=json.dumps(said).replace("/", "\\/").encode()), "call"),
        "quoted": (status(404, content=f"no {httpx.QueryParams({'key': secret})}".encode()), "call"),
        "basic": (status(407, content=f"no Basic {BASIC}".encode()), "call"),
        "text": (status(500, content=b" " * 180 + secret.encode()), "call"),
        "under 200": (status(200, said, headers=header), "call"),
        "page": (
            status(200, content=f"<p>{secret}".encode(), headers={"content-type": f"text/html; x={secret}"}),
            "call",
        ),
        "nothing": (status(200, {"data": secret}), "call"),
        "deviates": (status(200, {**whole, "created": secret, secret: 1}), "strict"),
        "redirect": (status(302, headers={"location": f"https://me:{BASIC}@h/x?key={secret}"}), "call"),
        "in the stream": (
            status(200, content=event + b"data: " + json.dumps(said).encode(), headers=streamed),
            "stream",
        ),
        "cut": (status(200, content=event, headers={**streamed, **header}), "stream"),
        "cut in pieces": (
            status(200, content=event + event.replace(b"see ", b"") + b'data: {"', headers=streamed),
            "stream",
        ),
        "no event": (status(200, content=secret.encode(), headers=streamed), "stream"),
    }


def texts(value: object, seen: set[int]) -> Iterator[str]:
    """All texts in an object, what it holds and what that holds: fields, slots, items, as bytes too."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes | bytearray):
        yield bytes(value).decode("latin-1")
    elif isinstance(value, dict):
        for pair in value.items():
            yield from texts(pair, seen)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from texts(item, seen)
    elif not isinstance(value, type) and not callable(value):
        yield from texts(getattr(value, "__dict__", None), seen)
        yield from texts(getattr(value, "__pydantic_extra__", None), seen)
        for kind in type(value).__mro__:
            for name in getattr(kind, "__slots__", ()):
                yield from texts(getattr(value, name, None), seen)


def told(error: OpenAIError) -> dict[str, str]:
    """Everywhere somebody may look for an error."""
    return {
        "text": f"{error} {error!r} {error.args!r} {getattr(error, '__notes__', '')!r}",
        "inside": "\n".join(texts([vars(error), error.args], set())),
        "pickle": pickle.dumps(error).decode("latin-1"),
        "again": "\n".join(texts(vars(pickle.loads(pickle.dumps(error))), set())),
        "traceback": "".join(traceback.format_exception(error)),
    }


def logged(caplog: pytest.LogCaptureFixture) -> dict[str, str]:
    ours = [record for record in caplog.records if not record.name.startswith("httpcore")]
    arguments = [record.args for record in ours if record.name == "typed_openai"]
    return {"log": "\n".join(record.getMessage() for record in ours), "arguments": repr(arguments)}


def shown(places: dict[str, str], secret: str = SECRET) -> list[str]:
    """The places in which a secret stands, in any form."""
    return [place for place, text in places.items() if any(form in text for form in forms(secret))]


@pytest.mark.parametrize("echo", echoes(SECRET))
@pytest.mark.parametrize("kind", CREDENTIALS)
async def test_no_error_and_no_log_shows_a_credential_that_a_server_repeats(
    connect: Connect,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    sleeps: list[float],
    kind: str,
    echo: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    answer, how = echoes(SECRET)[echo]
    client, options = CREDENTIALS[kind](connect, Wire(answer), monkeypatch)
    client = client.with_options(max_retries=1, log_errors=True, strict_responses=how == "strict")

    async def ask() -> None:
        await listed(await done(client.chat.completions.create(**HELLO, stream=how == "stream", **options)))

    with pytest.raises(APIError) as caught:
        await ask()
    assert shown({**told(caught.value), **logged(caplog)}) == []


@pytest.mark.parametrize("kind", CREDENTIALS)
async def test_nothing_that_a_call_gives_shows_its_credential(
    connect: Connect, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    caplog.set_level(logging.DEBUG)
    choice = {"index": 0, "message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}
    whole = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    client, options = CREDENTIALS[kind](connect, Wire(status(200, whole)), monkeypatch)
    result = await done(client.chat.completions.create(**HELLO, **options))
    raw = await done(client.chat.completions.with_raw_response.create(**HELLO, **options))
    things = [client, client.config, client.secrets, client.credential, client.chat, client.chat.completions.create]
    things += [result, result.meta, result.meta.sent_headers, raw, raw.request, raw.parse(), client.driver]
    places = {f"repr {number}": f"{thing!r} {thing}" for number, thing in enumerate(things)}
    places["pickle"] = pickle.dumps([result, result.meta, raw]).decode("latin-1")
    places["url"] = result.meta.url + raw.url
    assert shown({**places, **logged(caplog)}) == []


@pytest.mark.parametrize("kind", CREDENTIALS)
async def test_no_repr_shows_a_credential_that_a_server_repeats(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    message = {"role": "assistant", "content": "a " * 145 + SECRET, SECRET: {SECRET: [SECRET]}}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    whole = {"id": SECRET, "object": "chat.completion", "created": SECRET, "model": "m", "choices": [choice]}
    headers = {"x-echo": SECRET, "x-request-id": SECRET}
    client, options = CREDENTIALS[kind](connect, Wire(status(200, whole, headers=headers)), monkeypatch)
    result = await done(client.chat.completions.create(**HELLO, **options))
    raw = await done(client.chat.completions.with_raw_response.create(**HELLO, **options))
    things = [result, result.choices, result.choices[0].message, result.meta, result.meta.headers, result.issues]
    places = {f"repr {number}": f"{thing!r} {thing}" for number, thing in enumerate([*things, raw, raw.headers])}
    places["page"] = str(result._repr_markdown_())
    assert shown(places) == []
    assert not [text for text in places.values() if SECRET[:12] in text], "nor the beginning of one that is cut"
    assert result.choices[0].message.content.endswith(SECRET), "data are what came"


async def test_a_refusal_does_not_show_a_key_that_was_given_in_the_wrong_place(connect: Connect) -> None:
    client = connect(Wire(), api_key=SECRET)
    with pytest.raises(RequestValidationError) as caught:
        await done(client.chat.completions.create(model="m", messages=SECRET, temperature=SECRET))
    assert shown(told(caught.value)) == []
    with pytest.raises(OpenAIError) as other:
        client.with_options(base_url=f"ftp://{SECRET}")
    assert shown(told(other.value)) == []


@pytest.mark.parametrize("payload", [f'["{SECRET}"]', f"no JSON, {SECRET}"])
def test_what_is_no_event_does_not_show_the_secret_that_signed_it(connect: Connect, payload: str) -> None:
    client = connect(Wire(), webhook_secret=SECRET)
    with pytest.raises(OpenAIError) as caught:
        client.webhooks.unwrap(payload, sign_webhook(payload, SECRET))
    assert shown(told(caught.value)) == []


def test_a_message_of_any_error_is_searched(connect: Connect) -> None:
    client = connect(Wire(), api_key=SECRET)
    error = WaitFailedError(f"it failed: {SECRET}", None)
    assert "[REDACTED]" in str(error)
    assert SECRET not in repr(error)
    assert client.secrets


# --- the register ----------------------------------------------------------------------------------------------------


def test_a_credential_is_forgotten_with_its_client(connect: Connect) -> None:
    client = connect(Wire(), api_key="k" * 30)
    other = client.with_options(api_key="o" * 30)
    assert {"k" * 30, "o" * 30} <= {*known()}
    del other
    gc.collect()
    assert "k" * 30 in known()
    assert "o" * 30 not in known()
    del client
    gc.collect()
    assert known() == ()


async def test_tokens_that_change_are_known_as_long_as_they_may_be_in_use(connect: Connect) -> None:
    tokens = iter(f"token-number-{number}" for number in range(1000))
    client = connect(Wire(), api_key=lambda: next(tokens))
    for _ in range(100):
        await done(client.chat.completions.create(**HELLO))
    assert "token-number-99" in known()
    assert len(known()) < 70


def test_the_register_has_a_bound_and_keeps_the_newest(connect: Connect) -> None:
    clients = [connect(Wire(), api_key=f"key-number-{number}") for number in range(known_secrets.MOST + 100)]
    assert len(known()) == known_secrets.MOST
    assert f"key-number-{len(clients) - 1}" in known()


def test_a_short_or_empty_credential_is_not_looked_for_in_what_others_say(connect: Connect) -> None:
    client = connect(Wire(), api_key="ollama")
    assert "ollama" in str(WaitFailedError("is ollama up?", None))
    assert client.secrets == ["ollama"]


def test_the_longer_of_two_credentials_is_looked_for_first(connect: Connect) -> None:
    clients = [connect(Wire(), api_key="key-0123456789"), connect(Wire(), api_key="key-0123456789-and-more")]
    assert str(WaitFailedError("key-0123456789-and-more", None)) == "[REDACTED]"
    assert len(clients) == 2


def test_clients_may_come_and_go_in_many_threads(connect: Connect) -> None:
    def run(number: int) -> list[str]:
        told: list[str] = []
        for turn in range(50):
            client = connect(Wire(), api_key=f"key-{number}-{turn:08}")
            told.append(str(WaitFailedError(f"key-{number}-{turn:08}", client.secrets)))
        return told

    with ThreadPoolExecutor(8) as pool:
        assert {text for told in pool.map(run, range(8)) for text in told} == {"[REDACTED]"}
    gc.collect()
    assert known() == ()
