"""Webhooks in Flask: a function of an event becomes a view.

    @app.post("/hook")
    @webhook()
    def finished(event): ...

What is answered stands in `receiving.py`; `MAX_CONTENT_LENGTH` of the application is the limit of a body.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from typed_openai.core.extras import needed
from typed_openai.webhooks import TOLERANCE
from typed_openai.webhooks.receiving import Handler, Receiver, named_after
from typed_openai.webhooks.replays import Replays

__all__ = ["webhook"]


def webhook(
    secret: str | None = None, *, tolerance: float = TOLERANCE, replays: Replays | None = None
) -> Callable[[Handler], Callable[[], Any]]:
    """Make a view of a function that takes an event; an async one needs `flask[async]`. See `fastapi.webhook` for the
    arguments. Raises `ConfigurationError` where there is no usable secret, or no Flask."""
    flask = needed("flask", "typed_openai.webhooks.flask")
    receiver = Receiver(secret, tolerance=tolerance, replays=replays)

    def made(function: Handler) -> Callable[[], Any]:
        def view() -> Any:
            delivery = receiver.open(flask.request.get_data(), flask.request.headers)
            if delivery.event is not None:
                with delivery:
                    flask.current_app.ensure_sync(function)(delivery.event)
            return flask.Response(delivery.text, delivery.status, mimetype="text/plain")

        return named_after(function, view)

    return made
