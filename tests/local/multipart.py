"""A multipart body for these tests, written by hand, so that no client code of ours stands between."""

from __future__ import annotations

from collections.abc import Iterable

from tests.local.api import Answer, Api

_BOUNDARY = "----test"


def post_form(api: Api, path: str, fields: Iterable[tuple[str, str]], *files: tuple[str, str, bytes]) -> Answer:
    """Send plain fields, and files as `(field, file name, content)`."""
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields]
    for name, filename, content in files:
        head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'
        parts.append(head.encode() + content)
    body = b"".join(b"--%b\r\n%b\r\n" % (_BOUNDARY.encode(), part) for part in parts)
    kind = f"multipart/form-data; boundary={_BOUNDARY}"
    return api.send("POST", path, body + b"--%b--\r\n" % _BOUNDARY.encode(), {"content-type": kind})


def events_of(answer: Answer) -> list[bytes]:
    """The data of the events of a stream that does not say goodbye with `[DONE]`."""
    assert answer.headers["content-type"].startswith("text/event-stream")
    blocks = answer.raw.split(b"\n\n")
    assert blocks.pop() == b""
    return [line[6:] for block in blocks for line in block.split(b"\n") if line.startswith(b"data: ")]
