"""Pictures: PNG files drawn by rule, as base64 or behind a URL; edits and variations look at what was uploaded."""

from __future__ import annotations

import json
import struct
import zlib
from base64 import b64decode
from typing import Any

import pytest

from tests.local.api import Api, assert_described
from tests.local.multipart import events_of, post_form
from typed_openai.local import LocalServer
from typed_openai.local.pictures import png
from typed_openai.tokens.pictures import picture_size

SMALL = png("a picture", 8, 8)
OTHER = png("another", 8, 8)
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20


def generated(api: Api, prompt: str = "an otter", **members: object) -> Any:
    answer = api.post("/images/generations", {"prompt": prompt, "size": "16x16", **members})
    assert answer.status == 200, answer.json
    assert_described({**answer.json, "size": "1024x1024"}, "ImagesResponse")
    return answer.json


def pixels(content: bytes) -> int:
    """How many pixels a decoder finds in a PNG; each chunk's checksum is checked."""
    width, height = picture_size(content) or (0, 0)
    place, packed = 8, b""
    while place < len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        kind, data = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        assert struct.unpack(">I", content[place + 8 + length : place + 12 + length])[0] == zlib.crc32(kind + data)
        packed += data if kind == b"IDAT" else b""
        place += 12 + length
    assert len(zlib.decompress(packed)) == height * (width + 1)
    return width * height


@pytest.mark.parametrize(("width", "height"), [(1, 1), (16, 16), (17, 5), (256, 512)])
def test_a_picture_is_a_png_of_the_wanted_size(width: int, height: int) -> None:
    content = png("text", width, height)
    assert picture_size(content) == (width, height)
    assert pixels(content) == width * height


def test_the_prompt_alone_decides_what_is_drawn(api: Api) -> None:
    one, again, other = (
        b64decode(generated(api, prompt, response_format="b64_json")["data"][0]["b64_json"])
        for prompt in ("an otter", "an otter", "a cat")
    )
    assert one == again != other
    assert picture_size(one) == (16, 16)


def test_several_pictures_differ(api: Api) -> None:
    data = generated(api, n=3, response_format="b64_json")["data"]
    assert len({each["b64_json"] for each in data}) == 3


def test_dalle_answers_with_urls_that_lead_to_the_picture(api: Api, server: LocalServer) -> None:
    found = generated(api, model="dall-e-3")["data"][0]
    assert found["revised_prompt"] == "an otter"
    assert found["url"].startswith(server.base_url)
    fetched = api.get(found["url"].removeprefix(server.base_url))
    assert fetched.headers["content-type"] == "image/png"
    same = generated(api, model="dall-e-3", response_format="b64_json")["data"][0]["b64_json"]
    assert picture_size(fetched.raw) == picture_size(b64decode(same)) == (16, 16)


def test_a_picture_that_nobody_drew_is_not_found(api: Api) -> None:
    assert api.get("/images/local/img-local000009.png").status == 404


def test_newer_models_answer_with_base64_and_usage(api: Api) -> None:
    found = generated(api, model="gpt-image-1", quality="high")
    assert set(found["data"][0]) == {"b64_json"}
    assert (found["quality"], found["size"], found["output_format"]) == ("high", "16x16", "png")
    assert found["usage"]["total_tokens"] == found["usage"]["input_tokens"] + found["usage"]["output_tokens"]


def test_a_stream_shows_coarse_pictures_before_the_fine_one(api: Api) -> None:
    body = {"prompt": "an otter", "model": "gpt-image-1", "size": "32x32", "stream": True, "partial_images": 2}
    *partial, last = map(json.loads, events_of(api.post("/images/generations", body)))
    for event in (*partial, last):
        assert_described({**event, "size": "auto"}, "ImageGenStreamEvent")
    assert [event["partial_image_index"] for event in partial] == [0, 1]
    assert last["type"] == "image_generation.completed"
    drawn = [b64decode(event["b64_json"]) for event in (*partial, last)]
    assert len(set(drawn)) == 3
    assert {picture_size(each) for each in drawn} == {(32, 32)}


