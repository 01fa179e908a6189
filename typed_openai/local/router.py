"""Routes as data: which function answers which verb on which path.

An area module writes `@route("POST", "/chat/completions")` over a function; the name then stands for a `Route`, a
plain record that can still be called like the function, with a request that is first checked (`declared.py`). Where
objects are kept, rows make the routes (`kept.py`). `Router.of(module, …)` gathers the routes of the modules it is
given, also those in a tuple. Nothing registers itself anywhere by being imported.

Rules: patterns are written without the version prefix; `{name}` takes exactly one path segment, percent-decoded, so an
id with an escaped slash stays one id; a literal segment wins over a parameter; an unknown path is a 404 that names
the known ones, and a known path with another verb a 405 with `Allow`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import ModuleType
from urllib.parse import unquote

from typed_openai.local.declared import checked, declaration
from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Answer, Handler, Request
from typed_openai.local.state import State

PREFIX = "/v1"


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: its verb, its path pattern, its handler."""

    method: str
    pattern: str
    handler: Handler

    def __call__(self, request: Request, state: State) -> Answer:
        """The answer, once the request is what its declaration takes."""
        beta = declaration(self.method, f"{self.pattern}?beta=true") if is_beta(request) else None
        declared = beta or declaration(self.method, self.pattern)
        return self.handler(request if declared is None else checked(request, declared), state)

    def __str__(self) -> str:
        return f"{self.method} {PREFIX}{self.pattern}"

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """The path parameters when these (still encoded) segments fit the pattern, else None."""
        wanted = self.pattern.strip("/").split("/")
        if len(wanted) != len(segments):
            return None
        params: dict[str, str] = {}
        for pattern, segment in zip(wanted, segments, strict=True):
            if pattern.startswith("{"):
                if not segment:
                    return None
                params[pattern[1:-1]] = unquote(segment)
            elif pattern != segment:
                return None
        return params


def is_beta(request: Request) -> bool:
    """Whether a request is one of the beta of its area."""
    return request.query_text("beta") == "true"


def route(method: str, pattern: str) -> Callable[[Handler], Route]:
    """Declare the function below as the handler of an operation."""

    def declare(handler: Handler) -> Route:
        return Route(method, pattern, handler)

    return declare


class Router:
    """Finds the route for a verb and a path."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(sorted(routes, key=lambda each: (each.pattern.count("{"), each.pattern, each.method)))

    @classmethod
    def of(cls, *modules: ModuleType) -> Router:
        """A router over every route that these modules declare."""
        values = [value for module in modules for value in vars(module).values()]
        listed = [each for value in values for each in (value if isinstance(value, tuple) else [value])]
        return cls(dict.fromkeys(each for each in listed if isinstance(each, Route)))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """The route and its path parameters. Raises `ApiError` 404 or 405."""
        start, _, rest = path.partition(f"{PREFIX}/")
        segments = [] if start else rest.split("/")
        verbs: list[str] = []
        for candidate in self.routes:
            params = candidate.match(segments)
            if params is None:
                continue
            if candidate.method == method:
                return candidate, params
            verbs.append(candidate.method)
        if verbs:
            allowed = ", ".join(sorted(set(verbs)))
            message = f"{path} does not answer {method}, only {allowed}."
            raise ApiError(405, message, code="method_not_allowed", headers={"Allow": allowed})
        known = ", ".join(sorted(str(each) for each in self.routes))
        raise ApiError(404, f"This local server does not know {method} {path}. It knows: {known}.", code="unknown_path")


class Switchboard:
    """The router as a part of the state, put there by the service: for a handler that has to ask other handlers."""

    def __init__(self) -> None:
        self.router = Router(())
