"""Webhooks in FastAPI and Starlette: a function of an event becomes a route.

    @app.post("/hook")
    @webhook()
    async def finished(event): ...

A plain function runs in a thread. What is answered stands in `receiving.py`. Weak spot: a body has no limit here, set
that of your server or proxy.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from typed_openai.webhooks import TOLERANCE
from typed_openai.webhooks.receiving import Handler, Receiver, named_after
from typed_openai.webhooks.replays import Replays

if TYPE_CHECKING:
    from typed_openai.models.webhooks.webhook_events import UnwrapWebhookEvent

__all__ = ["webhook"]


def webhook(
    secret: str | None = None, *, tolerance: float = TOLERANCE, replays: Replays | None = None
) -> Callable[[Handler], Callable[[Request], Awaitable[Response]]]:
    """Make a route of a function that takes an event; sync or async.

    secret: that of the endpoint; by default `OPENAI_WEBHOOK_SECRET`.
    tolerance: how many seconds old a delivery may be.
    replays: remembers what was dealt with; by default in the memory of this process.
    Raises `ConfigurationError` where there is no usable secret.
    """
    receiver = Receiver(secret, tolerance=tolerance, replays=replays)

    def made(function: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def view(request: Request) -> Response:
            body = await request.body()
            delivery = await run_in_threadpool(receiver.open, body, request.headers.raw)
            if delivery.event is not None:
                with delivery:
                    outcome = await _called(function, delivery.event)
                    if inspect.isawaitable(outcome):
                        await outcome
            return PlainTextResponse(delivery.text, delivery.status)

        view.__annotations__ = {"request": Request, "return": Response}  # FastAPI looks for names in the user's module
        return named_after(function, view)

    return made


async def _called(function: Handler, event: UnwrapWebhookEvent) -> object:
    if inspect.iscoroutinefunction(function):
        return function(event)
    return await run_in_threadpool(function, event)
