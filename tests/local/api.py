"""A bare HTTP client for these tests: `http.client` and JSON, so that no client code of ours stands between.

`Api.get/post/delete` return an `Answer` with status, lower-case headers and the raw body; `.json` and `.events` read
it. One `Api` keeps one connection, as long as the server does.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from tests.conformance.spec import document, schema
from tests.conformance.validate import is_valid


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.raw)

    @property
    def error(self) -> Any:
        """The error object of a refusal; its four members are checked."""
        error = self.json["error"]
        assert set(error) == {"message", "type", "param", "code"}
        return error

    @property
    def events(self) -> list[Any]:
        """The JSON data of a stream's events, which must end with `[DONE]`."""
        *events, done, rest = self.raw.decode().split("\n\n")
        assert (done, rest) == ("data: [DONE]", "")
        return [json.loads(event.removeprefix("data: ")) for event in events]


class Api:
    """One connection to a server at this base URL."""

    def __init__(self, base_url: str) -> None:
        target = urlsplit(base_url)
        self._prefix = target.path
        self._connection = http.client.HTTPConnection(target.hostname or "", target.port, timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Any request."""
        self._connection.request(method, self._prefix + path, body, dict(headers or {}))
        answer = self._connection.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())

    def get(self, path: str) -> Answer:
        """A GET request."""
        return self.send("GET", path)

    def delete(self, path: str) -> Answer:
        """A DELETE request."""
        return self.send("DELETE", path)

    def post(self, path: str, body: Mapping[str, object]) -> Answer:
        """A POST request with a JSON body."""
        return self.send("POST", path, json.dumps(body).encode(), {"content-type": "application/json"})

    def chat(self, text: str = "Hello", /, **members: object) -> Answer:
        """A chat request with one message from the user."""
        body: dict[str, object] = {"model": "local-echo", "messages": [{"role": "user", "content": text}]}
        return self.post("/chat/completions", body | members)


def assert_described(value: object, name: str) -> None:
    """The value is valid against this schema of the API description."""
    assert is_valid(schema(name), value, document()), f"not a {name}: {value}"
