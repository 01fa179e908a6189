"""Legacy completions: a prompt goes in as bare text or tokens, its continuation comes out (`/completions`).

API reference: "Completions" (create), plain and streamed. New applications use chat; base models, fill-in-the-middle
and many self-hosted servers still speak this.

Rules
* `prompt` takes one text, many texts, one text as token numbers, or many of those; see `embeddings.py`, whose `input`
  is read in the same way. `None` leaves it out and `NULL` sends null: the server then continues from nothing.
* An answer and an event of its stream have the same shape, `Completion`. In an event `text` is what is new, and
  `finish_reason` is None until the last one of its choice; in a final event with usage `choices` is empty.
* `text` and `choice` of a `Completion` never raise: they are `""` and None when there is no choice.

Weak spots
* The description calls `finish_reason` required; it may be None here because every stream sends null before the end.
* With `echo` and `logprobs` the first token has no probability: the lists hold None there, which the description
  does not say.
"""

from collections.abc import Iterable
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StrictBool, StrictFloat, StrictInt, Tag

from typed_openai.core.answer.meta import Issue
from typed_openai.core.answer.records import HasRecords, Records
from typed_openai.models.asked import count_of, fewer, listed, missing
from typed_openai.models.base import AnsweredBy, Asked, Nullable, Open, Params, Result
from typed_openai.models.known_values import KnownCompletionModel
from typed_openai.models.priced import Priced
from typed_openai.models.shared import (
    CompletionUsage,
    ContentFilterResults,
    Penalty,
    PromptFilterResult,
    StreamOptions,
    StringOrList,
    TokenBias,
)
from typed_openai.models.text_inputs import TEXT_OR_TOKENS, Tokens, gathers_items

Prompt: TypeAlias = Annotated[
    Annotated[str, Tag("text")]
    | Annotated[list[str], Tag("texts")]
    | Annotated[Tokens, Tag("tokens")]
    | Annotated[list[Tokens], Field(min_length=1), Tag("token_lists")],
    TEXT_OR_TOKENS,
    gathers_items(),
]
"""One text or many, as strings or as token numbers."""

Stop: TypeAlias = StringOrList[str, Annotated[list[str], Field(min_length=1, max_length=4)]]
"""One text that ends a generation, or 1 to 4 of them."""


class CompletionCreateParams(Params, AnsweredBy["Completion"]):
    """The prompt to continue, and how."""

    model: KnownCompletionModel
    """Name of the model."""
    prompt: Nullable[Prompt]
    """The text, texts, tokens or lists of tokens to continue."""
    best_of: Nullable[Annotated[StrictInt, Field(ge=0, le=20)]] = None
    """Generate that many on the server and return the best `n` of them; 0 to 20, 1 by default, not with streams."""
    echo: Nullable[StrictBool] = None
    """Repeat the prompt in front of the answer; False by default."""
    frequency_penalty: Nullable[Penalty] = None
    """Above 0 makes repeated tokens less likely, the more often they occurred; -2 to 2, 0 by default."""
    logit_bias: Nullable[TokenBias] = None
    """Token number (as a string) to what is added to its logit, -100 (never) to 100 (only that)."""
    logprobs: Nullable[Annotated[StrictInt, Field(ge=0, le=5)]] = None
    """Report the probabilities of the chosen token and of that many likely ones, 0 to 5; none by default."""
    max_tokens: Nullable[Annotated[StrictInt, Field(ge=0)]] = None
    """Generate at most that many tokens; 16 by default."""
    n: Nullable[Annotated[StrictInt, Field(ge=1, le=128)]] = None
    """How many choices to return for each prompt; 1 to 128, 1 by default."""
    presence_penalty: Nullable[Penalty] = None
    """Above 0 makes tokens less likely that occurred at all; -2 to 2, 0 by default."""
    seed: Nullable[Annotated[StrictInt, Field(ge=-(2**63), lt=2**63)]] = None
    """Same seed, same parameters: the same answer as far as the server can; a signed 64-bit number."""
    stop: Nullable[Stop] = None
    """The text, or up to 4 texts, at which generation ends; not part of the answer."""
    stream: Nullable[StrictBool] = None
    """Send the answer in events as it is generated; False by default."""
    stream_options: Nullable[StreamOptions] = None
    """What a stream carries besides text; only together with `stream`."""
    suffix: Nullable[str] = None
    """Text that comes after the answer: fill in the middle."""
    temperature: Nullable[Annotated[StrictFloat, Field(ge=0, le=2)]] = None
    """Randomness from 0 to 2; 1 by default."""
    top_p: Nullable[Annotated[StrictFloat, Field(ge=0, le=1)]] = None
    """Only consider the likeliest tokens that have this much probability together; 0 to 1, 1 by default."""
    user: str | None = None
    """Your own stable identifier of the end user, for abuse detection."""


