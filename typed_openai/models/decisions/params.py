"""Decisions: questions about a text, a picture or a conversation, and how likely each answer is (`/decisions`).

API reference: "Decisions" (create), as the official package 3.57.0 has it. Questions and answers
(`decisions/decisions.py`) and what is looked at (`decisions/items.py`) are those of live sessions, too.

Weak spot: that each output names a call that is there is for the service to say.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from typed_openai.models.base import AnsweredBy, Nullable, Params
from typed_openai.models.decisions.decisions import Decision, DecisionQuestion
from typed_openai.models.decisions.items import DecisionItem
from typed_openai.models.given_results import accepts_results
from typed_openai.models.shape import CLOSED
from typed_openai.models.shared import StringOrList

DecisionInput: TypeAlias = StringOrList[str, list[Annotated[DecisionItem, accepts_results()]]]
"""A text, or messages, calls of tools and their outputs in their order."""


class DecisionCacheOptions(Params):
    """How the beginning of the input is cached."""

    mode: Literal["implicit", "explicit"] | None = None
    """`implicit`: the service sets one breakpoint by itself, besides yours; `explicit`: only yours count."""
    ttl: Literal["30m"] | None = None
    """How long what is cached lives at least; `30m` is all there is."""


class DecisionCreateParams(Params, AnsweredBy[Decision]):
    """What to look at, and what to ask about it."""

    input: DecisionInput
    """A text, or messages, calls of tools and their outputs."""
    model: str
    """Name of the model: `gpt-6-luna`."""
    questions: Annotated[list[Annotated[DecisionQuestion, CLOSED]], Field(min_length=1, max_length=400)]
    """1 to 400 questions: is it so (`predicate`), which is it (`choice`), how much is it (`score`)."""
    prompt_cache_key: Nullable[str] = None
    """Requests with the same key share what is cached."""
    prompt_cache_options: Nullable[DecisionCacheOptions] = None
    """How the beginning of the input is cached."""
    safety_identifier: Nullable[str] = None
    """A stable, hashed id of the end user, for abuse detection."""
