"""Webhooks in Django: a function of an event becomes a view, sync or async as the function is.

    @webhook()
    def finished(event): ...

    urlpatterns = [path("hook", finished)]

The view takes POST only and asks for no CSRF token: the signature tells who asks. What is answered stands in
`receiving.py`; `DATA_UPLOAD_MAX_MEMORY_SIZE` is the limit of a body.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from typed_openai.core.extras import needed
from typed_openai.webhooks import TOLERANCE
from typed_openai.webhooks.receiving import Delivery, Handler, Receiver, named_after
from typed_openai.webhooks.replays import Replays

__all__ = ["webhook"]


def webhook(
    secret: str | None = None, *, tolerance: float = TOLERANCE, replays: Replays | None = None
) -> Callable[[Handler], Callable[[Any], Any]]:
    """Make a view of a function that takes an event. See `fastapi.webhook` for the arguments.

    Raises `ConfigurationError` where there is no usable secret, or no Django.
    """
    what = "typed_openai.webhooks.django"
    http, csrf = needed("django.http", what), needed("django.views.decorators.csrf", what)
    methods = needed("django.views.decorators.http", what)
    receiver = Receiver(secret, tolerance=tolerance, replays=replays)

    def answer(delivery: Delivery) -> Any:
        return http.HttpResponse(delivery.text, status=delivery.status, content_type="text/plain")

    def made(function: Handler) -> Callable[[Any], Any]:
        def view(request: Any) -> Any:
            delivery = receiver.open(request.body, request.headers)
            if delivery.event is not None:
                with delivery:
                    function(delivery.event)
            return answer(delivery)

        async def awaited(request: Any) -> Any:
            delivery = await _in_thread(receiver.open, request.body, request.headers)
            if delivery.event is not None:
                with delivery:
                    outcome: Any = function(delivery.event)
                    await outcome
            return answer(delivery)

        shown = named_after(function, awaited if inspect.iscoroutinefunction(function) else view)
        exempt: Callable[[Any], Any] = csrf.csrf_exempt(methods.require_POST(shown))
        return exempt

    return made


async def _in_thread(function: Callable[..., Delivery], *arguments: object) -> Delivery:
    import asyncio  # not needed by sync views

    return await asyncio.to_thread(function, *arguments)
