"""Embeddings of any number of texts: `client.embeddings.create_many(texts, model=...)`, several requests at once.

Rules
* A request holds up to `MOST_INPUTS` texts and about `MOST_TOKENS` tokens. Vectors stand in the order of the texts.
* Numbers go from base64 to one block of float32 without a list of Python floats in between; servers that answer with
  numbers, or in another order, are read as any answer is.
* The first request that fails ends it, as every call: those under way come to their end, and nothing is kept. For what
  must survive that there is `client.bulk`.

Weak spot: tokens are counted roughly, so half of what the service allows is taken for the bound.
"""

from __future__ import annotations

import sys
from array import array
from binascii import a2b_base64
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from pydantic_core import from_json

from typed_openai.core.answer.records import HasRecords, Records
from typed_openai.core.extras import needed
from typed_openai.core.request.faults import shown
from typed_openai.core.run.effects import Flow, Together
from typed_openai.errors import ConfigurationError, Fault, RequestValidationError, ResponseValidationError
from typed_openai.models.dialects import usage_of
from typed_openai.models.embeddings import float32, swapped
from typed_openai.tokens.estimate import rough_token_count
from typed_openai.usage import Tokens
from typed_openai.usage import _tokens_of as tokens_of

if TYPE_CHECKING:
    from typed_openai.core.answer.raw import APIResponse

MOST_INPUTS = 2048
MOST_TOKENS = 150_000
_FLOAT = 4
Text: TypeAlias = "str | Sequence[int]"
"""A text, or its token numbers."""
_Block: TypeAlias = "tuple[bytes, int, str, Tokens]"
"""What a request brought: the numbers, how many to a vector, the model, and what it took."""


