"""How a realtime model shall answer once: the `response` of the client event `response.create`.

API reference: "Realtime", `response.create`.

Rules
* What is left out is as the session has it; what is given holds for this one answer.
* A response says its voice in a word, whoever made it (`RealtimeResponseAudioOutput`); one that is asked for may be
  given as an object. So the sound of an answer has two classes.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import StrictBool

from typed_openai.models.base import Params, Tagged
from typed_openai.models.realtime.audio import RealtimeAudioFormats, RealtimeVoice
from typed_openai.models.realtime.items import AnyRealtimeItem
from typed_openai.models.realtime.session import MaxOutputTokens, RealtimeReasoning, RealtimeToolChoice, RealtimeTools
from typed_openai.models.responses.results import ResponsePrompt
from typed_openai.models.shape import CLOSED
from typed_openai.models.shared import Metadata


class RealtimeResponseAudioOutputParams(Params):
    """How the answer sounds."""

    format: Annotated[RealtimeAudioFormats, CLOSED] | None = None
    """How it is encoded."""
    voice: RealtimeVoice | None = None
    """Who says it; fixed once something was said."""


class RealtimeResponseCreateAudioOutput(Params):
    """The sound of the answer."""

    output: RealtimeResponseAudioOutputParams | None = None
    """How it sounds."""


class ResponseItemReference(Params):
    """An item of the conversation, by its id."""

    type: Literal["item_reference"] = "item_reference"
    id: str
    """Its id."""


RealtimeResponseInput: TypeAlias = Annotated[AnyRealtimeItem | ResponseItemReference, Tagged("type")]
"""An item, or a reference to one of the conversation."""


class RealtimeResponseCreateParams(Params):
    """How the model shall answer."""

    output_modalities: list[Literal["text", "audio"]] | None = None
    """How it answers: `["audio"]` (with a transcript) or `["text"]`."""
    instructions: str | None = None
    """What the model should do, for this answer."""
    audio: RealtimeResponseCreateAudioOutput | None = None
    """The sound of the answer."""
    tools: RealtimeTools | None = None
    """What the model may call."""
    tool_choice: RealtimeToolChoice | None = None
    """Which tools it uses; `auto` by default."""
    parallel_tool_calls: StrictBool | None = None
    """Whether it may call several at once; for reasoning models."""
    reasoning: RealtimeReasoning | None = None
    """How it thinks; for reasoning models."""
    max_output_tokens: MaxOutputTokens | None = None
    """How long the answer may become with its calls, 1 to 4096 tokens, or `inf`."""
    conversation: str | None = None
    """`auto` (default): it goes into the conversation; `none`: it does not."""
    metadata: Metadata | None = None
    """Your own notes: up to 16 pairs. They come back with the response, and tell several apart."""
    prompt: ResponsePrompt | None = None
    """A stored prompt to answer by."""
    input: list[Annotated[RealtimeResponseInput, CLOSED]] | None = None
    """What to answer, in place of the conversation; an empty list answers to nothing but the instructions."""
