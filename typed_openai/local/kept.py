"""Objects that are made, listed, fetched, changed and deleted: what such an area does, once; an area is rows of it.

    CONSENTS = Kept("voice consent", "/audio/voice_consents/{consent_id}", "cons_")

    @route("POST", CONSENTS.list_path)
    def create_consent(request: Request, state: State) -> Reply:
        return CONSENTS.reply(state, CONSENTS.make(state, name=request.given["name"]))

    ROUTES = CONSENTS.routes("list", "retrieve", "update", "delete")

Where an item is what the request says (and what `made` makes of that), making one is a verb too: `routes("create", …)`,
or all five, `routes(*CRUD)`. A verb that only moves an item on is a row as well:

    ROUTES += BATCHES.moves(cancel=Move("cancelling", "cancelled", ("validating", "in_progress"), at="cancelling_at"))

An item is a dict: the object as the API shows it, and beside it what only the server knows, under names that begin with
an underscore (`_content`) and are never shown. Items are found by what stands in braces in the path, in its order: a
message by the ids of its thread and its own.

Rules
* Items are replaced, never changed in place: `put` gives the new one.
* What does not exist is a 404 that names the parameter, of what is around it (`within`) first.
* Who deletes an item deletes what is kept within it.
* A list takes only items that have what the query says of their members (`purpose`, `name`, a part of the metadata;
  one of the `emails`).
* An item with the time of its last change (`updated_at`) has a new one after each.
* What a request says is what the model of its parameters knows: other members pass, and are not kept.
* Null is what one has that was told nothing (`first`): `metadata` is then `{}`, most members are null.

Weak spot: a list looks at every item of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from typed_openai.local.declared import object_of
from typed_openai.local.errors import ApiError, not_found
from typed_openai.local.exchange import POLL, Reply, Request
from typed_openai.local.paging import page
from typed_openai.local.router import Route
from typed_openai.local.state import State

Item: TypeAlias = dict[str, Any]
Hook: TypeAlias = Callable[[Item, State], Item]
"""What becomes of an item."""

_PLACE = re.compile(r"{(\w+)}")
_OF_PAGES = frozenset({"after", "before", "limit", "order", "include"})
_EMPTY: Item = {"attributes": {}, "metadata": {}}
"""What null makes of a member of any kind, where that is not null."""
CRUD = ("create", "list", "retrieve", "update", "delete")
"""The verbs that most kinds have."""


class Shelves(dict[str, dict[str, Item]]):
    """The items of one server, by the path under which they are kept."""


@dataclass(frozen=True)
class Move:
    """A verb that moves an item on.

    * `then`: the state afterwards. `wish`: what it cannot be where it cannot; `then` unless it says otherwise.
    * `allowed`: the states from which it can; all, where there are none. `status`: of the refusal.
    * `at`: the member that says when it was. `taking`: what of what is said changes the item, too.
    """

    then: str
    wish: str = ""
    allowed: tuple[str, ...] = ()
    at: str = ""
    status: int = 400
    taking: Hook | None = None


@dataclass(eq=False)
class Kept:
    """One kind of object that servers keep.

    * `what`: what a refusal calls it. `path`: where one of them is found. `prefix`: of its ids.
    * `kind`: its `object`, where the model of an answer with one does not say it. `deleted`: that of the receipt, where
      neither a model says it nor `{kind}.deleted` will do; `named`: the member of the receipt for the id.
    * `within`: what it belongs to, and is deleted with.
    * `order`, `limit`, `most`: of its lists.
    * `first`: what one has that was told nothing of it.
    * `steps`: what a question about one in a state makes of it; `asked`: what any question does. Who asks about one
      that has a step to go is told to ask again; always, with `polled`.
    * `shown`: how it looks, where that is not how it is kept.
    * `included`: how it looks to who asks for some of it (`include`), and to who does not.
    * `status`: of the answer to who makes one.
    * `wanted`: whether a list takes one that looks like this, given the query.
    * `alive`: whether one is still there; all are, unless this says otherwise.
    * `gone`: what is to be done when one is deleted. `moved`: what is to be done when one was moved (a `wish`).
    * `made`: what becomes of what a request says, where one is made of that alone. `changed`: of what it says, where it
      changes one. `called`: parameters that have another name than the member that they are; null leaves that as it is.
    * `once`: what is told only of one that is made, and the member in which it is kept.
    * `cursor`: whether its lists name where they go on (`next`). `silent`: whether nothing is said of moves.
    """

    what: str
    path: str
    prefix: str
    kind: str | None = None
    deleted: str = ""
    named: str = "id"
    within: Kept | None = None
    order: str = "desc"
    limit: int = 20
    most: int = 100
    first: Item = field(default_factory=dict[str, Any])
    steps: Mapping[str, Hook] = field(default_factory=dict[str, Hook])
    asked: Hook | None = None
    polled: bool = False
    shown: Hook | None = None
    included: Callable[[Item, Collection[str]], Item] | None = None
    status: int = 200
    wanted: Callable[[Item, Mapping[str, Any]], bool] | None = None
    alive: Callable[[Item, State], bool] | None = None
    gone: Callable[[Item, State], None] | None = None
    moved: Callable[[Item, str, State], object] | None = None
    made: Hook | None = None
    changed: Callable[[Item, Item, State], Item] | None = None
    called: Mapping[str, str] = field(default_factory=dict[str, str])
    once: Mapping[str, str] = field(default_factory=dict[str, str])
    cursor: bool = False
    silent: bool = False
    parts: list[Kept] = field(default_factory=list["Kept"])
    """What is kept within it; found by itself."""

    def __post_init__(self) -> None:
        self.names = _PLACE.findall(self.path)
        self.list_path = self.path.rpartition("/")[0]
        if self.within is not None:
            self.within.parts.append(self)

    @property
    def tag(self) -> str:
        """The `object` of one."""
        if self.kind is not None:
            return self.kind
        return object_of("GET", self.path) or object_of("POST", self.list_path) or ""

    def shelf(self, state: State) -> dict[str, Item]:
        """All of one server, by their ids."""
        return state.part(Shelves).setdefault(self.path, {})

    # -- items -------------------------------------------------------------------------------------------------------

    def make(self, state: State, *of: str, **members: Any) -> Item:
        """A new item, within these; members say more, or otherwise."""
        made = {"id": state.new_id(self.prefix), "object": self.tag, "created_at": state.now()}
        return self.put(state, {**made, **self.first, **members, "_of": of})

    def put(self, state: State, item: Item, **changes: Any) -> Item:
        """Keep an item, in place of the one with its ids."""
        changed = {**item, **changes}
        self.shelf(state)[_key(*changed["_of"], changed["id"])] = changed
        return changed

    def get(self, state: State, *ids: str) -> Item | None:
        """The item of these ids; None when there is none."""
        found = self.shelf(state).get(_key(*ids))
        return found if found is not None and self._lives(found, state) else None

    def find(self, state: State, *ids: str) -> Item:
        """The item of these ids; 404 when it is not there, or what it would be in."""
        if self.within is not None:
            self.within.find(state, *ids[:-1])
        found = self.get(state, *ids)
        if found is None:
            raise not_found(self.what, ids[-1], self.names[-1])
        return found

    def all(self, state: State, *of: str) -> list[Item]:
        """The items within these, oldest first."""
        items = [item for item in list(self.shelf(state).values()) if item["_of"][: len(of)] == of]
        return [item for item in items if self._lives(item, state)]

    def _lives(self, item: Item, state: State) -> bool:
        return self.alive is None or self.alive(item, state)

    def forget(self, state: State, item: Item) -> None:
        """Delete an item and what is within it."""
        own = (*item["_of"], item["id"])
        for part in self.parts:
            for inner in part.all(state, *own):
                part.forget(state, inner)
        self.shelf(state).pop(_key(*own), None)
        if self.gone is not None:
            self.gone(item, state)

    # -- requests ----------------------------------------------------------------------------------------------------

    def at(self, request: Request, state: State) -> Item:
        """The item that the path of a request names."""
        return self.find(state, *(request.path_params[name] for name in self.names))

    def of(self, request: Request, state: State) -> tuple[str, ...]:
        """The ids of what the path of a request is within; 404 when that is not there."""
        ids = tuple(request.path_params[name] for name in self.names[:-1])
        if self.within is not None:
            self.within.find(state, *ids)
        return ids

    def in_state(self, request: Request, state: State, wish: str, *allowed: str, status: int = 400) -> Item:
        """The item that a request names; refused when it is not in one of these states, and cannot be `wish`."""
        found = self.at(request, state)
        status_now = self.show(state, found).get("status")
        if allowed and status_now not in allowed:
            message = f"The {self.what} {found['id']!r} is {status_now}; it cannot be {wish}."
            code = f"invalid_{self.what.rpartition(' ')[2]}_state"
            raise ApiError(status, message, param=self.names[-1], code=code)
        return found

    def show(self, state: State, item: Item, include: Collection[str] = ()) -> Item:
        """An item as the API shows it."""
        shown = item if self.shown is None else self.shown(item, state)
        shown = shown if self.included is None else self.included(shown, include)
        return {name: value for name, value in shown.items() if not name.startswith("_")}

    def reply(self, state: State, item: Item, include: Collection[str] = (), status: int = 200) -> Reply:
        """An item as an answer, which asks for patience while it is not over."""
        shown = self.show(state, item, include)
        polled = self.polled or (bool(self.steps) and shown["status"] in self.steps)
        return Reply(shown, status, POLL if polled else {})

    def telling(self, state: State, item: Item) -> Reply:
        """An item as only those see it who have made it: with its secrets."""
        return Reply({**self.show(state, item), **{name: item[member] for name, member in self.once.items()}})

    # -- routes ------------------------------------------------------------------------------------------------------

    def routes(self, *verbs: str) -> tuple[Route, ...]:
        """The routes of these verbs: `create`, `list`, `retrieve`, `update`, `delete`, `content`."""
        known = {
            "create": Route("POST", self.list_path, self.create),
            "list": Route("GET", self.list_path, self.listing),
            "retrieve": Route("GET", self.path, self.retrieve),
            "update": Route("POST", self.path, self.update),
            "delete": Route("DELETE", self.path, self.delete),
            "content": Route("GET", f"{self.path}/content", self.content),
        }
        return tuple(known[verb] for verb in verbs)

    def moves(self, **ways: Move) -> tuple[Route, ...]:
        """Routes that move an item on, by their verbs."""

        def moving(way: Move) -> Callable[[Request, State], Reply]:
            def move(request: Request, state: State) -> Reply:
                wish = way.wish or way.then
                found = self.in_state(request, state, wish, *way.allowed, status=way.status)
                taken = {} if way.taking is None else way.taking(self.said(request), state)
                when = {way.at: state.now()} if way.at else {}
                moved = self.put(state, found, status=way.then, **when, **taken)
                if self.moved is not None:
                    self.moved(moved, wish, state)
                return Reply(b"", content_type="text/plain") if self.silent else self.reply(state, moved)

            return move

        return tuple(Route("POST", f"{self.path}/{verb}", moving(way)) for verb, way in ways.items())

    def said(self, request: Request) -> Item:
        """What a request says, under the names of members, null as what is empty."""
        empty, called = {**_EMPTY, **self.first}, self.called
        said = [(name, value) for name, value in request.known.items() if value is not None or name not in called]
        return {called.get(name, name): empty.get(name) if value is None else value for name, value in said}

    def create(self, request: Request, state: State) -> Reply:
        """Make an item of what a request says."""
        of, said = self.of(request, state), self.said(request)
        made = self.make(state, *of, **(said if self.made is None else self.made(said, state)))
        return self.telling(state, made) if self.once else self.reply(state, made, status=self.status)

    def update(self, request: Request, state: State) -> Reply:
        """Change what a request says, and nothing else."""
        found, said = self.at(request, state), self.said(request)
        stamp = {"updated_at": state.now()} if "updated_at" in found else {}
        changes = said if self.changed is None else self.changed(found, said, state)
        return self.reply(state, self.put(state, found, **{**stamp, **changes}))

    def listing(self, request: Request, state: State) -> Reply:
        """The items in pages."""
        found = [item for item in self.all(state, *self.of(request, state)) if self._is_wanted(item, request, state)]
        found_page = page(request, found, order=self.order, limit=self.limit, most=self.most)
        more = {"next": found_page["last_id"] if found_page["has_more"] else None} if self.cursor else {}
        include = request.given.get("include") or ()
        return Reply({**found_page, "data": [self.show(state, item, include) for item in found_page["data"]], **more})

    def _is_wanted(self, item: Item, request: Request, state: State) -> bool:
        """Whether an item is as the query says: its members, those of several that may be (`emails`)."""
        shown, given = self.show(state, item), request.given
        asked = [(name, value) for name, value in given.items() if name not in _OF_PAGES]
        some = [(name[:-1], value) for name, value in asked if isinstance(value, list)]
        fits = all(_has(shown[name], value) for name, value in asked if name in shown)
        fits = fits and all(shown[name] in value for name, value in some if name in shown)
        return fits and (self.wanted is None or self.wanted(shown, given))

    def retrieve(self, request: Request, state: State) -> Reply:
        """One item, a step further where a question moves it."""
        found = self.at(request, state)
        step = self.asked or (self.steps.get(found["status"]) if self.steps else None)
        found = found if step is None else self.put(state, step(found, state))
        return self.reply(state, found, request.given.get("include") or ())

    def delete(self, request: Request, state: State) -> Reply:
        """Forget an item."""
        found = self.at(request, state)
        self.forget(state, found)
        name = {self.named: found["id"]} if self.named else {}
        receipt = self.deleted or object_of("DELETE", self.path) or f"{self.tag}.deleted"
        return Reply({**name, "object": receipt, "deleted": True})

    def content(self, request: Request, state: State) -> Reply:
        """The bytes of an item that has some (`_content`)."""
        return Reply(self.at(request, state)["_content"], content_type="application/octet-stream")


def _has(held: object, wanted: object) -> bool:
    """Whether a member is as a query wants it: the same, or a mapping with that in it; null asks for an empty one."""
    if isinstance(wanted, Mapping) and isinstance(held, Mapping):
        return wanted.items() <= held.items()
    return not held if wanted is None else held == wanted


def _key(*ids: str) -> str:
    return "\0".join(ids)
