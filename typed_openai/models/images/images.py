"""Images: drawn from a prompt, edited, varied (`/images/generations`, `/images/edits`, `/images/variations`).

API reference: "Images" (generate, edit, create variation); the events of a stream stand in `image_events.py`.

Rules
* Sizes and model names are open strings, as the API leaves them open: 256x256, 512x512 and 1024x1024 for dall-e-2;
  1024x1024, 1792x1024 and 1024x1792 for dall-e-3; 1024x1024, 1536x1024, 1024x1536 and `auto` for the gpt-image models.
  Qualities are a closed list: `standard` and `hd` are words of the dall-e models, the others of the gpt-image models.
* What fits which model is the server's business and is not checked here.
* Files are given as `FileInput` says: a path, bytes, an open file, or a tuple with a name.
* A picture in an answer is base64 (`b64_json`) or has a URL; `read()` and `save()` serve what lies in the answer,
  `client.images.save(image, path)` serves both.

Weak spot: URLs of the service are gone after an hour, and are open to everybody who knows them.
"""

import os
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, TypeAlias
from urllib.parse import unquote_to_bytes

from pydantic import Field, StrictBool, StrictInt, Tag

from typed_openai.core.answer.meta import Issue
from typed_openai.core.request.deprecation import DEPRECATED
from typed_openai.core.run.replacing import replacing
from typed_openai.models.asked import fewer, listed, missing
from typed_openai.models.base import AnsweredBy, Asked, Nullable, Open, Params, Result
from typed_openai.models.file_input import ONE_OR_MANY_FILES, FileInput
from typed_openai.models.known_values import KnownChatModel, KnownImageModel, KnownImageSize
from typed_openai.models.priced import Priced

Count: TypeAlias = Annotated[StrictInt, Field(ge=1, le=10)]


OneOrMany: TypeAlias = Annotated[
    Annotated[FileInput, Tag("one")] | Annotated[list[FileInput], Field(max_length=16), Tag("many")],
    ONE_OR_MANY_FILES,
]
"""One file, or a list of up to 16; a tuple that begins with a text is one file with its name."""


class ImageSvgReasoning(Params):
    """How much the model thinks before it draws an SVG."""

    effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = None
    """From `none` to `max`; more takes longer and costs more."""


class ImageSvg(Params):
    """How an SVG is made; only for `output_format="svg"`."""

    model: KnownChatModel
    """Name of the text model that writes the SVG."""
    reasoning: ImageSvgReasoning | None = None
    """How much it thinks first."""


class ImageEditSvg(Params):
    """How an SVG is made by an edit; only for `output_format="svg"`."""

    model: KnownChatModel | None = None
    """Name of the text model that writes the SVG."""
    reasoning: ImageSvgReasoning | None = None
    """How much it thinks first."""


class _PictureParams(Params, AnsweredBy["ImagesResponse"]):
    """How pictures are made, new or from others."""

    prompt: str
    """What the picture shows; at most 1,000 characters for dall-e-2, 4,000 for dall-e-3, 32,000 for gpt-image."""
    background: Nullable[Literal["transparent", "opaque", "auto"]] = None
    """Whether the background is transparent (png and webp only), opaque, or as the model likes (`auto`)."""
    complexity: Nullable[Literal["low", "medium", "high"]] = None
    """How detailed an SVG is."""
    frame_count: Nullable[StrictInt] = None
    """Number of frames of a GIF."""
    frame_duration_ms: Nullable[StrictInt] = None
    """Milliseconds that each frame of a GIF is shown."""
    model: Nullable[KnownImageModel] = None
    """Name of the image model."""
    n: Nullable[Count] = None
    """How many pictures, 1 to 10; dall-e-3 draws one."""
    output_compression: Nullable[StrictInt] = None
    """Quality of jpeg and webp in percent, 0 to 100."""
    output_format: Nullable[Literal["png", "jpeg", "webp", "gif", "svg"]] = None
    """How the picture is encoded; gpt-image models only, png by default."""
    partial_images: Nullable[Annotated[StrictInt, Field(ge=0, le=3)]] = None
    """How many unfinished pictures a stream shows before the final one, 0 to 3."""
    response_format: Nullable[Literal["url", "b64_json"]] = None
    """Whether dall-e models answer with a URL or with base64; gpt-image models always send base64."""
    safety_identifier: Nullable[str] = None
    """A stable, anonymous name of your end user, by which abuse can be found."""
    size: Nullable[KnownImageSize] = None
    """Width and height in pixels, as `1024x1024`, or `auto`; which ones there are depends on the model."""
    stream: Nullable[StrictBool] = None
    """Give events with unfinished pictures, then the final one; gpt-image models only."""
    user: Annotated[str | None, DEPRECATED] = None
    """An anonymous name of your end user. Deprecated by the service: use `safety_identifier`."""


class ImageGenerateParams(_PictureParams):
    """What to draw, and how."""

    moderation: Nullable[Literal["low", "auto"]] = None
    """How strictly prompts are filtered; `low` is less strict. gpt-image models only."""
    quality: Nullable[Literal["auto", "low", "medium", "high", "xhigh", "max", "standard", "hd"]] = None
    """How well it is drawn: `standard` or `hd` for dall-e models, the others for gpt-image models."""
    style: Nullable[Literal["vivid", "natural"]] = None
    """Dramatic or plain; dall-e-3 only."""
    svg: Nullable[ImageSvg] = None
    """How an SVG is made."""


