"""Files on the wire, in both colours: every kind of file, what is refused, binary content, pages, waiting."""

from __future__ import annotations

import inspect
import io
import json
import os
import pathlib
from typing import Any

import pytest

from tests.canned import Answer, Connect, Wire, done, failure, listed, parts, status
from typed_openai import Binary, InternalServerError, RequestValidationError, WaitFailedError, WaitTimeoutError

FILE = {"id": "file-1", "object": "file", "bytes": 7, "created_at": 1, "filename": "a", "purpose": "vision"}
CONTENT = b"\x00\xff\r\n--content"


def answer(state: str = "processed", **more: object) -> Answer:
    return status(200, {**FILE, "status": state, **more})


OK = answer()
AGAIN = failure(500, headers={"retry-after": "0"})


@pytest.fixture
def path(tmp_path: pathlib.Path) -> pathlib.Path:
    found = tmp_path / "data.pdf"
    found.write_bytes(CONTENT)
    return found


# --- create ----------------------------------------------------------------------------------------------------------


async def test_every_kind_of_file_arrives_with_name_and_type(connect: Connect, path: pathlib.Path) -> None:
    with path.open("rb") as file:
        file.seek(5)
        for given, name, kind in [
            (str(path), "data.pdf", "application/pdf"),
            (path, "data.pdf", "application/pdf"),
            (file, "data.pdf", "application/pdf"),
            (CONTENT, "upload", "application/octet-stream"),
            (io.BytesIO(CONTENT), "upload", "application/octet-stream"),
            (("x.png", CONTENT), "x.png", "image/png"),
            (("x.png", path, "text/x-mine"), "x.png", "text/x-mine"),
        ]:
            wire = Wire(OK)
            result = await done(connect(wire).files.create(file=given, purpose="user_data"))
            assert parts(wire.request) == [
                ("purpose", None, None, b"user_data"),
                ("file", name, kind, CONTENT),
            ]
            assert (wire.request.method, wire.request.url.path) == ("POST", "/v1/files")
            assert (result.id, result.status) == ("file-1", "processed")
        assert not file.closed


async def test_a_text_in_memory_arrives_as_utf_8(connect: Connect) -> None:
    wire = Wire(OK)
    await done(connect(wire).files.create(file=io.StringIO("é"), purpose="user_data"))
    assert parts(wire.request)[1][3] == "é".encode()


async def test_lines_without_a_name_get_one_that_the_service_takes(connect: Connect, path: pathlib.Path) -> None:
    line = b'{"item": {}}\n'
    mine = io.BytesIO(line)
    mine.name = "mine.txt"
    for given, name in [
        (line, "upload.jsonl"),
        (io.BytesIO(line), "upload.jsonl"),
        (io.StringIO(line.decode()), "upload.jsonl"),
        (mine, "mine.txt"),
        (path, "data.pdf"),
        (str(path), "data.pdf"),
        (("a", line), "a"),
    ]:
        for validation in ("strict", "off"):
            wire = Wire(OK)
            await done(connect(wire, validation=validation).files.create(file=given, purpose="evals", check=False))
            assert [filename for _, filename, _, _ in parts(wire.request)] == [None, name]


async def test_when_a_file_expires_is_sent_in_brackets(connect: Connect) -> None:
    wire = Wire(OK)
    expires_after = {"anchor": "created_at", "seconds": 3600}
    await done(connect(wire).files.create(file=b"x", purpose="vision", expires_after=expires_after))
    assert [(name, content) for name, filename, _, content in parts(wire.request) if filename is None] == [
        ("purpose", b"vision"),
        ("expires_after[anchor]", b"created_at"),
        ("expires_after[seconds]", b"3600"),
    ]


