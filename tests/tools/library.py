"""A made-up area of an API, declared as real ones are: what the stub generator is tested with."""

from typing import Any

from tests.tools.books import (
    AsyncReading,
    Book,
    BookCreateParams,
    BookListParams,
    HardCover,
    Pages,
    Reading,
    V,
    Voice,
)
from typed_openai.client import BaseClient
from typed_openai.core.answer.pages import CursorPage, Page
from typed_openai.core.answer.raw import Binary
from typed_openai.core.declare.event_kinds import EventKind
from typed_openai.core.declare.flow_methods import flow_method
from typed_openai.core.declare.resource import Nested
from typed_openai.core.declare.verbs import Resource, delete, get, post
from typed_openai.core.run.effects import Flow
from typed_openai.core.run.waiting import Waiting
from typed_openai.resources import Resources

SHELVES = 3
_HIDDEN = 4


def with_cover(client: BaseClient, params: dict[str, Any]) -> dict[str, Any]:
    """Every book has one."""
    return {"cover": HardCover()} if client.is_async and not params else {}


class Chapters(Resource):
    """The chapters of a book."""

    path = "books.chapters"

    list = get("/books/{book_id}/chapters", Page[Book])
    """List the chapters."""


AsyncChapters = Chapters.awaited


class Books(Resource):
    """Write and read books."""

    path = "books"

    create = post("/books", BookCreateParams, Book, stream=Pages)
    """Write a book."""
    read = post("/books", BookCreateParams, Book, stream=Pages, events=EventKind(Reading, AsyncReading, Voice))
    """Write a book and read it aloud."""
    update = post("/books/{book_id}", BookCreateParams, Book)
    """Write it again."""
    list = get("/books", BookListParams, CursorPage[Book])
    """List books."""
    scan = get("/books/{book_id}/scan", Binary)
    """Its pictures."""
    delete = delete("/books/{book_id}", Book)
    """Burn a book."""
    chapters = Nested(f"{__name__}.Chapters")

    @flow_method
    def wait(self, book_id: str, *, wait: Waiting | None = None) -> Flow[Book]:
        """Wait until a book is written."""
        book: Book = yield from self.scan.flow(book_id, wait=wait)
        return book

    @flow_method(params=BookCreateParams, leave_out=("stream",))
    def create_and_wait(self, *, wait: Waiting | None = None, **params: Any) -> Flow[Book]:
        """Write a book and wait for it."""
        book: Book = yield from self.create.flow(wait=wait, **params)
        return book

    @flow_method
    def retell(self, book_id: str, *, kind: type[V]) -> Flow[dict[str, V]]:
        """What each chapter says, as values of a type."""
        read: V = yield from self.scan.flow(book_id, kind=kind)
        return {"all": read}


AsyncBooks = Books.awaited


class Library:
    """All areas."""

    books = Nested(f"{__name__}.Books")
    """Books."""

    with_raw_response = Resources.with_raw_response


class AsyncLibrary(Library):
    """All areas, awaited."""