class Vectors(HasRecords, Sequence[Sequence[float]]):
    """Vectors of float32, in one block of memory; `numpy.asarray(vectors)`, `.array` and the Arrow stream share it.
    `records()` are `index` and `embedding`, a row for each vector."""

    __slots__ = ("data", "dimensions", "model", "usage")

    def __init__(self, data: bytearray, dimensions: int, model: str, usage: Tokens) -> None:
        self.data = data
        """All numbers, vector by vector, in the byte order of this machine."""
        self.dimensions = dimensions
        """How many numbers a vector has; 0 when there is none."""
        self.model = model
        """Name of the model that made them."""
        self.usage = usage
        """What all requests together consumed, in tokens."""

    @property
    def array(self) -> Any:
        """A numpy array of shape `(len(texts), dimensions)` and type float32, over the same memory. Raises
        `ConfigurationError` when numpy is not installed."""
        numpy = needed("numpy", "Vectors.array")
        return numpy.frombuffer(self.data, "=f4").reshape(len(self), self.dimensions)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        found = self.array
        return found.astype(dtype) if dtype is not None and dtype != found.dtype else found.copy() if copy else found

    def _records(self) -> Records:
        return Records({"index": place, "embedding": [*vector]} for place, vector in enumerate(self))

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows as an Arrow stream, vectors as lists of float32 of one length over the same memory. Raises
        `ConfigurationError` without pyarrow (extra `[parquet]`)."""
        from typed_openai.core.answer.vector_tables import stream_of

        return stream_of([{"index": place} for place in range(len(self))], self.data, self.dimensions, requested_schema)

    def __len__(self) -> int:
        return len(self.data) // (_FLOAT * self.dimensions) if self.dimensions else 0

    @overload
    def __getitem__(self, index: int) -> Sequence[float]: ...
    @overload
    def __getitem__(self, index: slice) -> Vectors: ...
    def __getitem__(self, index: int | slice) -> Sequence[float] | Vectors:
        """One vector, or some of them; they do not share the memory."""
        step = _FLOAT * self.dimensions
        if isinstance(index, slice):
            places = range(len(self))[index]
            data = bytearray().join(self.data[place * step : (place + 1) * step] for place in places)
            return Vectors(data, self.dimensions, self.model, self.usage)
        place = range(len(self))[index]
        return array("f", bytes(memoryview(self.data)[place * step : (place + 1) * step]))

    def __repr__(self) -> str:
        return f"<Vectors: {len(self)} x {self.dimensions}, {self.model}>"


def chunks(texts: Iterable[Any]) -> Iterator[list[Text]]:
    """The texts of each request. Raises `RequestValidationError` for what is not text."""
    chunk: list[Text] = []
    size = 0
    for place, text in enumerate(texts):
        if not isinstance(text, str | Sequence) or isinstance(text, bytes) or not text:
            fault = Fault(f"texts[{place}]", "a text that is not empty, or its token numbers", shown(text))
            raise RequestValidationError("embeddings.create_many", [fault])
        tokens = rough_token_count(text) if isinstance(text, str) else len(text)
        other = bool(chunk) and isinstance(chunk[0], str) is not isinstance(text, str)
        if chunk and (len(chunk) == MOST_INPUTS or size + tokens > MOST_TOKENS or other):
            yield chunk
            chunk, size = [], 0
        chunk.append(text)
        size += tokens
    if chunk:
        yield chunk


def embedded(
    create: Callable[..., Flow[APIResponse[Any]]], texts: Iterable[Text], concurrency: Any, params: dict[str, Any]
) -> Flow[Vectors]:
    """The vectors of all texts; `create` is the raw call."""
    if isinstance(texts, str):
        hint = "for one text there is embeddings.create"
        raise RequestValidationError("embeddings.create_many", [Fault("texts", "many texts", shown(texts), hint)])
    if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
        raise ConfigurationError(f"concurrency: a number of 1 or more, got {concurrency!r}")
    flows = [_block(create, chunk, params) for chunk in chunks(texts)]
    blocks: list[_Block] = yield Together(flows, concurrency)
    data, dimensions, model, usage = bytearray(), 0, "", Tokens()
    for block, each, name, taken in blocks:
        if dimensions not in (0, each):
            raise ResponseValidationError(
                f"embeddings.create_many: vectors of one length, got {dimensions} and {each} numbers"
            )
        data += block
        dimensions, model, usage = each, name, usage.plus(taken)
    return Vectors(data, dimensions, model, usage)


def _block(create: Callable[..., Flow[APIResponse[Any]]], chunk: list[Text], params: dict[str, Any]) -> Flow[_Block]:
    answer = yield from create(**params, input=chunk)
    data: Any = from_json(answer.content) if answer.content.lstrip().startswith(b"{") else None
    vectors = _as_sent(data, len(chunk))
    if vectors is None:
        data = answer.parse()
        vectors = [float32(item.embedding) for item in data.data]
    if len(vectors) != len(chunk) or len({*map(len, vectors)}) != 1:
        told = f"{len(vectors)} of {', '.join(str(size // _FLOAT) for size in {*map(len, vectors)})} numbers"
        message = f"embeddings.create_many: {len(chunk)} vectors of one length, got {told}"
        raise ResponseValidationError(message, meta=answer.meta, content=answer.content)
    model = data.get("model") if isinstance(data, dict) else data.model
    return b"".join(vectors), len(vectors[0]) // _FLOAT, model or "", tokens_of(usage_of(data)) or Tokens()


def _as_sent(data: Any, count: int) -> list[bytes] | None:
    """The vectors of an answer that holds them all in their order as base64; None for any other."""
    items = data.get("data") if isinstance(data, dict) else None
    if not isinstance(items, list) or len(items) != count or "error" in data:
        return None
    found: list[bytes] = []
    for place, item in enumerate(items):
        text = item.get("embedding") if isinstance(item, dict) else None
        if not isinstance(text, str) or item.get("index") != place:
            return None
        try:
            numbers = a2b_base64(text, strict_mode=True)
        except ValueError:
            return None
        if len(numbers) % _FLOAT:
            return None
        found.append(numbers if sys.byteorder == "little" else swapped(numbers))
    return found
