"""Lists: one typed page at hand, the next ones fetched while iterating. The fetching is one flow for both colours.

* `page.data` is this page; `for item in page` goes on over all pages; `page.has_next_page()` and `get_next_page()` go
  one page at a time; `limit=3` asks for pages of three, not for three items.
* A cursor page goes on from its `last_id`, else from the id of its last item (`after=`), as long as the server says
  that there are more, whether it has items or not: filters may leave nothing of a page. A server silent about
  `has_more` is taken to have sent everything; one that says null there, until a page is empty. A plain `Page` is
  all that can be asked for.
* A token page goes on from the mark that it has in `next` (`page=`), which is not an id.
* A `NextCursorPage` goes on from what the page calls `next`, which need not be an id; where the server says only that
  there are more, from the id of the last item.
* A server that ignores `after=` sends the same page for ever: a page that would go on where it itself came from is the
  last, and is not iterated.
* Where the server says that there are more and nothing can ask for them, `page.issues` says so.
* What the server sent besides `data` is kept: `page.model_dump()`, `page.meta`, `page.issues`. To the issues of a page
  come those of the pages that were fetched by iterating it: one of each kind, counted.
* A copy of a page goes on with the same client; a pickled one holds what came, and fetches nothing.

Weak spot: a server that cycles through several pages is not noticed.
"""

from __future__ import annotations

import builtins
import functools
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, Self, TypeVar, get_args

from pydantic import create_model

from typed_openai.core.answer.meta import Issue
from typed_openai.core.answer.records import AsksOnce, Records, Row, rows_of
from typed_openai.core.redact import logger, redact_url
from typed_openai.errors import ConfigurationError
from typed_openai.models.base import Result
from typed_openai.shown.hooks import Shown

if TYPE_CHECKING:
    from typed_openai.core.answer.meta import Meta
    from typed_openai.core.answer.tally import Tally
    from typed_openai.core.run.effects import Flow

T = TypeVar("T")


class Envelope(Result):
    """What every list answer has; the run-time model of a list names its items more closely."""

    data: list[Any]
    object: str | None = None
    has_more: bool | None = None
    first_id: str | None = None
    last_id: str | None = None
    next: str | None = None
    next_page: str | None = None

    def is_answer(self) -> bool:
        """Whether it is a list, which may be empty (some servers send null then), and not something else altogether."""
        items: Any = self.data
        return isinstance(items, list) or self.object not in (None, "", "error") or not self.__pydantic_extra__

    def __reduce__(self) -> Any:
        """Made anew from its parts: the model of a list stands in no module."""
        kind = type(self)
        (item,) = get_args(kind.__pydantic_fields__["data"].annotation)
        return _restored, (item, kind.__base__, self.__getstate__())


class PageInfo(NamedTuple):
    """What asks for the page that follows; official pages may also name a URL or a body, which no list here needs."""

    params: dict[str, object]
    url: str | None = None
    json: dict[str, object] | None = None


class Page(Shown, Generic[T]):
    """One page of a list, complete in itself."""

    cursor: ClassVar[bool] = False
    envelope: ClassVar[type[Envelope]] = Envelope
    """What is around the items; a kind of list that has more there names its own."""
    _all_issues: Tally | None = None
    """The issues of this page and those that follow."""
    repeated = False
    """Whether the server sent the page before once more."""
    kinds: ClassVar[tuple[type[SyncPage[Any]], type[AsyncPage[Any]]]]
    """The classes that this kind has at run time, sync and async."""

    def __init__(self, envelope: Envelope, fetch: Callable[[dict[str, builtins.object]], Any]) -> None:
        self._envelope = envelope
        self._fetch = fetch

    @property
    def data(self) -> list[T]:
        """The items of this page."""
        items: Any = self._envelope.data
        return items if isinstance(items, list) else []  # anything else is in `issues`

    @property
    def object(self) -> str | None:
        return self._envelope.object

    @property
    def meta(self) -> Meta:
        return self._envelope.meta

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Where the answer differs from the API description, and where a list ends although the server has more."""
        told = self._envelope.issues if self._all_issues is None else self._all_issues.issues()
        if not self.has_more or self.has_next_page():
            return told
        return (*told, Issue("/has_more", self._why_it_ends(), "more items, which were not fetched"))

    def _why_it_ends(self) -> str:
        """Why nothing asks for the next page."""
        return "the last page: no parameter of this operation asks for another"

    @property
    def has_more(self) -> bool:
        """Whether the server says that it has more items than those of this page."""
        return self._says_more() or self.next_page is not None

    @property
    def next_page(self) -> str | None:
        """The server's mark of the next page, where it sends one (a search)."""
        return _text(self._envelope.next_page) or None

    def _says_more(self) -> bool:
        told: Any = self._envelope.has_more
        return told not in _NO if isinstance(told, str) and told else bool(told)

    def _take_issues_of(self, following: Page[Any]) -> None:
        """Take the issues of a page that was fetched from this one."""
        if following.issues:
            from typed_openai.core.answer.tally import Tally

            if self._all_issues is None:
                self._all_issues = Tally()
                self._all_issues.add(self._envelope.issues)
            self._all_issues.add(following._envelope.issues)

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """What came in, as a dict."""
        return self._envelope.model_dump(**options)

    def model_dump_json(self, **options: Any) -> str:
        """What came in, as JSON text."""
        return self._envelope.model_dump_json(**options)

    def to_dict(self, **options: Any) -> dict[str, Any]:
        """What came in, as JSON data."""
        return self._envelope.to_dict(**options)

    def to_json(self, **options: Any) -> str:
        """What came in, as JSON text in lines."""
        return self._envelope.to_json(**options)

    def next_params(self) -> dict[str, builtins.object] | None:
        """The parameters that fetch the next page, None when this is the last."""
        return None

    def next_page_info(self) -> PageInfo | None:
        """The same under the name of the official package: its `params`."""
        params = self.next_params()
        return None if params is None else PageInfo(params)

    def has_next_page(self) -> bool:
        """Whether there is another page, as far as the server says."""
        return not self.repeated and self.next_params() is not None

    def _rows(self) -> Iterable[Row]:
        """The items of this page as rows."""
        return rows_of(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def __bool__(self) -> bool:
        return True

    def __copy__(self) -> Self:
        twin = object.__new__(type(self))
        vars(twin).update(vars(self))
        return twin

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = self.__copy__()
        twin._envelope = deepcopy(self._envelope, memo)
        return twin

    def __getstate__(self) -> dict[str, Any]:
        return {"_envelope": self._envelope, "repeated": self.repeated, "_fetch": _no_client, "run": _no_client}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.data)} items, has_next_page={self.has_next_page()})"


