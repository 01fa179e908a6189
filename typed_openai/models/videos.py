"""Videos: made from a prompt, edited, extended, remixed, with characters that come back (`/videos`).

API reference: "Videos". OpenAI closed them on 2026-09-24; Azure and compatible servers have them.

Rules
* Seconds and sizes are closed where they are given, model names open.
* A file is given as `FileInput` says; in its place stands `{"id": ...}` for a video that the service has, and
  `{"image_url": ...}` or `{"file_id": ...}` for a picture.

Weak spot: of a reference to a picture exactly one of both must be given; the service checks it.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, Discriminator, Field, StrictInt, StringConstraints, Tag

from typed_openai.models.base import Open, Params, Result
from typed_openai.models.file_input import FileInput
from typed_openai.models.known_values import KnownVideoModel
from typed_openai.models.misalignment import Misalignment

VideoSeconds: TypeAlias = Literal["4", "8", "12"]
"""How long a clip is, in seconds."""
VideoSize: TypeAlias = Literal["720x1280", "1280x720", "1024x1792", "1792x1024"]
"""Width and height in pixels."""
Prompt: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=32_000)]


def _file_or_reference(value: object) -> str:
    return "a reference" if isinstance(value, Mapping | BaseModel) else "a file"


_EITHER = Discriminator(_file_or_reference)


class ImageInputReference(Params):
    """A picture that the video begins with, without uploading it: an address or an uploaded file."""

    image_url: Annotated[str, StringConstraints(max_length=20_971_520)] | None = None
    """Its address, or a `data:` URL that holds the picture in base64."""
    file_id: str | None = None
    """Id of an uploaded file."""


class VideoReference(Params):
    """A video that the service made."""

    id: str
    """Its id."""


InputReference: TypeAlias = Annotated[
    Annotated[FileInput, Tag("a file")] | Annotated[ImageInputReference, Tag("a reference")], _EITHER
]
"""A picture: a file, or where it is."""
VideoInput: TypeAlias = Annotated[
    Annotated[FileInput, Tag("a file")] | Annotated[VideoReference, Tag("a reference")], _EITHER
]
"""A video: a file, or the id of one that the service made."""


class VideoCreateParams(Params):
    """A video to make."""

    prompt: Prompt
    """What it shows; up to 32,000 characters."""
    input_reference: InputReference | None = None
    """A picture that guides it: a file, or `{"image_url": ...}` or `{"file_id": ...}`."""
    model: KnownVideoModel | None = None
    """Name of the video model; `sora-2` by default."""
    seconds: VideoSeconds | None = None
    """How long it is; `4` by default."""
    size: VideoSize | None = None
    """Width and height; `720x1280` by default."""


class VideoListParams(Params):
    """Which videos to list."""

    after: str | None = None
    """Go on after the video with this id."""
    limit: Annotated[StrictInt, Field(ge=0, le=100)] | None = None
    """How many to a page, up to 100."""
    order: Literal["asc", "desc"] | None = None
    """By time: `desc` (newest first) or `asc`."""


class VideoEditParams(Params):
    """A video to change."""

    prompt: Prompt
    """What shall be different; up to 32,000 characters."""
    video: VideoInput
    """The video: a file, or `{"id": ...}` of one that the service made."""


class VideoExtendParams(Params):
    """A video to go on with."""

    prompt: Prompt
    """What comes next; up to 32,000 characters."""
    seconds: VideoSeconds
    """How much longer it gets."""
    video: VideoInput
    """The video: a file, or `{"id": ...}` of one that the service made."""


class VideoRemixParams(Params):
    """How to make a video anew."""

    prompt: Prompt
    """What shall be different; up to 32,000 characters."""


class VideoDownloadContentParams(Params):
    """Which file of a video to fetch."""

    variant: Literal["video", "thumbnail", "spritesheet"] | None = None
    """The video itself (default, MP4), one picture of it, or many on one sheet."""


class VideoCreateCharacterParams(Params):
    """A character to keep."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    """What prompts call it."""
    video: FileInput
    """A video that shows it."""


class VideoCreateError(Result):
    """Why a video could not be made."""

    code: str
    """A word for programs."""
    message: str
    """What happened, for people."""
    headers: dict[str, str] | None = None
    """Headers that came with the first error, such as how long to wait."""
    misalignment: Misalignment | None = None
    """Why the service stopped, if it did."""
    param: str | None = None
    """The parameter that it is about."""
    type: str | None = None
    """The kind of the first error."""


class Video(Result):
    """A video, and how far it is."""

    id: str
    """Names the video in other calls."""
    object: Open[Literal["video"]]
    model: str
    """Name of the model that makes it."""
    status: Open[Literal["queued", "in_progress", "completed", "failed"]]
    """How far it is."""
    progress: int
    """The same in percent, roughly."""
    created_at: int
    """When it was asked for, Unix seconds."""
    completed_at: int | None
    """When it was done, Unix seconds."""
    expires_at: int | None
    """When its files will be gone, Unix seconds."""
    prompt: str | None
    """What it shows."""
    size: Open[VideoSize]
    """Width and height in pixels."""
    seconds: str
    """How long it is; of an extension, all of it."""
    remixed_from_video_id: str | None
    """The video that it was made from."""
    error: VideoCreateError | None
    """Why it could not be made, if so."""


class VideoDeleteResponse(Result):
    """A video that was deleted."""

    id: str
    """The id that it had."""
    object: Open[Literal["video.deleted"]]
    deleted: bool
    """Whether it is gone."""


class VideoCharacter(Result):
    """A character that prompts may name."""

    id: str | None
    """Names the character in other calls."""
    name: str | None
    """What prompts call it."""
    created_at: int
    """When it was made, Unix seconds."""


VideoCreateCharacterResponse: TypeAlias = VideoCharacter
VideoGetCharacterResponse: TypeAlias = VideoCharacter
"""What the answers of its operations are called in the official package."""
