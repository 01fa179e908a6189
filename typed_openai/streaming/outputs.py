"""Values of a type out of a stream: what is there already with each piece of text, the value itself at the end.

    with client.chat.completions.stream(model=..., messages=..., response_format=Order) as stream:
        for event in stream:
            if event.type == "output.partial":
                show(event.data)            # {"customer": "An"}: plain data, what has arrived
            elif event.type == "output.parsed":
                save(event.parsed)          # an Order
    order = stream.get_final_completion().parsed

Rules
* The events of the API come as ever; after each piece of answer text follows a `PartialOutput`, after the end of each
  answer that is a value a `ParsedOutput`.
* A partial output reads the text when it is looked at, and once: who does not look does not pay.
* What `parse` would raise is raised at the very end, after all events: an answer that was cut, filtered or refused, or
  does not fit, never ends a loop as if it were whole. The stream is complete then, so the error holds the completion.

Weak spot: to look at each partial output of a long answer is to read its text again and again, in Rust; looking ten
times a second shows as much.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

from typed_openai.core.request.faults import shown
from typed_openai.errors import OutputError
from typed_openai.models.base import Result
from typed_openai.streaming.accumulator import Accumulator, Reader

if TYPE_CHECKING:
    from typed_openai.structured.output_format import OutputFormat

C = TypeVar("C", bound=Result)
E = TypeVar("E")
F = TypeVar("F")
R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True, eq=False, repr=False)
class PartialOutput(Generic[T]):
    """What an answer is so far; `index` says of which choice."""

    _form: OutputFormat[T]
    _pieces: list[str]
    _count: int
    index: int = 0
    type: ClassVar[Literal["output.partial"]] = "output.partial"

    @cached_property
    def text(self) -> str:
        """The JSON text so far, as the model wrote it."""
        return "".join(self._pieces[: self._count])

    @cached_property
    def data(self) -> Any:
        """What is there, as plain data in the form of the type: lists, dicts, texts, numbers; None while nothing is.

        Texts may be cut; a number, a name or an entry of a dict that is cut is not there yet.
        """
        return self._form.partial_data(self.text)

    @cached_property
    def parsed(self) -> T | None:
        """A checked value of the type where what is there is one already, else None.

        A list or dict is one all the time, as far as its elements are there; a model once all that it requires is.
        Texts in it may be cut.
        """
        return self._form.read_partial(self.text)

    def __repr__(self) -> str:
        return f"PartialOutput({shown(self.text)}, index={self.index})"


@dataclass(frozen=True)
class ParsedOutput(Generic[T]):
    """An answer, whole and checked: `parsed` is the value; `index` says of which choice."""

    parsed: T
    index: int = 0
    type: ClassVar[Literal["output.parsed"]] = "output.parsed"


class OutputReader(Reader[C, E | PartialOutput[T] | ParsedOutput[T], R], Generic[C, E, R, T, F]):
    """Stands above the reader of an API and reads values of a type (T) out of its events (E).

    `F` is what `result` gives: the completion or response with its values.
    """

    def __init__(self, below: Reader[C, E, R], form: OutputFormat[T]) -> None:
        self.accumulator: Accumulator[Any, R] = below.accumulator
        self._below = below
        self._form = form
        self._pieces: dict[tuple[int, Hashable], list[str]] = {}
        self._known: dict[tuple[int, str], T] = {}
        self._result: F | None = None

    @property
    def innermost(self) -> Reader[C, Any, R]:
        return self._below.innermost

    def begin_anew(self) -> None:
        self._below.begin_anew()
        self.accumulator = self._below.accumulator

    def read(self, event: C) -> Iterator[E | PartialOutput[T] | ParsedOutput[T]]:
        for item in self._below.read(event):
            yield from self._with_outputs(item)

    def finish(self) -> Iterator[E | PartialOutput[T] | ParsedOutput[T]]:
        """What only the end reveals; raises `OutputError` where an answer is not a value."""
        for item in self._below.finish():
            yield from self._with_outputs(item)
        self.result()

    def _with_outputs(self, item: E) -> Iterator[E | PartialOutput[T] | ParsedOutput[T]]:
        yield item
        piece = self.piece_of(item)
        if not piece:
            yield from self.ended(item)
        elif (index := self.choice_of(item)) is not None:
            part = self.part_of(item)
            if (whole := self.put_right(item)) is not None:
                self._pieces[index, part] = [whole]
            else:
                self._pieces.setdefault((index, part), []).append(piece)
            pieces = self._pieces[index, part]
            yield PartialOutput(self._form, pieces, len(pieces), index)

    def text(self, event: E | PartialOutput[T] | ParsedOutput[T]) -> str:
        return "" if isinstance(event, PartialOutput | ParsedOutput) else self._below.text(event)

    def result(self) -> F:
        """The final result with its values, always the same. Raises `OutputError` where an answer is not a value."""
        if self._result is None:
            whole = self.accumulator.snapshot()
            if whole is None:
                raise OutputError("the stream came to its end with nothing in it")
            self._result = self.final(whole)
        return self._result

    def value(self, index: int, text: str) -> T:
        """The value of a whole text: read once, so that an event and the result hold the same."""
        if (index, text) not in self._known:
            self._known[index, text] = self._form.read(text)
        return self._known[index, text]

    def piece_of(self, event: E) -> str:
        """The piece of text in an event, of whichever answer; `""` where it has none."""
        return self._below.text(event)

    @abstractmethod
    def choice_of(self, event: E) -> int | None:
        """Which answer a piece of text belongs to; None where its beginning is not known."""

    def part_of(self, event: E) -> Hashable:
        """Which text of an answer with several a piece belongs to: each may be the value."""
        return None

    def put_right(self, event: E) -> str | None:
        """The whole text so far of its part, for a piece that did not come in its turn; None for one that did."""
        return None

    @abstractmethod
    def ended(self, event: E) -> Iterator[ParsedOutput[T]]:
        """The value of the answer that an event ends, if it ends one and that is a value."""

    @abstractmethod
    def final(self, whole: R) -> F:
        """The final result with its values. Raises `OutputError` where an answer is not a value."""
