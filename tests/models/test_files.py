"""What a file parameter may be, what is refused before anything is sent, and the objects of files and uploads."""

from __future__ import annotations

import io
import json
import os
import pathlib
import tempfile
from typing import Any

import pytest
from pydantic import ValidationError

from typed_openai.models import file_input
from typed_openai.models.base import Params, Result
from typed_openai.models.file_input import FileInput, FileInputOrEmpty, size_of, with_paths
from typed_openai.models.files import FileCreateParams, FileDeleted, FileObject
from typed_openai.models.uploads import Upload, UploadCreateParams, UploadFileParams, UploadPart, UploadProgress


class One(Params):
    file: FileInput


class Several(Params):
    files: list[FileInput] | None = None
    either: FileInput | list[FileInput] | None = None
    empty: FileInputOrEmpty | None = None


@pytest.fixture
def path(tmp_path: pathlib.Path) -> pathlib.Path:
    found = tmp_path / "data.txt"
    found.write_bytes(b"content")
    return found


def refused(file: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        One(file=file)
    (item,) = caught.value.errors()
    assert item["loc"] == ("file",)
    return item["msg"]


# --- what it may be --------------------------------------------------------------------------------------------------


def test_a_str_is_a_path(path: pathlib.Path) -> None:
    assert One(file=str(path)).file == path
    assert One(file=path).file is path


def test_content_stays_what_it_is(path: pathlib.Path) -> None:
    with path.open("rb") as file:
        for given in (b"x", bytearray(b"x"), memoryview(b"x"), io.BytesIO(b"x"), io.StringIO("x"), file, ("a", b"x")):
            assert One(file=given).file is given or One(file=given).file == given


def test_a_tuple_has_a_name_and_perhaps_a_type(path: pathlib.Path) -> None:
    assert One(file=("a.txt", path)).file == ("a.txt", path)
    assert One(file=("a.txt", b"x", "text/plain")).file == ("a.txt", b"x", "text/plain")


def test_a_list_of_files_is_checked_one_by_one(path: pathlib.Path) -> None:
    assert Several(files=[str(path), b"x"]).files == [path, b"x"]
    with pytest.raises(ValidationError) as caught:
        Several(files=[b"x", b""])
    assert caught.value.errors()[0]["loc"] == ("files", 1)
    assert Several(either=str(path)).either == path
    assert Several(either=[str(path)]).either == [path]
    assert Several(either=("a", b"x")).either == ("a", b"x")


def test_an_open_file_stays_where_it_stood(path: pathlib.Path) -> None:
    with path.open("rb") as file:
        file.seek(3)
        One(file=file)
        assert file.tell() == 3


def test_a_stream_of_unknown_size_is_taken() -> None:
    class Pipe:
        def read(self, size: int = -1, /) -> bytes:
            raise AssertionError("nothing is read")

    One(file=Pipe())


def test_a_named_pipe_is_not_opened(tmp_path: pathlib.Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert One(file=pipe).file == pipe
    assert size_of(pipe) is None


# --- what is refused -------------------------------------------------------------------------------------------------


def test_a_missing_file_is_refused(tmp_path: pathlib.Path) -> None:
    for given in (tmp_path / "gone", str(tmp_path / "gone"), ("a", tmp_path / "gone")):
        assert refused(given) == "a file that can be read (No such file or directory)"
    assert (
        refused("~/gone")
        == "a file that can be read (No such file or directory; ~ is not expanded: os.path.expanduser())"
    )


def test_a_directory_is_refused(tmp_path: pathlib.Path) -> None:
    assert refused(tmp_path) == "a file, not a directory"
    assert refused(str(tmp_path)) == "a file, not a directory"


def test_a_file_that_cannot_be_read_is_refused(path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = path.with_name("loop")
    loop.symlink_to(loop)
    assert refused(loop) == "a file that can be read (Too many levels of symbolic links)"
    assert refused(path / "below") == "a file that can be read (Not a directory)"

    def forbidden(*given: object) -> object:  # root may read everything, so the system's answer is played
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(file_input, "open", forbidden, raising=False)
    assert refused(path) == "a file that can be read (Permission denied)"


def test_an_empty_file_is_refused_unless_the_api_takes_it(path: pathlib.Path) -> None:
    path.write_bytes(b"")
    with path.open("rb") as file, tempfile.TemporaryFile() as nameless:
        for given in (path, str(path), b"", bytearray(), io.BytesIO(), io.StringIO(), file, nameless, ("a", b"")):
            assert refused(given) == "a file that is not empty"
            Several(empty=given)


def test_a_text_file_is_refused_with_the_way_to_open_it(path: pathlib.Path) -> None:
    with path.open() as file:
        assert refused(file).endswith('not a TextIOWrapper (text); open it with "rb"')
    with path.open("rb") as closed:
        pass
    assert refused(closed).endswith("not a BufferedReader (closed)")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "the path of a file, which is never empty"),
        ("a\nb", "the path of a file; content is given as bytes: text.encode()"),
        ("x" * 5000, "the path of a file; content is given as bytes: text.encode()"),
        ("https://example.com/a.png", "the path of a file; what is behind a URL is given as bytes"),
        (
            ("a.txt", "text"),
            "(name, content) with a Path or bytes as content: of a str nobody knows which of both it is",
        ),
        (("a\r\nb", b"x"), "a file whose name and type have no line breaks or other control characters"),
        (("a", b"x", "text/plain\n"), "a file whose name and type have no line breaks or other control characters"),
        (12, "a path, bytes, an open binary file, or (name, content[, content type])"),
        ({"name": "a"}, "a path, bytes, an open binary file, or (name, content[, content type])"),
        ((b"a", b"x"), "a path, bytes, an open binary file, or (name, content[, content type])"),
        (("a",), "a path, bytes, an open binary file, or (name, content[, content type])"),
        (("a", b"x", 3), "a path, bytes, an open binary file, or (name, content[, content type])"),
        (("a", ("b", b"x")), "a path, bytes, an open binary file, or (name, content[, content type])"),
    ],
)
def test_what_is_no_file_is_refused_with_what_to_do(given: Any, said: str) -> None:
    assert refused(given) == said


