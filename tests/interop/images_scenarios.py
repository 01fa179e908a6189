"""What is asked of both servers about images."""

from __future__ import annotations

from typing import Any

from tests.interop.scenario import scenario
from typed_openai.local.pictures import png
from typed_openai.models.base import NULL
from typed_openai.models.images.images import ImageGenerateParams

PICTURE = ("otter.png", png("an otter", 16, 16))
MASK = ("mask.png", png("a mask", 16, 16), "image/png")
DRAWN: dict[str, Any] = {
    "background": "transparent",
    "n": 2,
    "output_compression": 80,
    "output_format": "webp",
    "partial_images": 2,
    "quality": "high",
    "size": "1536x1024",
    "user": "user-1",
}

IMAGES = [
    scenario("images.generate", "of a prompt", prompt="an otter"),
    scenario("images.generate", "with everything", prompt="an otter", model="gpt-image-1", moderation="low", **DRAWN),
    scenario(
        "images.generate",
        "by an older model",
        prompt="an otter",
        model="dall-e-3",
        quality="hd",
        style="natural",
        size="1024x1792",
        response_format="b64_json",
    ),
    scenario("images.generate", "with nulls", prompt="an otter", n=NULL, output_compression=NULL),
    scenario("images.generate", "given as a params object", ImageGenerateParams(prompt="an otter", n=1)),
    scenario("images.generate", "streamed", prompt="an otter", model="gpt-image-1", stream=True, partial_images=1),
    scenario("images.edit", "of one picture", image=PICTURE, prompt="a hat"),
    scenario("images.edit", "of several", image=[PICTURE, PICTURE[1]], prompt="a hat"),
    scenario(
        "images.edit",
        "with everything",
        image=[PICTURE],
        mask=MASK,
        prompt="a hat",
        model="gpt-image-1",
        input_fidelity="high",
        response_format="b64_json",
        **DRAWN,
    ),
    scenario("images.edit", "streamed", image=PICTURE, prompt="a hat", stream=True, partial_images=1),
    scenario("images.create_variation", "of a picture", image=PICTURE),
    scenario(
        "images.create_variation",
        "with everything",
        image=PICTURE[1],
        model="dall-e-2",
        n=2,
        response_format="url",
        size="256x256",
        user="user-1",
    ),
]
