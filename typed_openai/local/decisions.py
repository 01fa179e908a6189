"""`/decisions`: answers by rule, with probabilities that add up.

* A predicate is as likely as the share of its words that stand in the input.
* Of choices and levels the one is chosen that shares most words with the input, value and description together; the
  first of equals.
* A script (`LocalServer.answer`) says otherwise: a text is the answer to every choice; an object says the answer to
  each question by its name (`{"next_action": "scroll", "spam": 0.9, "mood": 2}`), null for a refusal.

Weak spot: pictures have no words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from typed_openai.local import tokens
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import Item
from typed_openai.local.models import require_model
from typed_openai.local.router import route
from typed_openai.local.script import Script
from typed_openai.local.state import State

_SURE = 0.9
_NOTHING: dict[str, Any] = {}


@route("POST", "/decisions")
def decide(request: Request, state: State) -> Reply:
    """One answer to each question."""
    given = request.given
    require_model(state, given["model"])
    return Reply(decided(given, given["input"], _script(state)))


def decided(asked: Mapping[str, Any], heard: object, said: Any = _NOTHING) -> Item:
    """One answer to each of the questions that are asked (`model`, `questions`) about what was heard."""
    words = _words(heard)
    answers = [_answer(question, words, said) for question in asked["questions"]]
    read = tokens.count(json.dumps([heard, asked["questions"]]))
    return {"model": asked["model"], "answers": answers, "usage": tokens.response_usage(read, len(answers))}


def _script(state: State) -> Any:
    """What is to be said: an object by names, a text for every choice, nothing."""
    told = state.part(Script).next(())
    if told is None or told.text is None:
        return _NOTHING
    try:
        found = json.loads(told.text)
    except ValueError:
        return told.text
    return found if isinstance(found, dict) else told.text


def _words(value: object) -> set[str]:
    return set(re.findall(r"\w+", json.dumps(value, ensure_ascii=False).lower()))


def _answer(question: dict[str, Any], words: set[str], said: Any) -> dict[str, Any]:
    name, kind = question.get("name"), question["type"]
    told = said.get(name, _NOTHING) if isinstance(said, dict) else said if kind == "choice" else _NOTHING
    if told is None:
        return {"type": "refusal", "name": name}
    asked = _words(question["instructions"])
    if kind == "predicate":
        share = len(asked & words) / max(1, len(asked))
        return {"type": kind, "name": name, "probability": round(told if _is_number(told) else share, 4)}
    if kind == "choice":
        values = [option["value"] for option in question["choices"]]
        chosen = values.index(told) if told in values else _nearest(question["choices"], words)
        each = [{"value": value, "probability": _share(place, chosen, values)} for place, value in enumerate(values)]
        return {"type": kind, "name": name, "choice": values[chosen], "confidence": _SURE, "probabilities": each}
    levels = question["levels"]
    chosen = max(0, min(int(told), len(levels) - 1)) if _is_number(told) else _nearest(levels, words)
    each = [
        {"label": level["label"], "value": place, "probability": _share(place, chosen, levels)}
        for place, level in enumerate(levels)
    ]
    return {"type": kind, "name": name, "score": float(chosen), "confidence": _SURE, "probabilities": each}


def _is_number(told: object) -> TypeGuard[float]:
    return isinstance(told, int | float)


def _nearest(options: Sequence[dict[str, Any]], words: set[str]) -> int:
    shared = [len(_words([*option.values()]) & words) for option in options]
    return shared.index(max(shared))


def _share(place: int, chosen: int, options: Sequence[object]) -> float:
    others = len(options) - 1
    return 1.0 if not others else _SURE if place == chosen else round((1 - _SURE) / others, 6)
