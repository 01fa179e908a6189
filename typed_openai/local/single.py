"""Objects of which there is one in its place, without an id: what such an area does, once; an area is rows of it.

    LIMIT = Single("spend limit", "/organization/spend_limit", "organization.spend_limit")
    ROUTES = LIMIT.routes("retrieve", "update", "delete")

A place is the path with the ids in it; what stands in braces there is looked for in `within` first. Whoever asks before
anything was set there gets `first`, or a 404 where there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from typed_openai.local.errors import not_found
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import Item, Kept
from typed_openai.local.router import Route
from typed_openai.local.state import State


class Places(dict[str, Item]):
    """What was set in one server, by the path."""


@dataclass(frozen=True, eq=False)
class Single:
    """One kind of object; `kind` is its `object` (some have none), `set` what becomes of what a request says, `partly`
    whether what that does not name stays as it was."""

    what: str
    path: str
    kind: str
    first: Item | None = None
    within: Kept | None = None
    set: Callable[[Item], Item] = dict
    partly: bool = False

    def routes(self, *verbs: str) -> tuple[Route, ...]:
        """The routes of these verbs: `retrieve`, `update`, `delete`."""
        known = {"retrieve": ("GET", self.retrieve), "update": ("POST", self.update), "delete": ("DELETE", self.delete)}
        return tuple(Route(known[verb][0], self.path, known[verb][1]) for verb in verbs)

    def _shown(self, found: Item) -> Item:
        return {"object": self.kind, **found} if self.kind else found

    def _place(self, request: Request, state: State) -> str:
        if self.within is not None:
            self.within.find(state, *(request.path_params[name] for name in self.within.names))
        return self.path.format_map(request.path_params)

    def retrieve(self, request: Request, state: State) -> Reply:
        """What was set, or what there is before."""
        place = self._place(request, state)
        found = state.part(Places).get(place, self.first)
        if found is None:
            raise not_found(self.what, place)
        return Reply(self._shown(found))

    def update(self, request: Request, state: State) -> Reply:
        """Set it: whole, or what is named."""
        place = self._place(request, state)
        before = (state.part(Places).get(place, self.first) or {}) if self.partly else {}
        given = {name: value for name, value in request.known.items() if not (self.partly and value is None)}
        found = state.part(Places)[place] = {**before, **self.set(given)}
        return Reply(self._shown(found))

    def delete(self, request: Request, state: State) -> Reply:
        """As before anything was set."""
        self.retrieve(request, state)
        state.part(Places).pop(self._place(request, state), None)
        return Reply({"object": f"{self.kind}.deleted", "deleted": True})