def test_old_models_do_not_stream(api: Api) -> None:
    answer = api.post("/images/generations", {"prompt": "x", "model": "dall-e-2", "size": "16x16", "stream": True})
    assert "url" in answer.json["data"][0]


def test_an_edit_depends_on_prompt_and_pictures(api: Api) -> None:
    fields = [("prompt", "wear a hat"), ("size", "16x16")]
    one = post_form(api, "/images/edits", fields, ("image", "a.png", SMALL))
    other = post_form(api, "/images/edits", fields, ("image", "a.png", OTHER))
    both = post_form(api, "/images/edits", fields, ("image[]", "a.png", SMALL), ("image[]", "b.jpg", JPEG))
    assert len({answer.json["data"][0]["b64_json"] for answer in (one, other, both)}) == 3
    assert both.json["usage"]["input_tokens_details"]["image_tokens"] == 512


def test_an_edit_takes_a_mask_of_the_same_size(api: Api) -> None:
    fields = [("prompt", "x"), ("size", "16x16")]
    image = ("image", "a.png", SMALL)
    assert post_form(api, "/images/edits", fields, image, ("mask", "m.png", OTHER)).status == 200
    wrong = post_form(api, "/images/edits", fields, image, ("mask", "m.png", png("m", 4, 4)))
    assert (wrong.status, wrong.error["param"]) == (400, "mask")


def test_an_edit_streams(api: Api) -> None:
    fields = [("prompt", "x"), ("size", "16x16"), ("stream", "true"), ("partial_images", "1")]
    answer = post_form(api, "/images/edits", fields, ("image", "a.png", SMALL))
    kinds = [json.loads(event)["type"] for event in events_of(answer)]
    assert kinds == ["image_edit.partial_image", "image_edit.completed"]
    assert b"event: image_edit.completed\n" in answer.raw


def test_variations_come_as_many_as_asked(api: Api) -> None:
    answer = post_form(
        api, "/images/variations", [("n", "2"), ("response_format", "b64_json")], ("image", "a.png", SMALL)
    )
    first, second = (b64decode(each["b64_json"]) for each in answer.json["data"])
    assert first != second
    assert picture_size(first) == (1024, 1024)


@pytest.mark.parametrize(
    ("members", "param"),
    [
        ({"prompt": ""}, "prompt"),
        ({"prompt": "x", "size": "big"}, "size"),
        ({"prompt": "x", "size": "5000x10"}, "size"),
        ({"prompt": "x", "n": 11}, "n"),
        ({"prompt": "x", "quality": "best"}, "quality"),
        ({"prompt": "x", "partial_images": 4}, "partial_images"),
        ({"prompt": "x", "response_format": "png"}, "response_format"),
    ],
)
def test_a_wrong_request_is_refused(api: Api, members: dict[str, object], param: str) -> None:
    answer = api.post("/images/generations", members)
    assert (answer.status, answer.error["param"]) == (400, param)


@pytest.mark.parametrize(
    ("path", "files", "param"),
    [
        ("/images/edits", [], "image"),
        ("/images/edits", [("image", "a.png", b"no picture")], "image"),
        ("/images/edits", [("image", "a.png", b"")], "image"),
        ("/images/edits", [("image", "a.png", SMALL), ("mask", "m.jpg", JPEG)], "mask"),
        ("/images/edits", [("image[]", "a.png", SMALL)] * 17, "image"),
        ("/images/variations", [("image", "a.jpg", JPEG)], "image"),
    ],
)
def test_what_is_no_picture_is_refused(api: Api, path: str, files: list[tuple[str, str, bytes]], param: str) -> None:
    answer = post_form(api, path, [("prompt", "x"), ("size", "256x256")], *files)
    assert (answer.status, answer.error["param"]) == (400, param)