class CompletionLogprobs(HasRecords, Result):
    """Probabilities of the tokens of one choice: parallel lists, one item for each token. `records()` are a row for
    each token and each that could have stood in its place: `position`, `text_offset`, `rank` (0: written), `token`,
    `logprob`."""

    text_offset: list[int] | None = None
    """Where each token begins in the text, in characters."""
    token_logprobs: list[float | None] | None = None
    """Natural logarithm of each token's probability; None for the first token of an echoed prompt."""
    tokens: list[str] | None = None
    """The tokens as text."""
    top_logprobs: list[dict[str, float] | None] | None = None
    """The likeliest tokens at each place with their log probabilities; None as above."""

    def _records(self) -> Records:
        from typed_openai.models.logprob_rows import parallel_rows

        return Records(parallel_rows(self.tokens, self.token_logprobs, self.text_offset, self.top_logprobs))


class CompletionChoice(Result):
    """One continuation, or a piece of it."""

    text: str
    """The continuation; in a stream, what is new of it."""
    index: int
    """Which of the choices it is, from 0."""
    finish_reason: Open[Literal["stop", "length", "content_filter"]] | None = None
    """Why it ended: by itself, at `max_tokens`, or cut by a filter; None in a stream that goes on."""
    logprobs: CompletionLogprobs | None = None
    """Probabilities of the tokens, when asked for."""
    content_filter_results: ContentFilterResults | None = None
    """What Azure's filters found in it; other servers leave it out."""


class Completion(Priced, Result):
    """Continuations of the prompt; an event of a stream has the same shape."""

    id: str
    """The server's id of this completion; the same in all events of a stream."""
    choices: list[CompletionChoice]
    """The continuations, `n` for each prompt."""
    created: int
    """When it was made, Unix time in seconds."""
    model: str
    """Name of the model."""
    object: Open[Literal["text_completion"]]
    system_fingerprint: str | None = None
    """Changes when the server's set-up does: compare it when a `seed` stops giving the same answers."""
    usage: CompletionUsage | None = None
    """What the request consumed, in tokens; in streams only at the end and when asked for."""
    prompt_filter_results: list[PromptFilterResult] | None = None
    """What Azure's filters found in the prompts; other servers leave it out."""

    def is_answer(self) -> bool:
        """Whether there is a choice."""
        return bool(self.choices)

    def check_asked(self, asked: Asked) -> Iterable[Issue]:
        """Whether there are `n` choices for each prompt, and the log probabilities of what was said."""
        prompts, n = count_of(asked("prompt")), asked("n")
        if prompts is not None and (n is None or isinstance(n, int)):
            yield from fewer("/choices", "choices", prompts * (n or 1), self.choices)
        for place, choice in enumerate(listed(self.choices)):
            said, logprobs = getattr(choice, "text", None), getattr(choice, "logprobs", None)
            if isinstance(asked("logprobs"), int) and said and not logprobs:
                yield missing(f"/choices/{place}/logprobs", "log probabilities")

    @property
    def choice(self) -> CompletionChoice | None:
        """The first choice; None when there is none, as in the event that carries usage."""
        return self.choices[0] if self.choices else None

    @property
    def text(self) -> str:
        """The text of the first choice; empty when there is none."""
        return self.choices[0].text if self.choices else ""