async def test_what_is_wrong_with_a_file_is_told_before_anything_is_sent(connect: Connect, path: pathlib.Path) -> None:
    empty = path.with_name("empty")
    empty.touch()
    with path.open(encoding="latin-1") as text:
        for file, said in [
            (path.with_name("gone"), "file: a file that can be read (No such file or directory)"),
            (str(path.with_name("gone")), "file: a file that can be read (No such file or directory)"),
            (path.parent, "file: a file, not a directory"),
            (empty, "file: a file that is not empty"),
            (b"", "file: a file that is not empty"),
            (text, "file: a path, bytes, an open binary file"),
            ("text\nof a file", "file: the path of a file; content is given as bytes"),
        ]:
            wire = Wire(OK)
            with pytest.raises(RequestValidationError) as caught:
                await done(connect(wire).files.create(file=file, purpose="vision", expires_after={"seconds": 1}))
            assert said in str(caught.value)
            assert "expires_after.seconds" in str(caught.value)
            assert wire.requests == []


async def test_an_unknown_purpose_names_the_known_ones(connect: Connect) -> None:
    with pytest.raises(
        RequestValidationError, match=r"purpose: one of 'assistants', 'batch'.*did you mean 'fine-tune'"
    ):
        await done(connect(Wire(OK)).files.create(file=b"x", purpose="fine-tuning"))


@pytest.mark.parametrize("validation", ["warn", "off"])
async def test_a_str_is_a_path_however_strict_the_client_is(
    connect: Connect, path: pathlib.Path, validation: str
) -> None:
    wire = Wire(OK)
    await done(connect(wire, validation=validation).files.create(file=str(path), purpose="new-purpose"))
    assert parts(wire.request)[1] == ("file", "data.pdf", "application/pdf", CONTENT)


async def test_a_file_is_whole_in_each_attempt(connect: Connect, path: pathlib.Path) -> None:
    with path.open("rb") as file:
        for given in (str(path), file, CONTENT, io.BytesIO(CONTENT)):
            wire = Wire(AGAIN, AGAIN, OK)
            await done(connect(wire).files.create(file=given, purpose="vision"))
            assert [parts(request)[1][3] for request in wire.requests] == [CONTENT] * 3


async def test_a_stream_that_cannot_be_rewound_is_not_tried_again(connect: Connect) -> None:
    reading, writing = os.pipe()
    os.write(writing, CONTENT)
    os.close(writing)
    wire = Wire(AGAIN, OK)
    with os.fdopen(reading, "rb") as pipe, pytest.raises(InternalServerError) as caught:
        await done(connect(wire).files.create(file=pipe, purpose="vision"))
    assert len(wire.requests) == 1
    assert caught.value.__notes__ == ["not tried again: the file in 'file' cannot be rewound"]


# --- content ---------------------------------------------------------------------------------------------------------


