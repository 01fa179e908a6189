"""Videos: made from a prompt, edited, extended, remixed (API reference: Videos).

OpenAI closed them on 2026-09-24; Azure and compatible servers have them.
"""

from __future__ import annotations

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.answer.raw import Binary
from typed_openai.core.declare.verbs import Resource, delete, ends, get, post
from typed_openai.core.declare.waits import waits, waits_after
from typed_openai.core.run.waiting import Waiting
from typed_openai.models.videos import (
    Video,
    VideoCharacter,
    VideoCreateCharacterParams,
    VideoCreateParams,
    VideoDeleteResponse,
    VideoDownloadContentParams,
    VideoEditParams,
    VideoExtendParams,
    VideoListParams,
    VideoRemixParams,
)

_PENDING = frozenset({"queued", "in_progress"})
_FAILED = frozenset({"failed"})
_PATIENCE: Waiting = {"interval": 1.0, "max_interval": 20.0, "deadline": 1800.0}
"""A video takes minutes."""
_SPELLED = ("poll_interval_ms",)


class Videos(Resource):
    """Make videos."""

    path = "videos"
    _deprecated = ends("2026-09-24", "Azure and compatible servers have it")

    create = post("/videos", VideoCreateParams, Video, multipart=True)
    """Start making a video from a prompt, and a picture if you like; `poll` waits for it."""
    retrieve = get("/videos/{video_id}", Video)
    """Fetch a video: how far it is, not its bytes."""
    list = get("/videos", VideoListParams, CursorPage[Video])
    """List the videos of the project."""
    delete = delete("/videos/{video_id}", VideoDeleteResponse)
    """Delete a video and its files."""
    download_content = get(
        "/videos/{video_id}/content",
        VideoDownloadContentParams,
        Binary,
        headers={"accept": "application/binary"},
        media="a video or a picture",
    )
    """Fetch the bytes of a video, or pictures of it: `read()`, `iter_bytes()`, `write_to_file(path)`."""
    edit = post("/videos/edits", VideoEditParams, Video, multipart=True)
    """Start changing a video as a prompt says."""
    extend = post("/videos/extensions", VideoExtendParams, Video, multipart=True)
    """Start making a video longer."""
    remix = post("/videos/{video_id}/remix", VideoRemixParams, Video)
    """Start making a video anew, with another prompt."""
    create_character = post("/videos/characters", VideoCreateCharacterParams, VideoCharacter, multipart=True)
    """Keep a character, from a video that shows it; prompts may name it."""
    get_character = get("/videos/characters/{character_id}", VideoCharacter)
    """Fetch a character."""

    poll = waits(retrieve, pending=_PENDING, failed=_FAILED, wait=_PATIENCE, spelled=_SPELLED)
    """Wait until a video is done.

    Raises `WaitFailedError` when it could not be made and `WaitTimeoutError` when it took longer than the deadline of
    `wait` (half an hour); the video is on the error's `result`. `poll_interval_ms` is the name that other packages have
    for `interval` (then kept).
    """
    create_and_poll = waits_after(create, "poll", spelled=_SPELLED)
    """Make a video and wait until it is done; errors as for `poll`."""
