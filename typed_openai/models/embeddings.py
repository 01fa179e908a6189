"""Embeddings: texts or tokens go in, one vector of floats for each comes out (`/embeddings`).

API reference: "Embeddings" (create).

Rules
* `input` is one text, many texts, one text as token numbers, or many of those. The first element of a list decides
  which it is, so that a fault is reported once and where it is, not once for each thing it might have been. Tuples,
  iterators, sets and generators are read exactly once, before that decision.
* Token numbers are strict: neither `True` nor `"15"` nor `1.0` is one.
* `Embedding.embedding` is always `list[float]`. A server may answer with numbers or with base64 of little-endian
  float32, whatever was asked; the first is validated in Rust alone, the second decoded with the standard library.
* Vectors stand in the order of the inputs: those that come in another are sorted by `index`, and an issue says so.

Weak spots
* A vector that came as base64 dumps as numbers: the one place where a dump is not literally what came in. The numbers
  are exact, because every float32 is a float.
* When a vector is broken, the error is reported for both readings (`floats` and `base64`): telling them apart first
  would cost the fast path its speed.
* `array` of a vector that came as base64 is what came: a number that you change in the list is not changed there.
* base64 must be the plain alphabet with padding and without line breaks, which is what servers send.
"""

import builtins
import sys
from array import array
from binascii import a2b_base64
from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, GetCoreSchemaHandler, StrictInt, Tag
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from typed_openai.core.answer.meta import Issue
from typed_openai.core.answer.records import HasRecords, Records, rows_of
from typed_openai.core.extras import needed
from typed_openai.models.asked import count_of, fewer, listed
from typed_openai.models.base import AnsweredBy, Asked, Open, Params, Result
from typed_openai.models.known_values import KnownEmbeddingModel
from typed_openai.models.priced import Priced
from typed_openai.models.text_inputs import TEXT_OR_TOKENS, Tokens, gathers_items

EmbeddingInput: TypeAlias = Annotated[
    Annotated[str, Tag("text")]
    | Annotated[list[str], Field(min_length=1, max_length=2048), Tag("texts")]
    | Annotated[list[StrictInt], Field(min_length=1, max_length=2048), Tag("tokens")]
    | Annotated[list[Tokens], Field(min_length=1, max_length=2048), Tag("token_lists")],
    TEXT_OR_TOKENS,
    gathers_items(),
]
"""One text or many, as strings or as token numbers; lists hold 1 to 2048 items."""


class EmbeddingCreateParams(Params, AnsweredBy["CreateEmbeddingResponse"]):
    """What to embed, with which model, and how the vectors shall look."""

    model: KnownEmbeddingModel
    """Name of the embedding model."""
    input: EmbeddingInput
    """The text, texts, tokens or lists of tokens to embed: 1 to 2048 items in a list, one vector for each."""
    dimensions: Annotated[StrictInt, Field(ge=1)] | None = None
    """How many numbers a vector shall have, at least 1; by default as many as the model makes."""
    encoding_format: Literal["float", "base64"] | None = None
    """How vectors travel: `float` (the server's default) or the smaller `base64`; the result is the same."""
    user: str | None = None
    """Your own stable identifier of the end user, for abuse detection."""


_SHOWN = 10
"""Indexes that an issue shows."""


class Float32List(list[float]):
    """A list of floats that came as base64, and the bytes that it was decoded from, in this machine's order."""

    __slots__ = ("raw",)
    raw: bytes