async def test_content_is_read_iterated_and_written(connect: Connect, tmp_path: pathlib.Path) -> None:
    wire = Wire(status(200, content=CONTENT, headers={"content-type": "application/octet-stream"}))
    content = await done(connect(wire).files.content("file-1"))
    assert isinstance(content, Binary)
    assert content.read() == content.content == CONTENT
    assert b"".join(content.iter_bytes(3)) == CONTENT
    assert max(map(len, content.iter_bytes(3))) == 3
    content.write_to_file(tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == CONTENT
    assert (wire.request.url.path, wire.request.headers["accept"]) == ("/v1/files/file-1/content", "application/binary")


async def test_content_as_text_is_what_older_programs_ask_for(connect: Connect) -> None:
    wire = Wire(status(200, content="a\né".encode(), headers={"content-type": "text/plain"}))
    assert await done(connect(wire).files.retrieve_content("file-1")) == "a\né"


async def test_content_that_looks_like_an_answer_is_content_all_the_same(connect: Connect) -> None:
    for text in ('{"error": {"message": "mine"}}', '{"a": 1}', '"text"', "<html></html>", "[1]"):
        for kind in ("application/json", "text/html"):
            wire = Wire(status(200, content=text.encode(), headers={"content-type": kind}))
            client = connect(wire)
            assert await done(client.files.retrieve_content("file-1")) == text
            assert (await done(client.files.content("file-1"))).text == text


async def test_an_id_may_not_be_empty(connect: Connect) -> None:
    client = connect(Wire(OK))
    for operation in (client.files.content, client.files.retrieve, client.files.delete):
        with pytest.raises(RequestValidationError, match="file_id: a non-empty string"):
            await done(operation(""))


# --- list and delete -------------------------------------------------------------------------------------------------


async def test_a_list_goes_over_all_pages(connect: Connect) -> None:
    def page(*ids: str, more: bool) -> Answer:
        data = [{**FILE, "id": identifier, "status": "processed"} for identifier in ids]
        return status(200, {"object": "list", "data": data, "first_id": ids[0], "last_id": ids[-1], "has_more": more})

    wire = Wire(page("file-1", "file-2", more=True), page("file-3", more=False))
    found = await listed(connect(wire).files.list(purpose="vision", limit=2, order="asc"))
    assert [file.id for file in found] == ["file-1", "file-2", "file-3"]
    assert wire.requests[0].url.query == b"limit=2&order=asc&purpose=vision"
    assert wire.requests[1].url.query == b"after=file-2&limit=2&order=asc&purpose=vision"


async def test_a_deleted_file_says_so(connect: Connect) -> None:
    wire = Wire(status(200, {"id": "file-1", "object": "file", "deleted": True}))
    assert (await done(connect(wire).files.delete("file-1"))).deleted is True
    assert (wire.request.method, wire.request.url.path) == ("DELETE", "/v1/files/file-1")


# --- waiting ---------------------------------------------------------------------------------------------------------


async def test_waiting_asks_until_the_file_is_processed(connect: Connect) -> None:
    wire = Wire(answer("uploaded"), answer("uploaded"), answer("processed"))
    seen: list[str] = []
    how: Any = {"interval": 0.001, "on_progress": lambda file: seen.append(file.status)}
    file = await done(connect(wire).files.wait_for_processing("file-1", wait=how))
    assert file.status == "processed"
    assert seen == ["uploaded", "uploaded", "processed"]


async def test_a_file_that_could_not_be_processed_raises_with_the_file(connect: Connect) -> None:
    wire = Wire(answer("uploaded"), answer("error", status_details="line 3 is broken"))
    with pytest.raises(WaitFailedError, match="FileObject file-1 ended as 'error'") as caught:
        await done(connect(wire).files.wait_for_processing("file-1", poll_interval=0.001))
    assert caught.value.result.status_details == "line 3 is broken"
    again = Wire(answer("error"))
    kept = await done(connect(again).files.wait_for_processing("file-1", wait={"raise_on_failure": False}))
    assert kept.status == "error"


async def test_the_names_that_other_packages_have_for_waiting_work(connect: Connect) -> None:
    with pytest.raises(WaitTimeoutError, match=r"still 'uploaded' after 0\.02 s"):
        await done(
            connect(Wire(answer("uploaded"))).files.wait_for_processing(
                "file-1", poll_interval=0.005, max_wait_seconds=0.02
            )
        )


async def test_a_raw_response_of_an_upload_has_status_and_headers(connect: Connect) -> None:
    response = await done(connect(Wire(OK)).files.with_raw_response.create(file=b"x", purpose="vision"))
    assert response.status_code == 200
    assert response.parse().id == "file-1"
    assert json.loads(response.content)["id"] == "file-1"


def test_only_operations_that_look_into_content_have_a_switch_for_it() -> None:
    client = Connect(is_async=False)(Wire(OK))
    assert "check" in inspect.signature(client.files.create).parameters
    assert "check" not in inspect.signature(client.files.list).parameters
    assert "check" not in inspect.signature(client.uploads.parts.create).parameters


@pytest.mark.parametrize("kind", [str, pathlib.Path])
async def test_a_path_that_is_not_there_is_shown_as_its_text(connect: Connect, kind: Any) -> None:
    with pytest.raises(RequestValidationError) as refused:
        await done(connect(Wire(OK)).files.create(file=kind("/nope.wav"), purpose="user_data"))
    assert str(refused.value).endswith("got '/nope.wav'")
