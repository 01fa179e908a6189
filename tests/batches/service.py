"""A scripted service with files and batches, as a transport for both clients; nothing of `typed_openai/local` is in it.

Uploaded files are kept; each batch goes through the states it is given and then has the files that the test wrote.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from typed_openai import AsyncOpenAI, OpenAI

FAST: Any = {"interval": 0.001}


def completion(text: str) -> dict[str, Any]:
    """A chat completion that says this."""
    message = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}


def vectors(*numbers: float) -> dict[str, Any]:
    """An answer with one vector."""
    data = [{"object": "embedding", "index": 0, "embedding": list(numbers)}]
    return {"object": "list", "model": "m", "data": data, "usage": {"prompt_tokens": 1, "total_tokens": 1}}


def answered(custom_id: str, body: Any, status: int = 200) -> dict[str, Any]:
    """One line of an output or error file."""
    response = {"status_code": status, "request_id": f"req-{custom_id}", "body": body}
    return {"id": f"batch_req_{custom_id}", "custom_id": custom_id, "response": response, "error": None}


def unasked(custom_id: str, code: str, message: str) -> dict[str, Any]:
    """One line of an error file: the request was never executed."""
    error = {"code": code, "message": message}
    return {"id": f"batch_req_{custom_id}", "custom_id": custom_id, "response": None, "error": error}


def refused(message: str) -> dict[str, Any]:
    """The body of a refusal."""
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": "bad"}}


def jsonl(*lines: dict[str, Any]) -> bytes:
    """A file of lines."""
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)


class Arriving(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes in pieces, and breaks off where `None` stands."""

    def __init__(self, pieces: Iterable[bytes | None]) -> None:
        self.pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            if piece is None:
                raise httpx.ReadError("broken")
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece


@dataclass
class Service:
    """Gives each new batch the next of `ends`: its last state, its output file and its error file."""

    states: tuple[str, ...] = ("in_progress",)
    ends: Iterable[tuple[str, bytes, bytes]] = ()
    more: dict[str, Any] = field(default_factory=dict)
    """What batches have besides."""
    files: dict[str, bytes] = field(default_factory=dict)
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    break_at: str = ""
    """A `METHOD /path number` that is answered with 400."""
    lost: set[str] = field(default_factory=set)
    """Files that are gone."""
    arriving: list[Iterable[bytes | None]] = field(default_factory=list[Iterable[bytes | None]])
    """The bodies of the first files that are fetched, in pieces; later ones come whole."""
    max_retries: int = 0
    _left: dict[str, Iterator[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ends = iter(self.ends)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/v1")
        what = f"{request.method} {path}"
        self.asked.append(what)
        if self.break_at == f"{what} {self.asked.count(what)}":
            return httpx.Response(400, json=refused("no more today"))
        if what == "POST /files":
            return self._upload(request.content)
        if what == "POST /batches":
            return self._create(json.loads(request.content))
        kind, _, rest = path.strip("/").partition("/")
        if kind == "files":
            identifier = rest.removesuffix("/content")
            if identifier in self.lost:
                return httpx.Response(404, json=refused("gone"))
            if self.arriving:
                return httpx.Response(200, stream=Arriving(self.arriving.pop(0)))
            return httpx.Response(200, content=self.files[identifier])
        if rest not in self.batches:
            return httpx.Response(404, json=refused("no such batch"))
        batch = self.batches[rest]
        batch["status"] = next(self._left[rest], batch["end"])
        return httpx.Response(200, json={name: value for name, value in batch.items() if name != "end"})

    def _upload(self, form: bytes) -> httpx.Response:
        identifier = f"file-{self.asked.count('POST /files')}"
        found = re.search(rb'filename="[^"]*"\r\n(?:[^\r]+\r\n)*\r\n(.*?)\r\n--', form, re.DOTALL)
        assert found
        assert b'name="purpose"\r\n\r\nbatch\r\n' in form
        self.files[identifier] = found[1] + (b"" if found[1].endswith(b"\n") else b"\n")
        shown = {"id": identifier, "object": "file", "bytes": len(found[1]), "created_at": 1, "filename": "x.jsonl"}
        return httpx.Response(200, json={**shown, "purpose": "batch", "status": "processed"})

    def _create(self, body: dict[str, Any]) -> httpx.Response:
        identifier = f"batch_{len(self.batches) + 1}"
        end, output, error = next(self._ends)
        batch = {**body, "id": identifier, "object": "batch", "status": "validating", "created_at": 1, "end": end}
        batch |= self.more
        for name, content in (("output", output), ("error", error)):
            if content:
                batch[f"{name}_file_id"] = f"{name}-{identifier}"
                self.files[f"{name}-{identifier}"] = content
        self.batches[identifier] = batch
        self._left[identifier] = iter(self.states)
        return httpx.Response(200, json={name: value for name, value in batch.items() if name != "end"})

    def lines_of(self, file_id: str) -> list[dict[str, Any]]:
        """The lines of an uploaded file."""
        return [json.loads(line) for line in self.files[file_id].splitlines()]


Run = Callable[..., Any]


def run_sync(service: Service, name: str, *args: Any, **kwargs: Any) -> Any:
    """Call an operation such as `batches.run` of the sync client."""
    with httpx.Client(transport=httpx.MockTransport(service)) as http_client:
        client = OpenAI(api_key="sk-secret-123", http_client=http_client, max_retries=service.max_retries)
        resource, _, method = name.partition(".")
        return getattr(getattr(client, resource), method)(*args, **kwargs)


def run_async(service: Service, name: str, *args: Any, **kwargs: Any) -> Any:
    """The same of the async client."""

    async def main() -> Any:
        async with httpx.AsyncClient(transport=httpx.MockTransport(service)) as http_client:
            client = AsyncOpenAI(api_key="sk-secret-123", http_client=http_client, max_retries=service.max_retries)
            resource, _, method = name.partition(".")
            return await getattr(getattr(client, resource), method)(*args, **kwargs)

    return asyncio.run(main())
