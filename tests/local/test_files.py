"""Files of the local server: kept byte for byte, listed, given back, deleted; uploads in parts put together."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from tests.local.api import Answer, Api, assert_described

CONTENT = bytes(range(256)) + b"\r\n--x\r\n"


def form(fields: dict[str, str], **files: tuple[str, bytes]) -> tuple[bytes, dict[str, str]]:
    """A form as body and headers."""
    pieces = [
        f'--X\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in fields.items()
    ]
    for name, (filename, content) in files.items():
        head = f'--X\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'
        pieces.append(head.encode() + content + b"\r\n")
    return b"".join(pieces) + b"--X--\r\n", {"content-type": "multipart/form-data; boundary=X"}


def send(api: Api, path: str, fields: dict[str, str], **files: tuple[str, bytes]) -> Answer:
    body, headers = form(fields, **files)
    return api.send("POST", path, body, headers)


def uploaded(api: Api, name: str = "a.bin", content: bytes = CONTENT, purpose: str = "user_data") -> Any:
    answer = send(api, "/files", {"purpose": purpose}, file=(name, content))
    assert answer.status == 200
    return answer.json


def test_a_file_is_kept_byte_for_byte(api: Api) -> None:
    file = uploaded(api)
    assert_described(file, "OpenAIFile")
    assert (file["bytes"], file["filename"], file["purpose"]) == (len(CONTENT), "a.bin", "user_data")
    answer = api.get(f"/files/{file['id']}/content")
    assert answer.raw == CONTENT
    assert answer.headers["content-type"] == "application/octet-stream"


def test_a_file_is_processed_at_the_second_question(api: Api) -> None:
    file = uploaded(api)
    states = [file["status"]]
    for _ in range(3):
        answer = api.get(f"/files/{file['id']}")
        assert_described(answer.json, "OpenAIFile")
        states.append(answer.json["status"])
    assert states == ["uploaded", "uploaded", "processed", "processed"]
    assert answer.headers["openai-poll-after-ms"] == "10"


def test_a_file_with_a_broken_line_ends_in_an_error_that_names_it(api: Api) -> None:
    file = uploaded(api, "a.jsonl", b'{"a": 1}\n{"a": 2}\n{broken\n', "fine-tune")
    for _ in range(2):
        shown = api.get(f"/files/{file['id']}").json
    assert (shown["status"], shown["status_details"]) == ("error", "Line 3 is not a JSON object.")


def test_files_are_listed_newest_first_by_purpose_and_in_pages(api: Api) -> None:
    made = [uploaded(api, purpose=purpose)["id"] for purpose in ("vision", "user_data", "vision")]
    listing = api.get("/files").json
    assert_described(listing, "ListFilesResponse")
    assert [file["id"] for file in listing["data"]] == made[::-1]
    assert [file["id"] for file in api.get("/files?purpose=vision&order=asc").json["data"]] == [made[0], made[2]]
    page = api.get("/files?limit=2").json
    assert page["has_more"] is True
    assert [file["id"] for file in api.get(f"/files?limit=2&after={page['last_id']}").json["data"]] == [made[0]]
    assert api.get("/files?limit=10001").status == 400


def test_a_list_is_cut_by_what_it_knows_only(api: Api) -> None:
    file = uploaded(api, purpose="vision")["id"]
    for query in ("api-version=2024-10-21", "purpose=vision&stranger=1"):
        assert [each["id"] for each in api.get(f"/files?{query}").json["data"]] == [file]
    assert api.get("/files?purpose=batch").json["data"] == []


def test_a_deleted_file_is_gone(api: Api) -> None:
    file = uploaded(api)
    answer = api.delete(f"/files/{file['id']}")
    assert_described(answer.json, "DeleteFileResponse")
    assert answer.json == {"id": file["id"], "object": "file", "deleted": True}
    for path in (f"/files/{file['id']}", f"/files/{file['id']}/content"):
        assert api.get(path).status == 404
    assert api.delete(f"/files/{file['id']}").error["code"] == "not_found"


def test_when_a_file_expires_is_shown(api: Api) -> None:
    given = {"purpose": "user_data", "expires_after[anchor]": "created_at", "expires_after[seconds]": "3600"}
    file = send(api, "/files", given, file=("a", b"x")).json
    assert file["expires_at"] == file["created_at"] + 3600
    assert "expires_at" not in uploaded(api)
    batch = uploaded(api, "a.jsonl", b"{}", "batch")
    assert batch["expires_at"] == batch["created_at"] + 30 * 24 * 3600


@pytest.mark.parametrize(
    ("fields", "file", "param"),
    [
        ({}, ("a", b"x"), "purpose"),
        ({"purpose": "new"}, ("a", b"x"), "purpose"),
        ({"purpose": "vision"}, None, "file"),
        ({"purpose": "vision"}, ("a", b""), "file"),
        ({"purpose": "fine-tune"}, ("a.txt", b"{}"), "file"),
        ({"purpose": "vision", "expires_after[anchor]": "created_at"}, ("a", b"x"), "expires_after.seconds"),
        (
            {"purpose": "vision", "expires_after[anchor]": "created_at", "expires_after[seconds]": "9"},
            ("a", b"x"),
            "expires_after.seconds",
        ),
    ],
)
def test_a_wrong_form_is_refused_and_nothing_kept(
    api: Api, fields: dict[str, str], file: tuple[str, bytes] | None, param: str
) -> None:
    answer = send(api, "/files", fields, **({"file": file} if file else {}))
    assert (answer.status, answer.error["param"]) == (400, param)
    assert api.get("/files").json["data"] == []


def test_json_is_no_form(api: Api) -> None:
    assert api.post("/files", {"purpose": "vision"}).error["code"] == "invalid_content_type"


# --- uploads ---------------------------------------------------------------------------------------------------------

ABOUT = {"bytes": len(CONTENT), "filename": "a.bin", "mime_type": "x/y", "purpose": "user_data"}


def begun(api: Api, **changed: object) -> str:
    answer = api.post("/uploads", {**ABOUT, **changed})
    assert_described(answer.json, "Upload")
    return str(answer.json["id"])


def sent(api: Api, upload: str, content: bytes) -> str:
    answer = send(api, f"/uploads/{upload}/parts", {}, data=("part", content))
    assert_described(answer.json, "UploadPart")
    return str(answer.json["id"])


def test_parts_in_any_order_make_the_file(api: Api) -> None:
    upload = begun(api, expires_after={"anchor": "created_at", "seconds": 3600})
    last, first = sent(api, upload, CONTENT[100:]), sent(api, upload, CONTENT[:100])
    md5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
    done = api.post(f"/uploads/{upload}/complete", {"part_ids": [first, last], "md5": md5}).json
    assert_described(done, "Upload")
    assert done["status"] == "completed"
    assert done["file"]["expires_at"] == done["file"]["created_at"] + 3600
    assert api.get(f"/files/{done['file']['id']}/content").raw == CONTENT


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"md5": "0" * 32}, "checksum_mismatch"),
        ({"part_ids": ["part_gone"]}, "not_found"),
        ({"part_ids": []}, "invalid_value"),
    ],
)
def test_a_wrong_completion_is_refused_and_may_be_tried_again(api: Api, change: dict[str, object], code: str) -> None:
    upload = begun(api)
    right = {"part_ids": [sent(api, upload, CONTENT)]}
    assert api.post(f"/uploads/{upload}/complete", {**right, **change}).error["code"] == code
    assert api.post(f"/uploads/{upload}/complete", right).json["status"] == "completed"


def test_parts_that_are_too_few_are_refused(api: Api) -> None:
    upload = begun(api)
    part = sent(api, upload, CONTENT[:9])
    assert api.post(f"/uploads/{upload}/complete", {"part_ids": [part]}).error["code"] == "invalid_upload_size"


def test_an_upload_that_has_ended_takes_nothing_more(api: Api) -> None:
    upload = begun(api)
    cancelled = api.post(f"/uploads/{upload}/cancel", {}).json
    assert_described(cancelled, "Upload")
    assert cancelled["status"] == "cancelled"
    for action, body in (("cancel", {}), ("complete", {"part_ids": ["x"]})):
        assert api.post(f"/uploads/{upload}/{action}", body).error["code"] == "invalid_upload_state"
    assert send(api, f"/uploads/{upload}/parts", {}, data=("part", b"x")).status == 400
    assert json.loads(api.post("/uploads/gone/cancel", {}).raw)["error"]["code"] == "not_found"
