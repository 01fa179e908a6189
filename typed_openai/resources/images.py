"""Pictures: drawn from a prompt, edited, varied, and saved (API reference: Images)."""

import os
from pathlib import Path

from typed_openai.core.declare.flow_methods import flow_method
from typed_openai.core.declare.verbs import Resource, post
from typed_openai.core.run.download import download
from typed_openai.core.run.effects import Flow
from typed_openai.models.images.images import (
    Image,
    ImageCreateVariationParams,
    ImageEditParams,
    ImageGenerateParams,
    ImagesResponse,
)


class Images(Resource):
    """Draw, change and save pictures."""

    path = "images"

    generate = post(
        "/images/generations",
        ImageGenerateParams,
        ImagesResponse,
        stream="typed_openai.streaming.images.ImageGenAccumulator",
    )
    """Draw pictures from a prompt; with `stream=True` unfinished ones first."""
    edit = post(
        "/images/edits",
        ImageEditParams,
        ImagesResponse,
        stream="typed_openai.streaming.images.ImageEditAccumulator",
        multipart=True,
    )
    """Change a picture, or make a new one from several; with `stream=True` unfinished ones first."""
    create_variation = post(
        "/images/variations",
        ImageCreateVariationParams,
        ImagesResponse,
        multipart=True,
        deprecated="only dall-e-2 does it; images.edit is for the newer models",
    )
    """Make pictures that are like another. Deprecated: only dall-e-2 does it."""

    @flow_method
    def save(self, image: Image, path: str | os.PathLike[str]) -> Flow[Path]:
        """Write a picture to a file, which is replaced if it exists; gives its path.

        What came as base64 is decoded, what came as a URL is fetched: with the key of this client only where the URL
        leads to the server of this client. `ValueError` when the picture holds neither.
        """
        if image.b64_json is not None or image.url is None or image.url.startswith("data:"):
            return image.save(path)
        found = yield from download(self.client, "images.save", image.url)
        found.write_to_file(path)
        return Path(path)