class ImageEditParams(_PictureParams):
    """Which pictures to change, and how."""

    image: OneOrMany
    """The picture, or up to 16 of them to work from (dall-e-2: one square png of less than 4 MB)."""
    input_fidelity: Nullable[Literal["high", "low"]] = None
    """How closely the result keeps to style and faces of the input."""
    markup: FileInput | None = None
    """An SVG file to change."""
    mask: FileInput | None = None
    """A png of the size of the (first) picture; where it is transparent the picture may be changed."""
    quality: Nullable[Literal["auto", "low", "medium", "high", "xhigh", "max", "standard"]] = None
    """How well it is drawn; `standard` is the word of dall-e-2."""
    svg: Nullable[ImageEditSvg] = None
    """How an SVG is made."""


class ImageCreateVariationParams(Params):
    """Which picture to vary."""

    image: FileInput
    """The picture: a square png of less than 4 MB."""
    model: Nullable[KnownImageModel] = None
    """Name of the image model; only dall-e-2 ever knew variations."""
    n: Nullable[Count] = None
    """How many variations, 1 to 10."""
    response_format: Nullable[Literal["url", "b64_json"]] = None
    """Whether the answer holds URLs or base64."""
    size: Nullable[Literal["256x256", "512x512", "1024x1024"]] = None
    """Width and height in pixels."""
    user: str | None = None
    """An anonymous name of your end user."""


class Picture(Result):
    """What holds a picture: `Image`, and the events that show one."""

    def read(self) -> bytes:
        """The bytes of the picture. `ValueError` when it does not lie here (it has a URL) or is not valid base64."""
        text: object = getattr(self, "b64_json", None)
        url: object = getattr(self, "url", None)
        if not isinstance(text, str) and isinstance(url, str) and url.startswith("data:"):
            head, _, text = url.partition(",")
            if not head.endswith(";base64"):
                return unquote_to_bytes(text)
        if not isinstance(text, str):
            where = f"it is at {url.partition('?')[0]}" if isinstance(url, str) else "it holds neither base64 nor a URL"
            raise ValueError(
                f"this {type(self).__name__} has no bytes: {where}; client.images.save(image, path) fetches URLs, "
                'and response_format="b64_json" asks for base64 (dall-e models)'
            )
        try:
            return b64decode(text, validate=True)
        except NotBase64 as error:
            raise ValueError(f"the picture is not valid base64: {error}") from error

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture to a file, which is replaced if it exists; gives its path. `ValueError` as for `read`."""
        content = self.read()
        with replacing(path) as target:
            target.write(content)
        return Path(path)


class Image(Picture):
    """One picture: base64 or a URL. `save(path)` writes base64; `client.images.save(image, path)` fetches a URL too."""

    b64_json: str | None = None
    """The picture in base64."""
    revised_prompt: str | None = None
    """What dall-e-3 made of the prompt."""
    url: str | None = None
    """Where the picture is, for one hour."""


class ImagesInputTokensDetails(Result):
    """What the input tokens were spent on."""

    image_tokens: int
    """Tokens of pictures."""
    text_tokens: int
    """Tokens of text."""


class ImagesOutputTokensDetails(Result):
    """What the output tokens were spent on."""

    image_tokens: int
    """Tokens of pictures."""
    text_tokens: int
    """Tokens of text."""


class ImagesUsage(Result):
    """What a request consumed; gpt-image models only."""

    input_tokens: int
    """Tokens of the prompt and of the pictures given."""
    input_tokens_details: ImagesInputTokensDetails
    """The same, divided into text and pictures."""
    output_tokens: int
    """Tokens of what was drawn."""
    total_tokens: int
    """All of them."""
    output_tokens_details: ImagesOutputTokensDetails | None = None
    """The output tokens, divided into text and pictures."""


class ImagesSvgUsage(Result):
    """What the text model consumed that wrote an SVG."""

    input_tokens: int
    """Tokens that it read."""
    model: str
    """Its name."""
    output_tokens: int
    """Tokens that it wrote, thinking included."""
    reasoning_tokens: int
    """Tokens that it thought."""
    total_tokens: int
    """All of them."""


class ImagesResponse(Priced, Result):
    """The pictures of one request."""

    created: int
    """When they were made, in Unix seconds."""
    background: Open[Literal["transparent", "opaque"]] | None = None
    """What the background is."""
    data: list[Image] | None = None
    """The pictures; `images` is the same list, empty where there are none."""
    output_format: Open[Literal["png", "webp", "jpeg", "gif", "svg"]] | None = None
    """How the pictures are encoded."""
    quality: Open[Literal["low", "medium", "high", "xhigh", "max"]] | None = None
    """How well they are drawn."""
    safety_identifier: str | None = None
    """The anonymous name of the end user that was sent."""
    size: str | None = None
    """Width and height in pixels, as `1024x1024`."""
    svg_usage: ImagesSvgUsage | None = None
    """What the model consumed that wrote an SVG."""
    usage: ImagesUsage | None = None
    """What the request consumed, in tokens; None from dall-e models."""

    def check_asked(self, asked: Asked) -> Iterable[Issue]:
        """Whether there are `n` pictures, in the form that was asked for."""
        yield from fewer("/data", "pictures", asked("n"), self.data)
        form = asked("response_format")
        for place, image in enumerate(listed(self.data)):
            if form in ("url", "b64_json") and not getattr(image, form, None):
                yield missing(f"/data/{place}/{form}", "pictures in this form")

    @property
    def images(self) -> list[Image]:
        """The pictures, empty when there are none."""
        return self.data or []
