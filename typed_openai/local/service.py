"""From a request to an answer, without a socket: authentication, routing, refusals, the headers of every answer.

`Service.answer(request)` never raises for anything a request may hold: every refusal becomes an error object with its
status. A mistake in a handler is not caught here; the connection answers 500 and lets it be seen.
"""

from __future__ import annotations

import hmac
import importlib
import pkgutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from typed_openai.local import realtime
from typed_openai.local.azure import as_openai
from typed_openai.local.consumed import Counter, count
from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Answer, Reply, Request
from typed_openai.local.faults import Fault
from typed_openai.local.router import PREFIX, Router, Switchboard
from typed_openai.local.state import State

SIGNATURE = {"x-typed-openai-local": "1"}
"""The header by which every answer can be told from one of a real service."""

_LIMITS = {
    "x-ratelimit-limit-requests": "10000",
    "x-ratelimit-limit-tokens": "2000000",
    "x-ratelimit-remaining-requests": "9999",
    "x-ratelimit-remaining-tokens": "1999900",
    "x-ratelimit-reset-requests": "6ms",
    "x-ratelimit-reset-tokens": "3ms",
}


def areas() -> list[ModuleType]:
    """The API areas that this server speaks: every file beside this one that declares routes."""
    names = [found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)]) if found.name != "__main__"]
    return [importlib.import_module(f"{__name__.rpartition('.')[0]}.{name}") for name in names]


class Service:
    """The API of one server, over one state; `instead` answers in place of all routes."""

    def __init__(
        self,
        state: State,
        api_key: str | None = None,
        admin_api_key: str | None = None,
        instead: Callable[[Request], Answer] | None = None,
    ) -> None:
        self.instead = instead
        self.state = state
        self.router = Router.of(*areas())
        state.part(Switchboard).router = self.router
        self._api_key = api_key
        self._admin_api_key = admin_api_key

    def answer(self, request: Request, fault: Fault, otherwise: Callable[[Request], Answer] | None = None) -> Answer:
        """The answer to a request, or what the fault puts in its place, with the headers every answer has; `otherwise`
        answers in place of a route."""
        started = time.perf_counter()
        number = self.state.begin_request()
        try:
            answer = fault.replacement() if fault.replaces else self._handled(request, otherwise)
        except ApiError as refusal:
            answer = Reply(refusal.body(), refusal.status, refusal.headers)
        self.state.part(Counter).add(request, answer)
        common = {
            **SIGNATURE,
            "x-request-id": f"req_local{number:06d}",
            "openai-version": "2020-10-01",
            "openai-processing-ms": str(max(1, round((time.perf_counter() - started) * 1000))),
            **_LIMITS,
        }
        return fault.dress(replace(answer, headers={**common, **answer.headers}))

    def _handled(self, request: Request, otherwise: Callable[[Request], Answer] | None) -> Answer:
        self._authenticate(request)
        if self.instead is not None:
            return self.instead(request)
        request = as_openai(request)
        if otherwise is not None:
            return otherwise(request)
        route, params = self.router.find(request.method, request.path)
        answer = route(replace(request, path_params=params), self.state)
        count(self.state, request, answer)
        return answer

    def _authenticate(self, request: Request) -> None:
        if self._api_key is None and self._admin_api_key is None:
            return
        from typed_openai.core.setting_types import ADMINISTRATION

        administers = request.path.removeprefix(PREFIX).startswith(ADMINISTRATION)
        wanted = self._admin_api_key if administers else self._api_key
        if wanted is None:
            return
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        given = bearer.strip() if scheme.lower() == "bearer" else request.headers.get("api-key", "")
        if request.path.startswith("/v1/realtime") and realtime.session_of(self.state, given) is not None:
            return  # a secret that was made for browsers
        if not hmac.compare_digest(given.encode(), wanted.encode()):
            reason = "is not the one this local server was started with" if given else "is missing"
            message = f"The {'admin' if administers else 'API'} key {reason}. Send it as 'Authorization: Bearer KEY'."
            headers = {"WWW-Authenticate": "Bearer"}
            raise ApiError(401, message, code="invalid_api_key", headers=headers)
