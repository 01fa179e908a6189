"""Images on the wire: forms and JSON that go out, streams that come in, and who gets the key when one is saved."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.canned import KEY, Connect, Wire, done, failure, listed, parts, status
from tests.models.test_images import COMPLETED, USAGE
from typed_openai.errors import APIConnectionError, APIStatusError, RequestValidationError, StreamTruncatedError
from typed_openai.models.images.image_events import ImageGenCompletedEvent, ImageGenPartialImageEvent, UnknownImageEvent
from typed_openai.models.images.images import Image, ImageEditParams, ImageGenerateParams, ImagesResponse

ANSWER = status(200, {"created": 1, "data": [{"b64_json": "aGk="}]})
PICTURE = status(200, content=b"picture", headers={"content-type": "image/png"})
PNG = b"\x89PNG\r\n\x1a\n"
PARTIAL = {**COMPLETED, "type": "image_generation.partial_image", "partial_image_index": 0, "b64_json": "aA=="}
del PARTIAL["usage"]


def events(*data: dict[str, Any], names: bool = True) -> Any:
    lines = [(f"event: {each['type']}\n" if names else "") + f"data: {json.dumps(each)}\n\n" for each in data]
    return status(200, content="".join(lines).encode(), headers={"content-type": "text/event-stream"})


async def test_a_prompt_goes_out_as_json(connect: Connect) -> None:
    wire = Wire(ANSWER)
    result = await done(connect(wire).images.generate(prompt="an otter", size="256x256", n=2))
    assert wire.body == {"prompt": "an otter", "size": "256x256", "n": 2}
    assert isinstance(result, ImagesResponse)
    assert result.images[0].read() == b"hi"


async def test_an_edit_goes_out_as_a_form(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "otter.png"
    path.write_bytes(PNG)
    wire = Wire(ANSWER)
    await done(
        connect(wire).images.edit(
            prompt="a hat", image=str(path), mask=("mask.png", b"m"), n=2, svg={"model": "m", "reasoning": None}
        )
    )
    assert wire.request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert parts(wire.request) == [
        ("prompt", None, None, b"a hat"),
        ("n", None, None, b"2"),
        ("svg[model]", None, None, b"m"),
        ("svg[reasoning]", None, None, b""),
        ("image", "otter.png", "image/png", PNG),
        ("mask", "mask.png", "image/png", b"m"),
    ]


async def test_many_pictures_repeat_the_name_with_brackets(connect: Connect) -> None:
    wire = Wire(ANSWER)
    await done(connect(wire).images.edit(prompt="a hat", image=[PNG, ("b.webp", b"b")]))
    assert parts(wire.request)[1:] == [
        ("image[]", "upload.png", "image/png", PNG),
        ("image[]", "b.webp", "image/webp", b"b"),
    ]


async def test_a_variation_sends_its_picture(connect: Connect) -> None:
    wire = Wire(ANSWER)
    await done(connect(wire).images.create_variation(image=PNG, n=2))
    assert wire.request.url.path == "/v1/images/variations"
    assert [part[0] for part in parts(wire.request)] == ["n", "image"]


@pytest.mark.parametrize("image", ["no-such-file.png", b"", "https://example.com/a.png"])
async def test_a_file_that_is_none_is_refused_before_anything_is_sent(connect: Connect, image: Any) -> None:
    wire = Wire(ANSWER)
    with pytest.raises(RequestValidationError, match="image"):
        await done(connect(wire).images.edit(prompt="a hat", image=image))
    assert wire.requests == []


# -- streams ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [True, False])
async def test_a_stream_gives_typed_events_and_needs_no_goodbye(connect: Connect, names: bool) -> None:
    new = {"type": "image_generation.sketch", "lines": 3}
    wire = Wire(events(PARTIAL, new, COMPLETED, names=names))
    stream = await done(connect(wire).images.generate(prompt="an otter", stream=True, partial_images=1))
    assert wire.request.headers["accept"] == "text/event-stream"
    found = await listed(stream)
    assert [type(event) for event in found] == [ImageGenPartialImageEvent, UnknownImageEvent, ImageGenCompletedEvent]
    assert all(not event.issues for event in found)
    assert stream.is_complete
    assert stream.partial().images[0].read() == b"hi"
    assert stream.partial().usage.total_tokens == USAGE["total_tokens"]


async def test_a_type_that_stands_in_the_name_only_is_found_there(connect: Connect) -> None:
    bare = {name: value for name, value in COMPLETED.items() if name != "type"}
    content = f"event: {COMPLETED['type']}\ndata: {json.dumps(bare)}\n\n".encode()
    wire = Wire(status(200, content=content, headers={"content-type": "text/event-stream"}))
    stream = await done(connect(wire).images.generate(prompt="an otter", stream=True))
    assert [type(event) for event in await listed(stream)] == [ImageGenCompletedEvent]


async def test_a_stream_that_ends_too_early_keeps_the_unfinished_picture(connect: Connect) -> None:
    stream = await done(connect(Wire(events(PARTIAL))).images.generate(prompt="an otter", stream=True))
    with pytest.raises(StreamTruncatedError) as caught:
        await listed(stream)
    assert caught.value.partial.images[0].read() == b"h"


async def test_an_event_that_deviates_is_typed_and_says_where(connect: Connect) -> None:
    wire = Wire(events({**COMPLETED, "created_at": "now"}))
    (event,) = await listed(await done(connect(wire).images.generate(prompt="an otter", stream=True)))
    assert isinstance(event, ImageGenCompletedEvent)
    assert [issue.pointer for issue in event.issues] == ["/created_at"]


async def test_a_stream_that_nobody_asked_for_is_put_together(connect: Connect) -> None:
    result = await done(connect(Wire(events(PARTIAL, COMPLETED))).images.generate(prompt="an otter"))
    assert isinstance(result, ImagesResponse)
    assert result.images[0].read() == b"hi"
    assert "an event stream" in result.issues[0].got


async def test_a_params_object_says_beside_it_that_it_streams(connect: Connect) -> None:
    params = ImageGenerateParams(prompt="an otter", stream=True)
    with pytest.raises(RequestValidationError, match=r"generate\(params, stream=True\)"):
        await done(connect(Wire(ANSWER)).images.generate(params))
    edit = ImageEditParams(prompt="a hat", image=PNG)
    stream = await done(connect(Wire(events())).images.edit(edit, stream=True))
    await done(stream.close())


# -- saving -----------------------------------------------------------------------------------------------------------


async def test_base64_is_saved_without_a_request(connect: Connect, tmp_path: Path) -> None:
    wire = Wire(PICTURE)
    path = await done(connect(wire).images.save(Image(b64_json="aGk="), tmp_path / "a.png"))
    assert (path.read_bytes(), wire.requests) == (b"hi", [])


async def test_a_url_elsewhere_is_fetched_without_the_key(connect: Connect, tmp_path: Path) -> None:
    wire = Wire(PICTURE)
    settings: dict[str, Any] = {"organization": "org-1", "default_headers": {"x-mine": "1", "api-key": "k"}}
    client = connect(wire, **settings)
    path = await done(client.images.save(Image(url="https://blobs.example/a.png?sig=s3cret&x=1"), str(tmp_path / "a")))
    assert path.read_bytes() == b"picture"
    assert str(wire.request.url) == "https://blobs.example/a.png?sig=s3cret&x=1"
    assert set(wire.request.headers) <= {"host", "accept", "user-agent", "content-length"}
    assert KEY not in str(wire.request.headers.raw)


async def test_a_client_of_ones_own_adds_nothing_for_strangers(connect: Connect, tmp_path: Path) -> None:
    wire = Wire(PICTURE)
    own = connect.http_client(
        wire, headers={"authorization": "Bearer mine"}, auth=("me", "pw"), params={"p": "1"}, cookies={"c": "1"}
    )
    client = connect.kind(http_client=own, api_key=KEY)
    await done(client.images.save(Image(url="https://blobs.example/a.png?sig=1"), tmp_path / "a.png"))
    assert {"authorization", "cookie"}.isdisjoint(wire.request.headers)
    assert wire.request.url.query == b"sig=1"


@pytest.mark.parametrize(
    ("base_url", "url", "has_key"),
    [
        ("https://gateway.example/v1", "https://gateway.example/files/a.png", True),
        ("https://gateway.example/v1", "https://GATEWAY.example:443/a.png", True),
        ("https://gateway.example/v1", "http://gateway.example/a.png", False),
        ("https://gateway.example/v1", "https://gateway.example:8443/a.png", False),
        ("https://gateway.example/v1", "https://gateway.example@evil.example/a.png", False),
        ("https://gateway.example/v1", "https://a.gateway.example/a.png", False),
    ],
)
async def test_the_key_goes_to_the_very_server_of_the_client_only(
    connect: Connect, tmp_path: Path, base_url: str, url: str, has_key: bool
) -> None:
    wire = Wire(PICTURE)
    await done(connect(wire, base_url=base_url).images.save(Image(url=url), tmp_path / "a.png"))
    assert (wire.request.headers.get("authorization") == f"Bearer {KEY}") is has_key


async def test_a_key_from_a_function_is_asked_for_the_own_server_only(connect: Connect, tmp_path: Path) -> None:
    wire = Wire(PICTURE)
    asked: list[str] = []

    def key() -> str:
        asked.append("key")
        return "sk-fresh"

    client = connect(wire, api_key=key, base_url="https://gateway.example/v1")
    await done(client.images.save(Image(url="https://elsewhere.example/a.png"), tmp_path / "a.png"))
    assert asked == []
    await done(client.images.save(Image(url="https://gateway.example/a.png"), tmp_path / "a.png"))
    assert wire.last.headers["authorization"] == "Bearer sk-fresh"


async def test_a_picture_that_is_gone_is_an_error_and_leaves_no_file(connect: Connect, tmp_path: Path) -> None:
    client = connect(Wire(failure(403)), max_retries=0)
    with pytest.raises(APIStatusError) as caught:
        await done(client.images.save(Image(url="https://blobs.example/a.png?sig=s3cret"), tmp_path / "a.png"))
    assert "s3cret" not in str(caught.value)
    assert os.listdir(tmp_path) == []


async def test_a_passing_failure_is_tried_again(connect: Connect, tmp_path: Path, sleeps: list[float]) -> None:
    wire = Wire(status(503), PICTURE)
    await done(connect(wire).images.save(Image(url="https://blobs.example/a.png"), tmp_path / "a.png"))
    assert (len(wire.requests), len(sleeps)) == (2, 1)


@pytest.mark.parametrize("url", ["ftp://host/a.png", "/images/a.png", "", "https://", "http://host:port/a.png"])
async def test_what_is_no_url_is_refused(connect: Connect, tmp_path: Path, url: str) -> None:
    wire = Wire(PICTURE)
    with pytest.raises(RequestValidationError, match="an absolute http or https URL"):
        await done(connect(wire).images.save(Image(url=url), tmp_path / "a.png"))
    assert wire.requests == []


async def test_an_image_without_anything_says_so(connect: Connect, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="neither base64 nor a URL"):
        await done(connect(Wire(PICTURE)).images.save(Image(), tmp_path / "a.png"))


async def test_a_server_that_cannot_be_reached_is_named(connect: Connect, tmp_path: Path) -> None:
    client = connect.kind(api_key=KEY, max_retries=0)
    with pytest.raises(APIConnectionError, match=r"127\.0\.0\.1"):
        await done(client.images.save(Image(url="http://127.0.0.1:9/a.png"), tmp_path / "a.png"))
    await done(client.close())
