"""Containers of the local server: they expire unused, their files are kept byte for byte."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.api import Api, assert_described
from tests.local.test_files import CONTENT, send, uploaded


def made(api: Api, **members: Any) -> Any:
    answer = api.post("/containers", {"name": "box", **members})
    assert answer.status == 200
    assert_described(answer.json, "ContainerResource")
    return answer.json


def put(api: Api, container: str, name: str = "a.bin") -> Any:
    answer = send(api, f"/containers/{container}/files", {}, file=(name, CONTENT))
    assert_described(answer.json, "ContainerFileResource")
    return answer.json


def test_a_container_is_kept_until_it_is_deleted(api: Api) -> None:
    policy = {"type": "allowlist", "allowed_domains": ["example.com"]}
    container = made(
        api, expires_after={"anchor": "last_active_at", "minutes": 5}, memory_limit="4g", network_policy=policy
    )
    path = f"/containers/{container['id']}"
    shown = api.get(path).json
    assert_described(shown, "ContainerResource")
    assert (shown["status"], shown["memory_limit"], shown["network_policy"]) == ("running", "4g", policy)
    assert shown["expires_after"]["minutes"] == 5
    assert api.delete(path).status == 200
    assert api.get(path).status == 404


def test_a_container_expires_when_nobody_uses_it(api: Api) -> None:
    path = f"/containers/{made(api, expires_after={'anchor': 'last_active_at', 'minutes': 1})['id']}"
    for _ in range(70):  # the clock goes on a second with each request; each of these uses the container
        assert api.get(path).json["status"] == "running"
    for _ in range(60):
        api.get("/models")
    assert api.get(path).json["status"] == "expired"
    assert send(api, f"{path}/files", {}, file=("a", b"b")).error["code"] == "expired"


def test_a_file_of_a_container_is_kept_byte_for_byte(api: Api) -> None:
    container = made(api)["id"]
    file = put(api, container, "dir/table.csv")
    assert (file["path"], file["bytes"], file["source"]) == ("/mnt/data/table.csv", len(CONTENT), "user")
    path = f"/containers/{container}/files/{file['id']}"
    assert api.get(path).json == file
    assert api.get(f"{path}/content").raw == CONTENT
    assert api.delete(path).status == 200
    assert [api.get(each).status for each in (path, f"{path}/content")] == [404, 404]


def test_uploaded_files_are_copied_into_a_container(api: Api) -> None:
    file = uploaded(api, "notes.txt")
    container = made(api, file_ids=[file["id"]])["id"]
    again = api.post(f"/containers/{container}/files", {"file_id": file["id"]})
    assert_described(again.json, "ContainerFileResource")
    as_form = send(api, f"/containers/{container}/files", {"file_id": file["id"]})
    assert as_form.json["path"] == "/mnt/data/notes.txt"
    api.delete(f"/files/{file['id']}")
    listing = api.get(f"/containers/{container}/files").json
    assert_described(listing, "ContainerFileListResource")
    assert len(listing["data"]) == 3
    for each in listing["data"]:
        assert api.get(f"/containers/{container}/files/{each['id']}/content").raw == CONTENT


def test_containers_and_files_are_listed_newest_first_and_in_pages(api: Api) -> None:
    names = [made(api, name=name)["id"] for name in ("a", "b", "a")]
    listing = api.get("/containers?limit=2").json
    assert_described(listing, "ContainerListResource")
    assert [each["id"] for each in listing["data"]] == [names[2], names[1]]
    assert listing["has_more"] is True
    assert [each["id"] for each in api.get("/containers?name=a&order=asc").json["data"]] == [names[0], names[2]]
    files = [put(api, names[0])["id"] for _ in range(2)]
    assert [each["id"] for each in api.get(f"/containers/{names[0]}/files").json["data"]] == files[::-1]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "name"),
        ({"name": "x", "memory_limit": "2g"}, "memory_limit"),
        ({"name": "x", "expires_after": {"anchor": "created_at", "minutes": 1}}, "expires_after.anchor"),
        ({"name": "x", "expires_after": {"anchor": "last_active_at"}}, "expires_after.minutes"),
        ({"name": "x", "network_policy": {"type": "allowlist"}}, "network_policy.allowed_domains"),
        ({"name": "x", "file_ids": ["file-0"]}, "file_id"),
    ],
)
def test_a_container_that_cannot_be_is_refused(api: Api, body: dict[str, Any], param: str) -> None:
    answer = api.post("/containers", body)
    assert answer.status in (400, 404)
    assert answer.error["param"] == param


def test_a_file_comes_from_one_place(api: Api) -> None:
    path = f"/containers/{made(api)['id']}/files"
    assert send(api, path, {}).error["param"] == "file"
    assert send(api, path, {"file_id": "file-1"}, file=("a", b"b")).error["param"] == "file_id"
    assert api.post(path, {"file_id": "file-1"}).status == 404


@pytest.mark.parametrize("path", ["/etc/hosts", "/nowhere/at/all"])
def test_text_in_the_place_of_a_file_is_never_read_as_a_path(api: Api, path: str) -> None:
    container = api.post("/containers", {"name": "x"}).json["id"]
    answer = api.post(f"/containers/{container}/files", {"file": path})
    assert (answer.status, answer.error["param"]) == (400, "file")
    assert answer.error["message"] == "'file' is plain text; a file is expected."