class CursorPage(Page[T]):
    """One page of a list that goes on after its last item."""

    cursor = True

    @property
    def first_id(self) -> str | None:
        return _text(self._envelope.first_id) or _id_of(self.data[:1])

    @property
    def last_id(self) -> str | None:
        return _text(self._envelope.last_id) or _id_of(self.data[-1:])

    def _why_it_ends(self) -> str:
        return "another page than the one before" if self.repeated else "a last_id, from which the list goes on"

    def next_params(self) -> dict[str, builtins.object] | None:
        """The parameters that fetch the next page, None when this is the last."""
        if not self._goes_on() or self.last_id is None:
            return None
        return {"after": self.last_id}

    def _goes_on(self) -> bool:
        """By the word of the server; where it says nothing, it knows no pages and sends everything at once."""
        if self._envelope.has_more is None:
            return bool(self.data) and "has_more" in self._envelope.model_fields_set
        return self._says_more()


class TokenPage(Page[T]):
    """One page of a list that goes on by a mark of the server's (`next`)."""

    cursor = True

    @property
    def next_page(self) -> str | None:
        return _text(self._envelope.next) or _text(self._envelope.next_page) or None

    def _why_it_ends(self) -> str:
        return "another page than the one before" if self.repeated else "a mark (next), from which the list goes on"

    def next_params(self) -> dict[str, builtins.object] | None:
        """The parameters that fetch the next page, None when this is the last."""
        said_no = self._envelope.has_more is not None and not self._says_more()
        return None if said_no or self.next_page is None else {"page": self.next_page}


class NextCursorPage(CursorPage[T]):
    """One page of a list that goes on from the cursor that the page names."""

    @property
    def next(self) -> str | None:
        """Where the list goes on; None at its end."""
        return _text(self._envelope.next) or None

    def next_params(self) -> dict[str, builtins.object] | None:
        """The parameters that fetch the next page, None when this is the last."""
        silent = self._envelope.has_more is None
        return {"after": self.next} if self.next and (silent or self._says_more()) else super().next_params()


_NO = frozenset(("false", "False", "no", "0"))
"""What servers say for false that send a text."""


