"""Videos of the local server: they get done when they are asked for, and have bytes that are a video."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from tests.local.api import Api, assert_described
from tests.local.test_files import send

PROMPT = {"prompt": "A cat"}
FILM = ("film.mp4", b"\x00\x00\x00\x18ftypisom")


def started(api: Api, **members: Any) -> Any:
    answer = api.post("/videos", {**PROMPT, **members})
    assert answer.status == 200, answer.json
    assert_described(answer.json, "VideoResource")
    return answer.json


def done(api: Api, identifier: str) -> Any:
    seen = [api.get(f"/videos/{identifier}") for _ in range(2)]
    assert [each.json["status"] for each in seen] == ["in_progress", "completed"]
    assert ["openai-poll-after-ms" in each.headers for each in seen] == [True, False]
    assert_described(seen[1].json, "VideoResource")
    return seen[1].json


def boxes(content: bytes) -> dict[str, bytes]:
    """The boxes of an MP4 file, those within the index among them."""
    found: dict[str, bytes] = {}
    while content:
        (length,) = struct.unpack(">I", content[:4])
        kind, inner, content = content[4:8].decode(), content[8:length], content[length:]
        found[kind] = inner
        if kind in ("moov", "trak", "mdia", "minf", "stbl"):
            found |= boxes(inner)
    return found


def test_a_video_is_done_step_by_step(api: Api) -> None:
    video = started(api)
    assert (video["status"], video["progress"], video["model"]) == ("queued", 0, "sora-2")
    assert (video["seconds"], video["size"], video["prompt"]) == ("4", "720x1280", "A cat")
    finished = done(api, video["id"])
    assert finished["expires_at"] > finished["completed_at"]


@pytest.mark.parametrize("seconds", ["4", "8", "12"])
def test_its_bytes_are_an_mp4_file_with_a_picture_a_second(api: Api, seconds: str) -> None:
    video = done(api, started(api, seconds=seconds, size="1280x720")["id"])
    answer = api.get(f"/videos/{video['id']}/content")
    assert answer.headers["content-type"] == "video/mp4"
    found = boxes(answer.raw)
    assert [*found][:1] == ["ftyp"]
    count, *sizes = struct.unpack(f">{1 + int(seconds)}I", found["stsz"][8:])
    (first,) = struct.unpack(">I", found["stco"][8:])
    pictures, place = [], first
    for size in sizes:
        pictures.append(answer.raw[place : place + size])
        place += size
    assert (count, place, len(set(pictures))) == (int(seconds), len(answer.raw), int(seconds))
    assert all(each.startswith(b"\x89PNG") and each[16:24] == struct.pack(">II", 1280, 720) for each in pictures)


def test_pictures_of_a_video_can_be_fetched(api: Api) -> None:
    video = done(api, started(api)["id"])
    sizes = {}
    for variant in ("thumbnail", "spritesheet"):
        answer = api.get(f"/videos/{video['id']}/content?variant={variant}")
        assert answer.headers["content-type"] == "image/png"
        sizes[variant] = struct.unpack(">II", answer.raw[16:24])
    assert sizes == {"thumbnail": (720, 1280), "spritesheet": (4 * 720, 1280)}


def test_nothing_can_be_fetched_of_or_made_from_a_video_that_is_not_done(api: Api) -> None:
    identifier = started(api)["id"]
    for answer in (
        api.get(f"/videos/{identifier}/content"),
        api.post(f"/videos/{identifier}/remix", PROMPT),
        send(api, "/videos/edits", {**PROMPT, "video[id]": identifier}),
    ):
        assert (answer.status, answer.error["code"]) == (400, "video_not_ready")


def test_videos_are_made_from_videos(api: Api) -> None:
    video = done(api, started(api, seconds="8", size="1280x720")["id"])
    remix = api.post(f"/videos/{video['id']}/remix", {"prompt": "A dog"}).json
    assert [remix[name] for name in ("remixed_from_video_id", "seconds", "size")] == [video["id"], "8", "1280x720"]
    edited = send(api, "/videos/edits", {"prompt": "A dog", "video[id]": video["id"]}).json
    assert (edited["seconds"], edited["prompt"]) == ("8", "A dog")
    longer = send(api, "/videos/extensions", {"prompt": "On", "seconds": "4", "video[id]": video["id"]}).json
    assert longer["seconds"] == "12"
    sent = send(api, "/videos/extensions", {"prompt": "On", "seconds": "4"}, video=FILM).json
    assert sent["seconds"] == "8"


def test_the_same_prompt_gives_the_same_bytes_and_another_gives_others(api: Api) -> None:
    contents = []
    for prompt in ("A cat", "A cat", "A dog"):
        video = done(api, started(api, prompt=prompt)["id"])
        contents.append(api.get(f"/videos/{video['id']}/content").raw)
    assert contents[0] == contents[1] != contents[2]


def test_a_picture_that_a_video_begins_with_is_sent_or_named(api: Api) -> None:
    plain = done(api, started(api)["id"])
    sent = send(api, "/videos", PROMPT, input_reference=("a.png", b"\x89PNG\r\n\x1a\n")).json
    named = started(api, input_reference={"file_id": "file-1"})
    contents = {api.get(f"/videos/{done(api, each)['id']}/content").raw for each in (sent["id"], named["id"])}
    assert len({*contents, api.get(f"/videos/{plain['id']}/content").raw}) == 3
    both = {"file_id": "file-1", "image_url": "https://a.org/b.png"}
    assert api.post("/videos", {**PROMPT, "input_reference": both}).error["param"] == "input_reference"


def test_characters_are_kept(api: Api) -> None:
    made = send(api, "/videos/characters", {"name": "Mia"}, video=FILM).json
    assert_described(made, "VideoCharacterResource")
    assert api.get(f"/videos/characters/{made['id']}").json == made
    assert api.get("/videos/characters/gone").status == 404


def test_videos_are_listed_newest_first_and_deleted(api: Api) -> None:
    ids = [started(api)["id"] for _ in range(3)]
    listed = api.get("/videos?limit=2").json
    assert_described(listed, "VideoListResource")
    assert [each["id"] for each in listed["data"]] == [ids[2], ids[1]]
    assert api.delete(f"/videos/{ids[0]}").json == {"id": ids[0], "object": "video.deleted", "deleted": True}
    assert api.get(f"/videos/{ids[0]}").status == 404


@pytest.mark.parametrize(
    ("body", "param"),
    [({"prompt": ""}, "prompt"), ({**PROMPT, "seconds": "5"}, "seconds"), ({**PROMPT, "size": "1x1"}, "size")],
)
def test_what_the_client_refuses_is_refused(api: Api, body: Any, param: str) -> None:
    answer = api.post("/videos", body)
    assert (answer.status, answer.error["param"]) == (400, param)
