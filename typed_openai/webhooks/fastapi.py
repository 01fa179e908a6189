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
from typing import TYPE_CHECKING, Any

from typed_openai.core.extras import needed
from typed_openai.webhooks import TOLERANCE
from typed_openai.webhooks.receiving import Handler, Receiver, named_after
from typed_openai.webhooks.replays import Replays

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from typed_openai.models.webhooks.webhook_events import UnwrapWebhookEvent

__all__ = ["webhook"]


def webhook(
    secret: str | None = None, *, tolerance: float = TOLERANCE, replays: Replays | None = None
) -> Callable[[Handler], Callable[[Request], Awaitable[Response]]]:
    """Make a route of a function that takes an event; sync or async.

    secret: that of the endpoint; by default `OPENAI_WEBHOOK_SECRET`.
    tolerance: how many seconds old a delivery may be.
    replays: remembers what was dealt with; by default in the memory of this process.
    Raises `ConfigurationError` where there is no usable secret, or neither FastAPI nor Starlette.
    """
    what = "typed_openai.webhooks.fastapi"
    responses, in_thread = needed("starlette.responses", what), needed("starlette.concurrency", what).run_in_threadpool
    named = {"request": needed("starlette.requests", what).Request, "return": responses.Response}
    receiver = Receiver(secret, tolerance=tolerance, replays=replays)

    def made(function: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def view(request: Request) -> Response:
            body = await request.body()
            delivery = await in_thread(receiver.open, body, request.headers.raw)
            if delivery.event is not None:
                with delivery:
                    outcome = await _called(function, delivery.event, in_thread)
                    if inspect.isawaitable(outcome):
                        await outcome
            answer: Response = responses.PlainTextResponse(delivery.text, delivery.status)
            return answer

        view.__annotations__ = named  # FastAPI looks for names in the user's module
        return named_after(function, view)

    return made


async def _called(function: Handler, event: UnwrapWebhookEvent, in_thread: Any) -> object:
    if inspect.iscoroutinefunction(function):
        return function(event)
    return await in_thread(function, event)
