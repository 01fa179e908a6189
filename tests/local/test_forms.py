"""Multipart forms as the local server reads them: bytes untouched, names of every style, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest
from pydantic import StrictBool, StrictFloat, StrictInt

from typed_openai.local.declared import checked
from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Request
from typed_openai.local.forms import Form, read_form
from typed_openai.models.base import Params
from typed_openai.models.files import FileExpiresAfter
from typed_openai.resources.files import Files


def received(body: bytes, content_type: str = "multipart/form-data; boundary=B") -> Form:
    return read_form(content_type, body)


class Things(Params):
    """Members of every kind that forms have."""

    n: StrictInt | None = None
    temperature: StrictFloat | None = None
    stream: StrictBool | None = None
    expires_after: FileExpiresAfter | None = None
    granularities: list[str] | None = None
    alone: list[str] | None = None
    sizes: list[StrictInt] | None = None
    things: list[dict[str, str]] | None = None


def given(*parts: bytes) -> Mapping[str, Any]:
    """What these parts say, by a declaration that takes such things."""
    headers = {"content-type": "multipart/form-data; boundary=B"}
    request = Request("POST", "/v1/things", headers=headers, body=b"".join(parts) + b"--B--\r\n")
    return checked(request, replace(Files.create, params=Things)).given


def part(disposition: str, content: bytes, *headers: str) -> bytes:
    head = "\r\n".join([f"Content-Disposition: form-data; {disposition}", *headers])
    return b"--B\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n"


def form(*parts: bytes) -> Form:
    return received(b"".join(parts) + b"--B--\r\n")


EVERY_BYTE = bytes(range(256)) + b"\r\n--B \r\n--BB\r\n--\r\n\r\n" + bytes(range(255, -1, -1))


def test_a_file_keeps_every_byte_its_name_and_its_type() -> None:
    read = form(part('name="file"; filename="a.bin"', EVERY_BYTE[:256] + b"\r\n", "Content-Type: x/y"))
    file = read.file("file")
    assert (file.name, file.content_type, file.content) == ("a.bin", "x/y", EVERY_BYTE[:256] + b"\r\n")


def test_what_only_looks_like_the_boundary_is_content() -> None:
    content = b"\r\n--BB\r\n-B\r\n--b\r\n--Bx--"
    assert form(part('name="file"; filename="a"', content)).file("file").content == content


def test_a_form_of_httpx_arrives_as_it_was_sent() -> None:
    name = 'ü "x" \\ %.txt'
    sent = httpx.Request(
        "POST",
        "http://x/",
        data={"purpose": "é & =", "expires_after[anchor]": "created_at", "tags[]": ["a", "b"], "empty": ""},
        files=[("image[]", (name, EVERY_BYTE)), ("image[]", ("b.png", b"", "image/png")), ("mask", b"m")],
    )
    sent.read()
    read = received(sent.content, sent.headers["content-type"])
    assert read.members()["purpose"] == "é & ="
    assert [(file.name, file.content) for file in read.files("image")] == [(name, EVERY_BYTE), ("b.png", b"")]
    assert read.files("image")[1].content_type == "image/png"
    assert read.file("mask").content == b"m"
    assert read.members() == {
        "purpose": "é & =",
        "expires_after": {"anchor": "created_at"},
        "tags": ["a", "b"],
        "empty": "",
    }


@pytest.mark.parametrize("name", ["image", "image[]", "image[0]"])
def test_files_are_found_in_every_style_of_lists(name: str) -> None:
    assert form(part(f'name="{name}"; filename="a"', b"x")).file("image").content == b"x"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('name="file"; filename="a.txt"; filename*=UTF-8\'\'%C3%BC.txt', "ü.txt"),
        ("name=file; filename=a.txt", "a.txt"),
        ('name="file"; filename=""', ""),
        ('name="file"; filename="a\\"b"', 'a"b'),
        ('filename="x"; name="file"', "x"),
    ],
)
def test_names_are_read_in_the_ways_that_clients_write_them(disposition: str, name: str) -> None:
    assert form(part(disposition, b"x")).file("file").name == name


def test_fields_are_nested_by_their_brackets_and_read_as_what_they_are() -> None:
    fields = {
        "n": "3",
        "temperature": "0.5",
        "stream": "true",
        "expires_after[anchor]": "created_at",
        "expires_after[seconds]": "3600",
        "granularities[]": "word",
        "strategy[static][size]": "9",
        "sizes[]": "9",
        "things[][a]": "1",
        "things[][b]": "2",
        "alone": "one",
    }
    body = given(*(part(f'name="{name}"', text.encode()) for name, text in fields.items()))
    assert (body["n"], body["temperature"], body["stream"]) == (3, 0.5, True)
    assert body["expires_after"] == {"anchor": "created_at", "seconds": 3600}
    assert body["granularities"] == ["word"]
    assert body["alone"] == ["one"]
    assert body["sizes"] == [9]
    assert body["strategy"]["static"]["size"] == "9"
    assert body["things"] == [{"a": "1", "b": "2"}]


@pytest.mark.parametrize(("name", "text"), [("n", "3.5"), ("n", "many"), ("stream", "yes")])
def test_text_that_is_no_number_or_truth_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(ApiError) as caught:
        given(part(f'name="{name}"', text.encode()))
    assert (caught.value.status, caught.value.param) == (400, name)


def test_a_missing_file_is_refused_and_text_in_its_place_is_named() -> None:
    assert form(part('name="a"', b"x")).files("file") == []
    with pytest.raises(ApiError, match="'file' is missing"):
        form(part('name="a"', b"x")).file("file")
    with pytest.raises(ApiError, match="'file' is plain text"):
        form(part('name="file"', b"x")).file("file")


@pytest.mark.parametrize(
    ("body", "content_type", "said"),
    [
        (b"{}", "application/json", "not application/json"),
        (b"", "", "not nothing"),
        (b"", "multipart/form-data", "with a boundary"),
        (b"", "multipart/form-data; boundary=B", "closing boundary is missing"),
        (part('name="a"', b"x"), "multipart/form-data; boundary=B", "closing boundary is missing"),
        (b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--", "multipart/form-data; boundary=B", "has no name"),
        (b"--B\r\nx\r\n--B--", "multipart/form-data; boundary=B", "no end of its headers"),
        (part('name="a"', b"\xff") + b"--B--", "multipart/form-data; boundary=B", "not UTF-8"),
    ],
)
def test_what_is_no_form_is_refused(body: bytes, content_type: str, said: str) -> None:
    with pytest.raises(ApiError, match=said) as caught:
        received(body, content_type)
    assert caught.value.status == 400


@pytest.mark.parametrize("names", [("a", "a[b]"), ("a[b]", "a[]"), ("a[]", "a[b]")])
def test_a_name_is_not_two_things_at_once(names: tuple[str, str]) -> None:
    with pytest.raises(ApiError, match="both a value and"):
        form(*(part(f'name="{name}"', b"x") for name in names)).members()


def test_a_quoted_boundary_and_a_preamble_are_read() -> None:
    body = b"preamble\r\n" + part('name="a"', b"x") + b"--B--\r\nepilogue"
    assert received(body, 'multipart/form-data; charset=utf-8; boundary="B"').members() == {"a": "x"}
