"""Decisions: questions with few possible answers, and how likely each answer is.

API reference: "Decisions", and "Live", decisions, as the official package 3.57.0 has them.

Weak spot: how many questions and choices there may be is for the server to say.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from typed_openai.models.base import Result, Tagged, UnknownTag
from typed_openai.models.decisions.items import DecisionContent
from typed_openai.models.priced import Priced
from typed_openai.models.shape import Shape
from typed_openai.models.unknown_kinds import UnknownKind

# --- questions -------------------------------------------------------------------------------------------------------


class DecisionQuestionBase(Shape):
    """What all questions have."""

    instructions: DecisionContent
    """What is asked: a text, or texts, pictures and data."""
    name: str | None = None
    """A name of yours: the answer bears it."""


class DecisionPredicate(DecisionQuestionBase):
    """Is it so?"""

    type: Literal["predicate"] = "predicate"


class DecisionChoiceOption(Shape):
    """One of the answers to choose from."""

    value: str | bool
    """The answer."""
    description: str | None = None
    """When it is the right one."""


class DecisionChoice(DecisionQuestionBase):
    """Which of these is it?"""

    type: Literal["choice"] = "choice"
    choices: Annotated[list[DecisionChoiceOption], Field(min_length=2, max_length=255)]
    """What there is to choose from, 2 to 255 answers."""


class DecisionScoreLevel(Shape):
    """One step of a scale."""

    label: str
    """What it is called."""
    description: str | None = None
    """When it is reached."""


class DecisionScore(DecisionQuestionBase):
    """How much is it?"""

    type: Literal["score"] = "score"
    levels: list[DecisionScoreLevel]
    """The scale, from its lowest step."""


class UnknownDecisionQuestion(UnknownKind):
    """A question of a kind that is newer than this package; its data is in `model_extra`."""


DecisionQuestion: TypeAlias = Annotated[
    DecisionPredicate | DecisionChoice | DecisionScore | UnknownDecisionQuestion, Tagged("type")
]
"""A question, told apart by `type`."""

# --- answers ---------------------------------------------------------------------------------------------------------


class NamedAnswer(Result):
    """What all answers have."""

    name: str | None = None
    """The name of the question, where it has one."""


class PredicateAnswer(NamedAnswer):
    """Whether it is so."""

    type: Literal["predicate"]
    probability: float
    """How likely it is so, from 0 to 1."""


class ChoiceProbability(Result):
    """How likely one of the answers is."""

    value: str | bool
    """The answer."""
    probability: float
    """From 0 to 1."""


class ChoiceAnswer(NamedAnswer):
    """Which of them it is."""

    type: Literal["choice"]
    choice: str | bool
    """The likeliest answer."""
    confidence: float
    """How sure that is, from 0 to 1."""
    probabilities: list[ChoiceProbability]
    """How likely each answer is."""


class ScoreProbability(Result):
    """How likely one step of a scale is."""

    label: str
    """What it is called."""
    value: int
    """Which step it is."""
    probability: float
    """From 0 to 1."""


class ScoreAnswer(NamedAnswer):
    """How much it is."""

    type: Literal["score"]
    score: float
    """A place on the scale, which may be between two steps."""
    confidence: float
    """How sure that is, from 0 to 1."""
    probabilities: list[ScoreProbability]
    """How likely each step is."""


class RefusalAnswer(NamedAnswer):
    """The model does not answer this."""

    type: Literal["refusal"]


class UnknownAnswer(NamedAnswer):
    """An answer of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of answer."""


AnyDecisionAnswer: TypeAlias = Annotated[
    PredicateAnswer | ChoiceAnswer | ScoreAnswer | RefusalAnswer | UnknownAnswer, Tagged("type")
]
"""An answer, told apart by `type`."""


class DecisionInputTokensDetails(Result):
    """What tokens of the input were cached."""

    cached_tokens: int
    """Those that were read from the cache."""
    cache_write_tokens: int
    """Those that were written to it."""


class DecisionOutputTokensDetails(Result):
    """What tokens of the output stand for."""

    reasoning_tokens: int
    """Those of thoughts."""


class DecisionUsage(Result):
    """What a decision consumed, in tokens."""

    input_tokens: int
    """Those that the model read."""
    input_tokens_details: DecisionInputTokensDetails
    """What of them was cached."""
    output_tokens: int
    """Those that it made."""
    output_tokens_details: DecisionOutputTokensDetails
    """What they stand for."""
    total_tokens: int
    """All of them."""


class Decision(Priced, Result):
    """Answers to questions."""

    model: str
    """Name of the model."""
    answers: list[AnyDecisionAnswer]
    """One for each question, in their order."""
    usage: DecisionUsage
    """What they consumed."""
