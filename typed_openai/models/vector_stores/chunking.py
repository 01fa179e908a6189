"""How a file is cut into chunks before it can be searched: what is asked for, and what was done.

API reference: "Vector stores" (`chunking_strategy`); the helpers of assistants and threads that make a vector store on
the way take the same objects.

Rules
* What is asked for is `auto` or `static`; an answer says `static` (also where `auto` was asked) or, for files that are
  older than chunking strategies, `other`. So `auto` and `other` are of one direction, `static` is of both.

Weak spots
* The overlap may be half of a chunk at most. The schema does not say so, and only the service checks it.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from typed_openai.models.base import Model, Params, Result, Tagged
from typed_openai.models.given_results import accepts_results
from typed_openai.models.shape import Shape
from typed_openai.models.unknown_kinds import UnknownKind

# --- asked for -------------------------------------------------------------------------------------------------------


class FileChunkingStrategyParam(Model):
    """A way to cut: `AutoFileChunkingStrategyParam` or `StaticFileChunkingStrategyObject`."""


class AutoFileChunkingStrategyParam(FileChunkingStrategyParam, Params):
    """The service's own way: chunks of 800 tokens that overlap by 400."""

    type: Literal["auto"] = "auto"


class StaticFileChunkingStrategy(Shape):
    """The sizes of chunks."""

    max_chunk_size_tokens: Annotated[int, Field(ge=100, le=4096)]
    """Tokens in a chunk at most, 100 to 4096."""
    chunk_overlap_tokens: int
    """Tokens that a chunk repeats of the one before, half a chunk at most."""


class StaticFileChunkingStrategyObject(FileChunkingStrategyParam, Shape):
    """Chunks of one size."""

    type: Literal["static"] = "static"
    static: StaticFileChunkingStrategy
    """The sizes."""


ChunkingStrategyParam: TypeAlias = Annotated[
    AutoFileChunkingStrategyParam | StaticFileChunkingStrategyObject, Tagged("type"), accepts_results()
]
"""A way to cut, as a field of a request."""

StaticFileChunkingStrategyParam = StaticFileChunkingStrategy
StaticFileChunkingStrategyObjectParam = StaticFileChunkingStrategyObject

# --- done ------------------------------------------------------------------------------------------------------------


class OtherFileChunkingStrategyObject(Result):
    """Nobody knows: the file was made searchable before there were chunking strategies."""

    type: Literal["other"]


class UnknownFileChunkingStrategy(UnknownKind):
    """A strategy that this package does not know yet; its fields are kept."""


FileChunkingStrategy: TypeAlias = Annotated[
    StaticFileChunkingStrategyObject | OtherFileChunkingStrategyObject | UnknownFileChunkingStrategy, Tagged("type")
]
"""How a file was cut."""