# --- sizes, and parameters that nobody checked -----------------------------------------------------------------------


def test_the_size_is_known_without_moving_anything(path: pathlib.Path) -> None:
    with path.open("rb") as file:
        file.seek(2)
        sizes = [size_of(given) for given in (path, b"12345", memoryview(b"abc"), io.StringIO("é"), file, ("a", b"ab"))]
        assert file.tell() == 2
    assert sizes == [7, 5, 3, 2, 7, 2]


def test_unchecked_parameters_have_paths_all_the_same() -> None:
    given = {"files": ["a", b"x"], "either": "b", "empty": "c", "other": "d"}
    found = with_paths(Several, given)
    assert found == {
        "files": [pathlib.Path("a"), b"x"],
        "either": pathlib.Path("b"),
        "empty": pathlib.Path("c"),
        "other": "d",
    }
    assert given["either"] == "b"
    assert with_paths(UploadCreateParams, {"filename": "a"}) == {"filename": "a"}


# --- parameters and results ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", ["assistants", "batch", "fine-tune", "vision", "user_data", "evals"])
def test_every_purpose_is_known(purpose: Any) -> None:
    assert FileCreateParams(file=b"x", purpose=purpose).purpose == purpose


@pytest.mark.parametrize("seconds", [3599, 2_592_001, "3600", True])
def test_a_file_lives_from_an_hour_to_thirty_days(seconds: Any) -> None:
    with pytest.raises(ValidationError):
        FileCreateParams.model_validate({"file": b"x", "purpose": "batch", "expires_after": {"seconds": seconds}})
    right = FileCreateParams.model_validate({"file": b"x", "purpose": "batch", "expires_after": {"seconds": 3600}})
    assert right.expires_after is not None
    assert right.expires_after.anchor == "created_at"


FILE = (
    '{"id":"file-1","object":"file","bytes":3,"created_at":1,"filename":"a.txt","purpose":"vision",'
    '"status":"processed"}'
)
NEW = (
    '{"id":"file-1","object":"file","bytes":3,"created_at":1,"expires_at":null,"filename":"a","purpose":"new",'
    '"status":"pending","status_details":"why","x":1}'
)
UPLOAD = (
    '{"id":"upload_1","object":"upload","bytes":3,"created_at":1,"expires_at":2,"filename":"a","purpose":"vision",'
    '"status":"pending","file":null}'
)
DONE = UPLOAD.replace("null}", FILE + "}").replace("pending", "completed")
PART = '{"id":"part_1","object":"upload.part","created_at":1,"upload_id":"upload_1"}'
GONE = '{"id":"file-1","object":"file","deleted":true}'


@pytest.mark.parametrize(
    ("model", "body"),
    [(FileObject, FILE), (FileObject, NEW), (Upload, UPLOAD), (Upload, DONE), (UploadPart, PART), (FileDeleted, GONE)],
)
def test_an_answer_dumps_as_it_came(model: type[Result], body: str) -> None:
    result = model.model_validate_json(body, strict=True)
    assert result.model_dump() == json.loads(body)


# --- progress --------------------------------------------------------------------------------------------------------


def test_progress_knows_what_is_missing_and_how_much_was_sent() -> None:
    progress = UploadProgress(upload_id="upload_1", bytes=25, part_size=10)
    assert (progress.parts, progress.missing, progress.sent) == (3, [0, 1, 2], 0)
    progress = UploadProgress(upload_id="upload_1", bytes=25, part_size=10, part_ids={0: "a", 2: "c"})
    assert (progress.missing, progress.sent) == ([1], 15)
    whole = UploadProgress(upload_id="upload_1", bytes=20, part_size=10, part_ids={0: "a", 1: "b"})
    assert (whole.missing, whole.sent) == ([], 20)


def test_progress_survives_as_json() -> None:
    progress = UploadProgress(upload_id="upload_1", bytes=25, part_size=10, part_ids={2: "c"})
    assert UploadProgress.model_validate_json(progress.model_dump_json()) == progress
    resumed = UploadFileParams.model_validate(
        {"file": b"x", "purpose": "batch", "resume": progress.model_dump(mode="json")}
    )
    assert resumed.resume == progress
