"""`POST /moderations`: scores from a short list of words. A toy, and it says so in its id.

A category is flagged when the text has a word from each of its groups. Everything else gets a tiny score that depends
on the text alone. An image is judged by the words in its URL, never by its pixels.

It shows the shape of the answers and lets both outcomes be tried. It protects nobody from anything.
"""

from __future__ import annotations

import re
import zlib
from typing import Any

from typed_openai.local.errors import refuse_empty
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.models import require_model
from typed_openai.local.router import route
from typed_openai.local.state import State

DEFAULT_MODEL = "omni-moderation-latest"

_THREAT = "kill killing hurt attack destroy beat shoot"
_HATE = "hate hateful inferior subhuman vermin"
_INSULT = "idiot stupid moron loser worthless pathetic"
_SELF_HARM = "suicide self-harm cutting"
_SEXUAL = "porn pornographic nude sex explicit"
_CRIME = "steal shoplift bomb counterfeit launder explosive"
_VIOLENCE = "kill killing murder shoot stab bomb attack violence violent"

CATEGORIES: dict[str, tuple[str, ...]] = {
    "harassment": (_INSULT,),
    "harassment/threatening": (_INSULT, _THREAT),
    "hate": (_HATE,),
    "hate/threatening": (_HATE, _THREAT),
    "illicit": (_CRIME, "how make build guide instructions"),
    "illicit/violent": ("bomb explosive weapon", "how make build guide instructions"),
    "self-harm": (_SELF_HARM,),
    "self-harm/instructions": (_SELF_HARM, "how guide instructions way"),
    "self-harm/intent": (_SELF_HARM, "i my myself me"),
    "sexual": (_SEXUAL,),
    "sexual/minors": (_SEXUAL, "child children minor minors underage"),
    "violence": (_VIOLENCE,),
    "violence/graphic": (_VIOLENCE, "blood gore guts bloody"),
}
"""Each category of the API with its groups of words: flagged when the text has one word out of every group."""

SEES_IMAGES = frozenset(
    ("self-harm", "self-harm/intent", "self-harm/instructions", "sexual", "violence", "violence/graphic")
)
"""The categories that the API applies to images as well."""

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def _judge(text: str | None, pictures: str | None = None) -> dict[str, object]:
    """What is judged together: the text, and the words of the images' URLs (None when there is no image)."""
    said, shown = (set(_WORD.findall((part or "").lower())) for part in (text, pictures))
    flags: dict[str, bool] = {}
    scores: dict[str, float] = {}
    kinds: dict[str, list[str]] = {}
    for category, groups in CATEGORIES.items():
        with_images = category in SEES_IMAGES and pictures is not None
        words = said | shown if with_images else said
        flags[category] = all(words & set(group.split()) for group in groups)
        noise = zlib.crc32(f"{category}:{text}:{pictures}".encode()) % 1000 / 1_000_000
        scores[category] = 0.9 + noise if flags[category] else noise
        kinds[category] = ["text"] * (text is not None) + ["image"] * with_images
    return {
        "flagged": any(flags.values()),
        "categories": flags,
        "category_scores": scores,
        "category_applied_input_types": kinds,
    }


def moderation_results(model: str, texts: list[str]) -> dict[str, object]:
    """The results object that other endpoints carry when they were asked to moderate what they were given."""
    results = [{**_judge(text), "model": model, "type": "moderation_result"} for text in texts]
    return {"type": "moderation_results", "model": model, "results": results}


@route("POST", "/moderations")
def create(request: Request, state: State) -> Reply:
    """A verdict for each text, or one for texts and images together when they come as parts."""
    model = request.given.get("model") or DEFAULT_MODEL
    require_model(state, model)
    results = [_judge(*each) for each in _inputs(request.given["input"])]
    return Reply({"id": state.new_id("modr-"), "model": model, "results": results})


def _inputs(value: str | list[Any]) -> list[tuple[str | None, str | None]]:
    parts: list[Any] = [value] if isinstance(value, str) else value
    refuse_empty("input", parts)
    if isinstance(parts[0], str):
        return [(text, None) for text in parts]
    texts = [part["text"] for part in parts if part["type"] == "text"]
    images = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
    urls = ["" if url.startswith("data:") else url for url in images]
    return [(" ".join(texts) if texts else None, " ".join(urls) if urls else None)]
