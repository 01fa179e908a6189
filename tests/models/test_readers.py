"""A large union is read by the tag at the head of the text, and gives what the whole gives: true of each there is."""

from __future__ import annotations

import json
import random
from functools import cache
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from tests.models.test_deferred import aliased, forms, models_in, outcome, said
from typed_openai.models.base import Tagged
from typed_openai.models.readers import UnionReader, reader_of


@cache
def large() -> dict[str, Any]:
    """Every union that is read by its tags, by its name."""
    found = {place: form for place, form in forms() if place.isidentifier() and tagged(form) is not None}
    return {place: form for place, form in found.items() if isinstance(reader_of(form), UnionReader)}


def tagged(form: Any) -> Tagged | None:
    marks = getattr(aliased(form), "__metadata__", ())
    return next((mark for mark in marks if isinstance(mark, Tagged)), None)


def test_the_events_of_all_sockets_are_read_by_their_tags() -> None:
    for name in ("ResponseStreamEvent", "RealtimeServerEvent", "LiveServerEvent", "UnwrapWebhookEvent"):
        assert name in large()


@pytest.mark.parametrize("place", list(large()))
def test_a_member_that_is_read_by_its_tag_is_what_the_union_reads(place: str) -> None:
    form = large()[place]
    late, whole = reader_of(form), TypeAdapter(form).validator
    mark = tagged(form)
    assert mark is not None
    field = mark.field
    chance = random.Random(place)
    for model in models_in(get_args(aliased(form))[0]):
        for _ in range(4):
            data = said(model, chance)
            tag = data.pop(field, "newer")
            texts = [
                json.dumps({field: tag, **data}),
                json.dumps({**data, field: tag}),
                json.dumps({field: tag, **data}, indent=1),
                json.dumps({field: tag, **data}).replace("{", f'{{"{field}": "newer", ', 1),
                json.dumps({field: tag, **data})[:-1] + f', "{field}": "newer"}}',
                json.dumps({field: tag, **data})[:-1],
                json.dumps({field: 'h\u00e9 "', **data}),
            ]
            for text in texts:
                for content in (text, text.encode()):
                    for strict in (True, None):
                        expected = outcome(whole.validate_json, content, strict=strict)
                        assert outcome(late.validate_json, content, strict=strict) == expected
