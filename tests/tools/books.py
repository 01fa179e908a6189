"""The models of a made-up area of an API (`library.py`)."""

from typing import Annotated, Literal, TypeVar

from pydantic import Field, StrictBool, StrictInt

from typed_openai.models.base import Model, Nullable, Params, Result
from typed_openai.streaming.accumulator import Accumulator, Reader
from typed_openai.streaming.events import AsyncEventStream, EventStream

V = TypeVar("V")
"""What a reader makes of a book."""


class Cover(Model):
    """What a book is bound in."""


class HardCover(Cover, Params):
    """Boards."""

    kind: Literal["hard"] = "hard"


class SoftCover(Cover, Params):
    """Paper."""

    kind: Literal["soft"] = "soft"


class BookCreateParams(Params):
    """A book to write."""

    title: str
    """What it is called.

    Not shown in a signature: only the first paragraph is.
    """

    cover: Annotated[HardCover | SoftCover, Field(discriminator="kind")] | None = None
    """Hard or soft; says `"hard"` or `"soft"`."""

    pages: Nullable[Annotated[StrictInt, Field(ge=1)]] = None

    stream: StrictBool | None = None
    """Page by page."""


class BookListParams(Params):
    """Which books to list."""

    from_: str | None = Field(default=None, alias="author")
    """By whom."""


class Book(Result):
    """A book."""

    id: str


class PageOfBook(Result):
    """A page."""

    text: str


class Pages(Accumulator[PageOfBook, Book]):
    """Adds pages up to a book."""

    event = PageOfBook


class Reading(EventStream[str, Book]):
    """A book read aloud."""


class AsyncReading(AsyncEventStream[str, Book]):
    """A book read aloud."""


class Voice(Reader[PageOfBook, str, Book]):
    """Who reads."""
