"""`/images`: pictures drawn by rule from the prompt, plain and streamed, as base64 or behind a URL of this server.

Edits and variations want files that are pictures by their first bytes (png, jpeg, webp), a mask that is a png of the
size of the first picture; what is drawn depends on the prompt and on the bytes that came.

Rules: dall-e models (and no model, which means dall-e-2) answer with a URL unless base64 was asked for, all others
with base64 unless a URL was; only the others have usage, streams and more than the size in their answer. A URL serves
the picture as long as the server lives.

Weak spots: every picture is a png, whatever `output_format` says, and the answer admits it; sizes end at 4096 pixels.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from typed_openai.local import tokens
from typed_openai.local.errors import ApiError, missing, not_found, wrong_value
from typed_openai.local.exchange import Answer, Event, Reply, Request, StreamReply
from typed_openai.local.forms import UploadedFile
from typed_openai.local.models import require_model
from typed_openai.local.pictures import FINE, png
from typed_openai.local.router import PREFIX, route
from typed_openai.local.state import State

PICTURES = ("png", "jpg", "webp")
LARGEST_SIDE = 4096
MOST_PICTURES = 16
_SIZE = re.compile(r"(\d{1,4})x(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Drawing:
    """What to draw: what was asked, and the text that the picture is made from."""

    given: Mapping[str, Any]
    text: str
    model: str
    width: int
    height: int
    pictures_given: int = 0

    @property
    def is_dalle(self) -> bool:
        return self.model.startswith("dall-e")

    def drawn(self, number: int = 0, detail: int = FINE) -> bytes:
        """The picture of that number."""
        return png(f"{self.text} #{number}", self.width, self.height, detail)


class Drawn(dict[str, Drawing]):
    """What can be fetched by a URL: a drawing of one picture by name."""


@route("POST", "/images/generations")
def generate(request: Request, state: State) -> Answer:
    """Pictures for a prompt."""
    return _answer(request, state, _drawing(request.given, state), "image_generation")


@route("POST", "/images/edits")
def edit(request: Request, state: State) -> Answer:
    """Pictures for a prompt and other pictures."""
    from typed_openai.tokens.pictures import picture_size

    given, masks = request.files("image"), request.files("mask")
    if len(given) > MOST_PICTURES:
        raise wrong_value("image", f"The parameter 'image' has {len(given)} pictures; it may have {MOST_PICTURES}.")
    for number, file in enumerate(given):
        _require_picture(file, f"image[{number}]" if len(given) > 1 else "image", PICTURES)
    for mask in masks:
        _require_picture(mask, "mask", ("png",))
        if picture_size(given[0].content) not in (None, picture_size(mask.content)):
            raise wrong_value("mask", "The mask must have the size of the (first) picture.")
    drawing = _drawing({"model": "gpt-image-1.5", **request.given}, state)
    marks = [sha256(file.content).hexdigest() for file in (*given, *masks)]
    drawing = replace(drawing, text=" ".join([drawing.text, *marks]), pictures_given=len(given))
    return _answer(request, state, drawing, "image_edit")


@route("POST", "/images/variations")
def create_variation(request: Request, state: State) -> Answer:
    """Pictures that depend on another picture alone."""
    file = request.file("image")
    _require_picture(file, "image", ("png",))
    drawing = _drawing({**request.given, "prompt": sha256(file.content).hexdigest()}, state)
    return _answer(request, state, drawing, "")


@route("GET", "/images/local/{name}")
def fetch(request: Request, state: State) -> Reply:
    """A picture that an answer named by its URL."""
    name = request.path_params["name"]
    drawing = state.part(Drawn).get(name)
    if drawing is None:
        raise not_found("picture", name)
    return Reply(drawing.drawn(), content_type="image/png")


def _drawing(given: Mapping[str, Any], state: State) -> Drawing:
    prompt, model = given["prompt"], given.get("model") or "dall-e-2"
    if not prompt:
        raise missing("prompt")
    require_model(state, model)
    return Drawing(given, prompt, model, *_size(given.get("size") or "auto"))


def _size(text: str) -> tuple[int, int]:
    if text == "auto":
        return 1024, 1024
    found = _SIZE.fullmatch(text)
    sides = tuple(map(int, found.groups())) if found else ()
    if not sides or not all(1 <= side <= LARGEST_SIDE for side in sides):
        message = f"The parameter 'size' is {text!r}; it must be 'auto' or like '1024x1024', up to {LARGEST_SIDE}."
        raise wrong_value("size", message)
    return sides[0], sides[1]


def _require_picture(file: UploadedFile, param: str, kinds: tuple[str, ...]) -> None:
    from typed_openai.core.request.filetypes import suffix_of

    if suffix_of(file.content) not in kinds:
        message = f"The file {file.name!r} in {param!r} is not a picture of a kind that is taken: {', '.join(kinds)}."
        raise ApiError(400, message, param=param, code="invalid_image")


def _answer(request: Request, state: State, drawing: Drawing, event: str) -> Answer:
    given = drawing.given
    if given.get("stream") and not drawing.is_dalle and event:
        return StreamReply(list(_events(drawing, event, state.now())), ending=b"")
    as_url = (given.get("response_format") or ("url" if drawing.is_dalle else "b64_json")) == "url"
    data = [_picture(request, state, drawing, number, as_url) for number in range(given.get("n") or 1)]
    body: dict[str, object] = {"created": state.now(), "data": data}
    if not drawing.is_dalle:
        body |= {"background": "opaque", "output_format": "png", "size": f"{drawing.width}x{drawing.height}"}
        body |= {"quality": _quality(drawing), "usage": _usage(drawing)}
    return Reply(body)


def _picture(request: Request, state: State, drawing: Drawing, number: int, as_url: bool) -> dict[str, object]:
    shown: dict[str, object] = {"revised_prompt": drawing.given["prompt"]} if drawing.model == "dall-e-3" else {}
    if not as_url:
        return {**shown, "b64_json": b64encode(drawing.drawn(number)).decode()}
    name = f"{state.new_id('img-')}.png"
    state.part(Drawn)[name] = replace(drawing, text=f"{drawing.text} #{number}")
    host = request.headers.get("host", "127.0.0.1")
    return {**shown, "url": f"http://{host}{PREFIX}/images/local/{name}"}


def _events(drawing: Drawing, event: str, now: int) -> Iterator[Event]:
    about = {
        "created_at": now,
        "size": f"{drawing.width}x{drawing.height}",
        "quality": drawing.given.get("quality") or "auto",
        "background": drawing.given.get("background") or "auto",
        "output_format": "png",
    }
    for index in range(drawing.given.get("partial_images") or 0):
        coarse = b64encode(drawing.drawn(detail=2 << index)).decode()
        kind = f"{event}.partial_image"
        yield Event({"type": kind, "b64_json": coarse, **about, "partial_image_index": index}, kind)
    kind, fine = f"{event}.completed", b64encode(drawing.drawn()).decode()
    yield Event({"type": kind, "b64_json": fine, **about, "usage": _usage(drawing)}, kind)


def _quality(drawing: Drawing) -> str:
    asked = drawing.given.get("quality")
    return asked if asked in ("low", "medium", "high") else "medium"


def _usage(drawing: Drawing) -> dict[str, object]:
    """A picture costs a token for each square of 32 pixels, more where the quality is better."""
    factor = {"low": 1, "medium": 2, "high": 4}[_quality(drawing)]
    drawn = factor * (drawing.given.get("n") or 1) * max(1, drawing.width * drawing.height // 1024)
    text, given = tokens.count(drawing.given["prompt"]), 256 * drawing.pictures_given
    return {
        "input_tokens": text + given,
        "input_tokens_details": {"text_tokens": text, "image_tokens": given},
        "output_tokens": drawn,
        "total_tokens": text + given + drawn,
    }
