"""Image models: what is accepted and refused, and the bytes that answers hold."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from typed_openai.models.base import NULL
from typed_openai.models.images.image_events import ImageGenCompletedEvent, ImageGenStreamEvent, UnknownImageEvent
from typed_openai.models.images.images import (
    Image,
    ImageCreateVariationParams,
    ImageEditParams,
    ImageGenerateParams,
    ImagesResponse,
)
from typed_openai.models.readers import reader_of

USAGE = {"input_tokens": 1, "input_tokens_details": {"image_tokens": 0, "text_tokens": 1}}
USAGE |= {"output_tokens": 2, "total_tokens": 3}
COMPLETED: dict[str, Any] = {
    "type": "image_generation.completed",
    "b64_json": "aGk=",
    "background": "auto",
    "created_at": 1,
    "output_format": "png",
    "quality": "auto",
    "size": "auto",
    "usage": USAGE,
}


@pytest.mark.parametrize(
    "given",
    [
        {"size": "1792x1024", "quality": "hd", "style": "vivid", "model": "dall-e-3"},
        {"size": "333x777", "quality": "max", "model": "a model of tomorrow"},
        {"n": 10, "partial_images": 0, "background": "transparent", "output_format": "webp", "output_compression": 50},
        {"model": NULL, "n": NULL, "size": NULL},
        {"output_format": "svg", "svg": {"model": "gpt-5", "reasoning": {"effort": "low"}}},
    ],
)
def test_a_prompt_may_be_drawn_in_many_ways(given: dict[str, Any]) -> None:
    params = ImageGenerateParams.model_validate({"prompt": "an otter", **given})
    assert params.model_fields_set == {"prompt", *given}


@pytest.mark.parametrize(
    "given",
    [
        {"n": 0},
        {"n": 11},
        {"n": "2"},
        {"partial_images": 4},
        {"quality": "best"},
        {"style": "baroque"},
        {"response_format": "png"},
        {"svg": {}},
        {"stream": "yes"},
        {"sise": "1x1"},
    ],
)
def test_what_the_api_does_not_know_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ImageGenerateParams.model_validate({"prompt": "an otter", **given})


def test_one_picture_or_many_may_be_edited(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"x")
    one: list[Any] = [str(path), path, b"x", io.BytesIO(b"x"), ("a.png", b"x"), ("a.png", b"x", "image/png")]
    for image in one:
        ImageEditParams(prompt="p", image=image)
        ImageCreateVariationParams(image=image)
    many: Any = ImageEditParams(prompt="p", image=[*one]).image
    assert len(many) == 6
    generated = ImageEditParams.model_validate({"prompt": "p", "image": (each for each in [b"x", path])})
    assert generated.image == [b"x", path]


@pytest.mark.parametrize("image", [None, b"", "no-such-file.png", [b"x"] * 17, [b"x", b""], {"file_id": "file-1"}])
def test_what_is_no_picture_file_is_refused(image: Any) -> None:
    with pytest.raises(ValidationError):
        ImageEditParams.model_validate({"prompt": "p", "image": image})


def test_a_fault_in_a_list_of_pictures_names_its_place() -> None:
    with pytest.raises(ValidationError) as caught:
        ImageEditParams.model_validate({"prompt": "p", "image": [b"x", b""]})
    (fault,) = caught.value.errors()
    assert fault["loc"][-1] == 1


# -- answers ----------------------------------------------------------------------------------------------------------


def test_an_answer_dumps_as_it_came() -> None:
    body = {"created": 1, "data": [{"b64_json": "aGk="}, {"url": "https://x/y", "revised_prompt": "r"}], "new": 1}
    body |= {"size": "256x256", "quality": "ultra", "usage": USAGE}
    result = ImagesResponse.model_validate_json(json.dumps(body), strict=True)
    assert result.model_dump() == body
    assert [image.b64_json for image in result.images] == ["aGk=", None]
    assert ImagesResponse(created=1).images == []


def test_base64_is_saved(tmp_path: Path) -> None:
    image = Image(b64_json="aGVsbG8=")
    assert image.read() == b"hello"
    assert image.save(tmp_path / "a.png") == tmp_path / "a.png"
    assert image.save(str(tmp_path / "b.png")).read_bytes() == b"hello"


@pytest.mark.parametrize("url", ["data:image/png;base64,aGVsbG8=", "data:text/plain,hel%6Co"])
def test_a_data_url_holds_its_bytes(url: str) -> None:
    assert Image(url=url).read() == b"hello"


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (Image(url="https://host/a.png?sig=secret"), r"it is at https://host/a\.png; client\.images\.save"),
        (Image(), "neither base64 nor a URL"),
        (Image(b64_json="%%%"), "not valid base64"),
    ],
)
def test_a_picture_without_bytes_says_what_to_do(image: Image, said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        image.save(tmp_path / "a.png")
    assert "secret" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_events_are_told_apart_by_type() -> None:
    read = reader_of(ImageGenStreamEvent).validate_json
    completed = read(json.dumps(COMPLETED), strict=True)
    assert isinstance(completed, ImageGenCompletedEvent)
    assert completed.read() == b"hi"
    unknown = read(json.dumps({**COMPLETED, "type": "image_generation.sketch"}), strict=True)
    assert isinstance(unknown, UnknownImageEvent)
    assert unknown.read() == b"hi"
    with pytest.raises(ValidationError):
        read('{"type": "image_generation.completed"}', strict=True)
