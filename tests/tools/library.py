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
from typed_openai.core.declare.endpoint import Helper, Nested, Resource, asynchronous, delete, get, post
from typed_openai.core.declare.flow_methods import steps
from typed_openai.core.run.flow import Flow
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


AsyncChapters = asynchronous(Chapters)


class Books(Resource):
    """Write and read books."""

    path = "books"

    create = post("/books", BookCreateParams, Book, stream=Pages)
    """Write a book."""
    read = post("/books", BookCreateParams, Book, stream=Pages, events=Helper(Reading, AsyncReading, Voice))
    """Write a book and read it aloud."""
    update = post("/books/{book_id}", BookCreateParams, Book)
    """Write it again."""
    list = get("/books", BookListParams, CursorPage[Book])
    """List books."""
    scan = get("/books/{book_id}/scan", Binary)
    """Its pictures."""
    delete = delete("/books/{book_id}", Book)
    """Burn a book."""
    chapters = Nested(__name__, "Chapters")

    @steps
    def wait(self, book_id: str, *, wait: Waiting | None = None) -> Flow[Book]:
        """Wait until a book is written."""
        book: Book = yield from self.scan.steps(book_id, wait=wait)
        return book

    @steps(params=BookCreateParams, leave_out=("stream",))
    def create_and_wait(self, *, wait: Waiting | None = None, **params: Any) -> Flow[Book]:
        """Write a book and wait for it."""
        book: Book = yield from self.create.steps(wait=wait, **params)
        return book

    @steps
    def retell(self, book_id: str, *, kind: type[V]) -> Flow[dict[str, V]]:
        """What each chapter says, as values of a type."""
        read: V = yield from self.scan.steps(book_id, kind=kind)
        return {"all": read}


AsyncBooks = asynchronous(Books)


class Library:
    """All areas."""

    books = Nested(__name__, "Books")
    """Books."""

    with_raw_response = Resources.with_raw_response


class AsyncLibrary(Library):
    """All areas, awaited."""