def _text(value: object) -> str | None:
    """A cursor as text: some servers count."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _id_of(items: list[Any]) -> str | None:
    found = getattr(items[0], "id", None) if items else None
    return _text(found)


def next_page(page: Page[T]) -> Flow[Any]:
    """The page after `page`; RuntimeError when there is none."""
    params = page.next_params()
    if params is None or page.repeated:
        raise RuntimeError("this is the last page: ask has_next_page() first")
    following = yield from page._fetch(params)
    following.repeated = following.next_params() == params
    return following


def all_pages(page: Page[T]) -> Flow[list[Page[T]]]:
    """A page and all that follow."""
    found = [page]
    while page.has_next_page():
        page = yield from next_page(page)
        found[0]._take_issues_of(page)
        if page.repeated:
            break
        found.append(page)
    _log_end(page)
    return found


def all_items(page: Page[T]) -> Flow[list[T]]:
    """The items of a page and of all that follow."""
    pages = yield from all_pages(page)
    return [item for each in pages for item in each.data]


def all_rows(page: Page[Any]) -> Flow[Records]:
    """The rows of a page and of all that follow."""
    pages = yield from all_pages(page)
    return Records(row for each in pages for row in each._rows())


def _log_end(page: Page[Any]) -> None:
    """Log where iterating ends although the server has more: who iterates over items sees no page and no issues."""
    if page.has_more:
        logger.warning("%s: the list ends here: %s", redact_url(page.meta.url), page.issues[-1])


class SyncPage(Page[T], AsksOnce):
    """A page of a sync client; its records are those of this page and all that follow."""

    run: Callable[[Any], Any]

    def _records(self) -> Records:
        found: Records = self.run(all_rows(self)) if self.has_next_page() else Records(self._rows())
        return found

    def get_next_page(self) -> Self:
        """Fetch the next page; RuntimeError when there is none."""
        page: Self = self.run(next_page(self))
        return page

    def iter_pages(self) -> Iterator[Self]:
        """This page and all that follow."""
        page = self
        yield page
        while page.has_next_page():
            page = page.get_next_page()
            self._take_issues_of(page)
            if page.repeated:
                break
            yield page
        _log_end(page)

    def __iter__(self) -> Iterator[T]:
        for page in self.iter_pages():
            yield from page.data


class AsyncPage(Page[T]):
    """A page of an async client."""

    run: Callable[[Any], Any]

    async def records(self) -> Records:
        """The items of this page and all that follow as flat rows, for a table, a file or a data frame."""
        found: Records = (await self.run(all_rows(self))) if self.has_next_page() else Records(self._rows())
        return found

    def __arrow_c_stream__(self, requested_schema: builtins.object = None) -> builtins.object:
        """The rows of a last page as an Arrow stream. Raises `ConfigurationError` when another page follows, which only
        `await page.records()` can fetch, and without pyarrow (extra `[parquet]`)."""
        if self.has_next_page():
            raise ConfigurationError("a page that others follow is no table yet: take `(await page.records()).table`")
        return Records(self._rows()).__arrow_c_stream__(requested_schema)

    async def get_next_page(self) -> Self:
        """Fetch the next page; RuntimeError when there is none."""
        page: Self = await self.run(next_page(self))
        return page

    async def iter_pages(self) -> AsyncIterator[Self]:
        """This page and all that follow."""
        page = self
        yield page
        while page.has_next_page():
            page = await page.get_next_page()
            self._take_issues_of(page)
            if page.repeated:
                break
            yield page
        _log_end(page)

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.iter_pages():
            for item in page.data:
                yield item


class SyncCursorPage(CursorPage[T], SyncPage[T]):
    """A page of a sync client that goes on after its last item."""


class AsyncCursorPage(CursorPage[T], AsyncPage[T]):
    """A page of an async client that goes on after its last item."""


class SyncTokenPage(TokenPage[T], SyncPage[T]):
    """A page of a sync client that goes on by a mark of the server's."""


class AsyncTokenPage(TokenPage[T], AsyncPage[T]):
    """A page of an async client that goes on by a mark of the server's."""


class SyncNextCursorPage(NextCursorPage[T], SyncCursorPage[T]):
    """A page of a sync client that goes on from the cursor that it names."""


class AsyncNextCursorPage(NextCursorPage[T], AsyncCursorPage[T]):
    """A page of an async client that goes on from the cursor that it names."""


Page.kinds = (SyncPage, AsyncPage)
TokenPage.kinds = (SyncTokenPage, AsyncTokenPage)
CursorPage.kinds = (SyncCursorPage, AsyncCursorPage)
NextCursorPage.kinds = (SyncNextCursorPage, AsyncNextCursorPage)


P = TypeVar("P", bound=Page[Any])


class AsyncPaginator(Generic[P, T]):
    """What an async `list()` returns: `await` it for the first page, or `async for` over the items of all pages."""

    def __init__(self, first: Callable[[], Any]) -> None:
        self._first = first

    def __await__(self) -> Generator[Any, None, P]:
        page: Generator[Any, None, P] = self._first().__await__()
        return page

    async def __aiter__(self) -> AsyncIterator[T]:
        page: Any = await self
        async for item in page:
            yield item

    if not TYPE_CHECKING:  # type checkers would believe in every name

        def __getattr__(self, name: str) -> Any:
            what = "a list of an async client is awaited for its first page, or gone over with `async for`"
            raise AttributeError(f"{what}: (await ...).{name}", name=name)


def _no_client(_: object) -> Any:
    raise ConfigurationError("this page was pickled and has no client any more: fetch the list again")


@functools.cache
def envelope_model(item: type[Result], base: type[Envelope] = Envelope) -> type[Envelope]:
    """The run-time model of a list of `item`."""
    model: type[Envelope] = create_model(f"ListOf{item.__name__}", __base__=base, data=(list[item], ...))  # type: ignore[valid-type]  # the item is known at run time only
    return model


def _restored(item: type[Result], base: type[Envelope], state: dict[Any, Any]) -> Envelope:
    """A pickled list answer."""
    model = envelope_model(item, base)
    envelope = model.__new__(model)
    envelope.__setstate__(state)
    return envelope