class _FloatVector:
    """Run-time schema of `FloatVector`: a list of floats, or a base64 string that is decoded to one."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        floats = core_schema.list_schema(core_schema.float_schema())
        text = core_schema.no_info_after_validator_function(_decoded, core_schema.str_schema(strict=True))
        return core_schema.union_schema([(floats, "floats"), (text, "base64")], mode="left_to_right")


def _decoded(text: str) -> list[float]:
    try:
        raw = a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise PydanticCustomError(
            "base64", "Input should be valid base64 of little-endian float32 numbers: {reason}", {"reason": str(error)}
        ) from error
    if len(raw) % 4:
        raise PydanticCustomError(
            "float32_length",
            "Input should be base64 of whole float32 numbers (4 bytes each), but holds {length} bytes",
            {"length": len(raw)},
        )
    if sys.byteorder == "big":
        raw = swapped(raw)
    found = Float32List(array("f", raw).tolist())
    found.raw = raw
    return found


def swapped(raw: bytes) -> bytes:
    """float32 numbers with the bytes of each in the other order."""
    numbers = array("f", raw)
    numbers.byteswap()
    return numbers.tobytes()


def float32(vector: list[float]) -> bytes:
    """The numbers of a vector as float32 in the byte order of this machine: the bytes that came, where they did."""
    return vector.raw if isinstance(vector, Float32List) else array("f", vector).tobytes()


FloatVector: TypeAlias = Annotated[list[float], _FloatVector()]
"""A list of floats, sent as numbers or as base64 of little-endian float32."""


class Embedding(Result):
    """One vector, and which of the inputs it belongs to."""

    embedding: FloatVector
    """The vector, always as a list of floats; its length depends on the model and on `dimensions`."""
    index: int
    """Position of its text in `input`, from 0."""
    object: Open[Literal["embedding"]]

    @property
    def array(self) -> Any:
        """The vector as a numpy array of float32, which cannot be written to. No number is copied: it stands on the
        bytes that the server sent, unless it sent numbers as text. Raises `ConfigurationError` without numpy."""
        numpy = needed("numpy", "Embedding.array")
        return numpy.frombuffer(float32(self.embedding), "=f4")


class EmbeddingUsage(Result):
    """What a request for embeddings consumed."""

    prompt_tokens: int
    """Tokens of all inputs together."""
    total_tokens: int
    """All tokens that count: the same number, since nothing is generated."""


class CreateEmbeddingResponse(HasRecords, Priced, Result):
    """The vectors of one request, and what they cost. `records()` are a row for each vector; its Arrow stream has
    vectors that came as base64 as lists of float32 of one length."""

    data: list[Embedding]
    """One vector for each input; `index` says which."""
    model: str
    """Name of the model that made them."""
    object: Open[Literal["list"]]
    usage: EmbeddingUsage
    """What the request consumed, in tokens."""

    def _records(self) -> Records:
        return rows_of(listed(self.data))

    def __arrow_c_stream__(self, requested_schema: builtins.object = None) -> builtins.object:
        """The rows as an Arrow stream, which pandas, polars and duckdb take. Raises `ConfigurationError` without
        pyarrow (extra `[parquet]`)."""
        from typed_openai.core.answer.vector_tables import stream_of

        vectors = [getattr(item, "embedding", None) for item in listed(self.data)]
        raws = [vector.raw for vector in vectors if isinstance(vector, Float32List)]
        sizes = {*map(len, raws)}
        if len(raws) != len(vectors) or len(sizes) != 1 or 0 in sizes:
            return super().__arrow_c_stream__(requested_schema)
        rows = [{name: value for name, value in row.items() if name != "embedding"} for row in self._records()]
        return stream_of(rows, b"".join(raws), sizes.pop() // 4, requested_schema)

    def is_answer(self) -> bool:
        """Whether there is a vector."""
        data: Any = self.data  # a server that deviates may send anything
        return isinstance(data, list) and any(getattr(item, "embedding", None) for item in data)

    def check_asked(self, asked: Asked) -> Iterable[Issue]:
        """Whether there is one vector for each input, in their order (else they are put into it), of `dimensions`."""
        vectors = listed(self.data)
        yield from fewer("/data", "vectors, one for each input", count_of(asked("input")), vectors)
        places = [getattr(vector, "index", None) for vector in vectors]
        if places != [*range(len(places))]:
            told = ", ".join(map(str, places[:_SHOWN])) + (", …" if len(places) > _SHOWN else "")
            if all(type(place) is int for place in places) and len({*places}) == len(places):
                vectors.sort(key=lambda vector: vector.index)
                yield Issue("/data", "vectors in the order that was asked for (they are in it now)", f"indexes {told}")
            else:
                yield Issue("/data", "an index for each of the vectors, which were asked for", f"indexes {told}")
        wanted = asked("dimensions")
        sizes = {len(listed(getattr(vector, "embedding", None))) for vector in vectors}
        if isinstance(wanted, int) and sizes - {wanted}:
            told = " or ".join(map(str, sorted(sizes)))
            yield Issue("/data/0/embedding", f"{wanted} numbers (dimensions), which were asked for", told)
