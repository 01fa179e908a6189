"""Multipart forms as a request of this server: plain fields, and files with name, type and bytes.

    form = read_form(content_type, body)
    file = form.file("file")                      # UploadedFile(name, content_type, content); 400 when it is absent
    pictures = form.files("image")                # sent as `image`, `image[]` or `image[0]`, in their order
    form.members()                                # the fields as one object, text but where a part says it is JSON:
                                                  # {"expires_after": {"anchor": ...}} from `expires_after[anchor]`,
                                                  # {"include": [...]} from `include[]`

Rules (RFC 7578): a part is a file when it has a file name; contents are bytes and never changed; a form that is cut
off, has no boundary or a part without a name is refused with 400.

Weak spots: the whole form is held in memory; in a field that is a list of objects (`a[][b]`) a key that comes again
begins the next object.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from typed_openai.local.errors import ApiError, missing
from typed_openai.local.json_text import Json, JsonObject, parse_json

_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]+)"|([^\s;]+))', re.IGNORECASE)
_PARAMETER = re.compile(r';\s*(name|filename\*?)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))', re.IGNORECASE)
_ESCAPED = re.compile(r'\\(["\\])')
_STEP = re.compile(r"\[([^\[\]]*)\]")
_BRACKETS = re.compile(r"(\[\d*\])?\Z")


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One file of a form. `content_type` is what the sender said, `application/octet-stream` when nothing."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it came: fields and files by name, in their order, brackets included."""

    fields: Sequence[tuple[str, str]]
    uploads: Sequence[tuple[str, UploadedFile]]
    objects: Sequence[tuple[str, Json]] = ()
    """Fields that came as JSON, and say so by their content type."""

    def file(self, name: str) -> UploadedFile:
        """The file of that name; 400 when there is none."""
        found = self.files(name)
        if not found:
            if any(field == name for field, _ in self.fields):
                raise ApiError(400, f"{name!r} is plain text; a file is expected.", param=name, code="invalid_type")
            raise missing(name)
        return found[0]

    def files(self, name: str) -> list[UploadedFile]:
        """All files sent as `name`, `name[]` or `name[0]`; empty when there are none."""
        return [file for field, file in self.uploads if _BRACKETS.sub("", field) == name]

    def file_names(self) -> list[str]:
        """The names of the files, brackets left out."""
        return [_BRACKETS.sub("", field) for field, _ in self.uploads]

    def members(self) -> JsonObject:
        """The plain fields as one object, brackets resolved."""
        return {**nested(self.fields), **dict(self.objects)}


def nested(fields: Iterable[tuple[str, str]]) -> JsonObject:
    """Fields of a form or of a query as one object, brackets resolved."""
    members: JsonObject = {}
    for name, value in fields:
        top, bracket, rest = name.partition("[")
        _put(members, [top, *_STEP.findall(bracket + rest)], value)
    return members


def read_form(content_type: str, body: bytes) -> Form:
    """The form in a body. 400 when there is none, or none that can be read."""
    found = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/form-data") or found is None:
        given = content_type.partition(";")[0] or "nothing"
        message = f"This request needs a multipart form with a boundary, not {given}."
        raise ApiError(400, message, code="invalid_content_type")
    fields: list[tuple[str, str]] = []
    uploads: list[tuple[str, UploadedFile]] = []
    objects: list[tuple[str, Json]] = []
    for head, content in _parts(body, (found[1] or found[2]).encode("latin-1")):
        headers = _headers(head)
        names = _parameters(headers.get("content-disposition", ""))
        if "name" not in names:
            raise _broken("a part has no name")
        filename = names.get("filename*", names.get("filename"))
        if filename is not None:
            file = UploadedFile(filename, headers.get("content-type", "application/octet-stream"), content)
            uploads.append((names["name"], file))
        elif headers.get("content-type", "").startswith("application/json"):
            objects.append((names["name"], parse_json(content)))
        else:
            fields.append((names["name"], _decoded(content)))
    return Form(fields, uploads, objects)


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Head and content of each part. What only looks like a boundary (it goes on after it) is content."""
    delimiter = re.compile(rb"(?:\A|\r\n)--" + re.escape(boundary) + rb"(?:--[^\r\n]*|[ \t]*(?=\r\n))")
    begin: int | None = None
    for mark in delimiter.finditer(body):
        if begin is not None:
            part = body[begin : mark.start()]
            head, blank, content = part.partition(b"\r\n\r\n")
            if not blank:
                raise _broken("a part has no end of its headers")
            yield head, content
        if b"--" in mark[0].removeprefix(b"\r\n")[2 + len(boundary) :]:
            return
        begin = mark.end()
    raise _broken("its closing boundary is missing")


def _headers(head: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in _decoded(head).split("\r\n"))
    return {name.strip().lower(): value.strip() for name, _, value in lines if name.strip()}


def _parameters(disposition: str) -> dict[str, str]:
    """`name` and `filename` of a Content-Disposition; `%22` is how browsers and httpx write a quote in a name."""
    found: dict[str, str] = {}
    for key, quoted, plain in _PARAMETER.findall(disposition):
        value = _ESCAPED.sub(r"\1", quoted) or plain
        if key.endswith("*"):
            value = unquote(value.rpartition("'")[2])
        found[key.lower()] = value.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
    return found


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise _broken(f"a field is not UTF-8 ({error.reason})") from error


def _broken(why: str) -> ApiError:
    return ApiError(400, f"The multipart form cannot be read: {why}.", code="invalid_form")


def _put(members: JsonObject, steps: list[str], value: str) -> None:
    """Put a value where its brackets say."""
    name, *rest = steps
    if not rest:
        members[name] = value
    elif rest[0]:
        inner = members.setdefault(name, {})
        if not isinstance(inner, dict):
            raise _broken(f"{name!r} is both a value and an object")
        _put(inner, rest, value)
    else:
        items = members.setdefault(name, [])
        if not isinstance(items, list):
            raise _broken(f"{name!r} is both a value and a list")
        _append(items, rest[1:], value)


def _append(items: list[Json], steps: list[str], value: str) -> None:
    if not steps:
        items.append(value)
        return
    last = items[-1] if items else None
    if not isinstance(last, dict) or (len(steps) == 1 and steps[0] in last):
        last = {}
        items.append(last)
    _put(last, steps, value)
