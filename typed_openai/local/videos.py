"""`/videos`: videos drawn by rule from the prompt (`films.py`): MP4 files that players with ffmpeg show.

A video goes one step further each time somebody asks for it: `queued` → `in_progress`, 50 % → `completed`. Edits and
remixes are drawn from the new prompt and keep size and length; an extension gets longer; characters are kept.

Rules: a video that is referred to must be here and completed; one that is sent counts as four seconds; its bytes have
a part in what is drawn. Files are there once the video is completed, for a day.

Weak spots: prompts that name a character draw nothing of it; pictures of a video are PNG, where the service has WebP.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from typed_openai.local.errors import ApiError, wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.films import frames, mp4
from typed_openai.local.kept import Item, Kept
from typed_openai.local.models import require_model
from typed_openai.local.pictures import png
from typed_openai.local.router import route
from typed_openai.local.state import State

DAY = 24 * 60 * 60
MODEL, SECONDS, SIZE = "sora-2", "4", "720x1280"


def _completed(video: Item, state: State) -> Item:
    done = {"completed_at": state.now(), "expires_at": state.now() + DAY}
    return {**video, "status": "completed", "progress": 100, **done}


VIDEOS = Kept(
    "video",
    "/videos/{video_id}",
    "video_",
    first={"model": MODEL, "seconds": SECONDS, "size": SIZE, "completed_at": None, "expires_at": None, "error": None},
    steps={
        "queued": lambda video, _: {**video, "status": "in_progress", "progress": 50},
        "in_progress": _completed,
    },
)
CHARACTERS = Kept(
    "character",
    "/videos/characters/{character_id}",
    "char_",
    "video.character",
    shown=lambda item, _: {name: item[name] for name in ("id", "name", "created_at")},
)
ROUTES = VIDEOS.routes("list", "retrieve", "delete") + CHARACTERS.routes("retrieve")


def _made(state: State, prompt: str, given: Mapping[str, Any], source: str = "", of: str | None = None) -> Reply:
    """A video that was asked for, of what it is made from."""
    about = {name: given[name] for name in ("model", "seconds", "size") if given.get(name)}
    about |= {"status": "queued", "progress": 0, "prompt": prompt, "remixed_from_video_id": of}
    return VIDEOS.reply(state, VIDEOS.make(state, **about, _source=source))


def _source(request: Request, state: State) -> tuple[Item, str]:
    """The video that a request is about, and what of it has a part in the drawing."""
    sent = request.files("video")
    if sent:
        return {}, sha256(sent[0].content).hexdigest()
    found = VIDEOS.find(state, request.given["video"]["id"])
    return _whole(found), found["id"]


def _whole(video: Item) -> Item:
    if video["status"] != "completed":
        message = f"The video {video['id']!r} is {video['status']}; wait until it is completed."
        raise ApiError(400, message, param="video_id", code="video_not_ready")
    return video


@route("POST", VIDEOS.list_path)
def create(request: Request, state: State) -> Reply:
    """Make a video."""
    given, sent = request.given, request.files("input_reference")
    require_model(state, given.get("model") or MODEL)
    reference = given.get("input_reference") or {}
    if reference and len([value for value in reference.values() if value]) != 1:
        raise wrong_value("input_reference", "A picture is either 'image_url' or 'file_id'.")
    source = sha256(sent[0].content).hexdigest() if sent else "".join(map(str, reference.values()))
    return _made(state, given["prompt"], given, source)


@route("POST", "/videos/edits")
def edit(request: Request, state: State) -> Reply:
    """Change a video."""
    video, source = _source(request, state)
    return _made(state, request.given["prompt"], video, source, video.get("id"))


@route("POST", "/videos/extensions")
def extend(request: Request, state: State) -> Reply:
    """Make a video longer."""
    video, source = _source(request, state)
    seconds = int(video.get("seconds") or SECONDS) + int(request.given["seconds"])
    return _made(state, request.given["prompt"], {**video, "seconds": str(seconds)}, source)


@route("POST", f"{VIDEOS.path}/remix")
def remix(request: Request, state: State) -> Reply:
    """Make a video anew."""
    video = _whole(VIDEOS.at(request, state))
    return _made(state, request.given["prompt"], video, video["id"], video["id"])


@route("POST", "/videos/characters")
def create_character(request: Request, state: State) -> Reply:
    """Keep a character."""
    made = CHARACTERS.make(state, name=request.given["name"], _content=request.file("video").content)
    return CHARACTERS.reply(state, made)


@route("GET", f"{VIDEOS.path}/content")
def content(request: Request, state: State) -> Reply:
    """The bytes of a video, or pictures of it."""
    video = _whole(VIDEOS.at(request, state))
    width, height = map(int, video["size"].split("x"))
    text, seconds = f"{video['prompt']} {video['_source']}", int(video["seconds"])
    variant = request.given.get("variant") or "video"
    if variant == "video":
        return Reply(mp4(frames(text, width, height, seconds), width, height), content_type="video/mp4")
    across = width * (seconds if variant == "spritesheet" else 1)
    return Reply(png(text, across, height), content_type="image/png")
