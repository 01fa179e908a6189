"""Videos: made from a prompt, edited, extended, remixed (API reference: Videos).

OpenAI closed them on 2026-09-24; Azure and compatible servers have them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.answer.raw import Binary
from typed_openai.core.declare.flow_methods import flow_method
from typed_openai.core.declare.verbs import Resource, asynchronous, delete, ends, get, post
from typed_openai.core.run.effects import Flow
from typed_openai.core.run.waiting import Waiting, paced, wait_for
from typed_openai.models.videos import (
    Video,
    VideoCreateCharacterParams,
    VideoCreateCharacterResponse,
    VideoCreateParams,
    VideoDeleteResponse,
    VideoDownloadContentParams,
    VideoEditParams,
    VideoExtendParams,
    VideoGetCharacterResponse,
    VideoListParams,
    VideoRemixParams,
)

_PENDING = frozenset({"queued", "in_progress"})
_FAILED = frozenset({"failed"})
_PATIENCE: Waiting = {"interval": 1.0, "max_interval": 20.0, "deadline": 1800.0}
"""A video takes minutes."""


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
    )
    """Fetch the bytes of a video, or pictures of it: `read()`, `iter_bytes()`, `write_to_file(path)`."""
    edit = post("/videos/edits", VideoEditParams, Video, multipart=True)
    """Start changing a video as a prompt says."""
    extend = post("/videos/extensions", VideoExtendParams, Video, multipart=True)
    """Start making a video longer."""
    remix = post("/videos/{video_id}/remix", VideoRemixParams, Video)
    """Start making a video anew, with another prompt."""
    create_character = post(
        "/videos/characters", VideoCreateCharacterParams, VideoCreateCharacterResponse, multipart=True
    )
    """Keep a character, from a video that shows it; prompts may name it."""
    get_character = get("/videos/characters/{character_id}", VideoGetCharacterResponse)
    """Fetch a character."""

    @flow_method
    def poll(self, video_id: str, *, poll_interval_ms: int | None = None, wait: Waiting | None = None) -> Flow[Video]:
        """Wait until a video is done.

        Raises `WaitFailedError` when it could not be made and `WaitTimeoutError` when it took longer than the deadline
        of `wait` (half an hour); the video is on the error's `result`. `poll_interval_ms` is the name that other
        packages have for `interval` (then kept).
        """
        how: Waiting = {**_PATIENCE, **paced(wait, poll_interval_ms)}
        fetch: Callable[[], Flow[Video]] = partial(self.retrieve.flow, video_id)
        return (yield from wait_for(fetch, pending=_PENDING, failed=_FAILED, wait=how))

    @flow_method(params=VideoCreateParams)
    def create_and_poll(
        self, *, poll_interval_ms: int | None = None, wait: Waiting | None = None, **params: Any
    ) -> Flow[Video]:
        """Make a video and wait until it is done; errors as for `poll`."""
        made: Video = yield from self.create.flow(**params)
        polled: Video = yield from self.poll.flow(made.id, poll_interval_ms=poll_interval_ms, wait=wait)
        return polled


AsyncVideos = asynchronous(Videos)
