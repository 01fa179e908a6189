"""What the adapters share: from a body and headers to an event that is to be dealt with, and what is answered.

Rules
* Wrong signatures, old timestamps and what is no event are answered with 400, a delivery that was dealt with before
  with 200, one that is being dealt with elsewhere with 409 (it comes again). The answer says nothing of the reason but
  that; the log does.
* What the function raises is the framework's to tell (500), and the delivery may come again.
* That there is a usable secret, and that the options make sense, is known when the route is made, not when the first
  delivery comes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from typed_openai.core.option_values import check_amount
from typed_openai.core.redact import logger
from typed_openai.errors import ConfigurationError, InvalidWebhookSignatureError, ResponseDecodeError
from typed_openai.webhooks import TOLERANCE, HeadersLike, delivery_id, sign_webhook, unwrap
from typed_openai.webhooks.replays import MemoryReplays, Replays

if TYPE_CHECKING:
    from types import TracebackType

    from typed_openai.models.webhooks.webhook_events import UnwrapWebhookEvent

V = TypeVar("V", bound=Callable[..., Any])

Handler: TypeAlias = Callable[["UnwrapWebhookEvent"], object]
"""What deals with an event."""


class Delivery:
    """One delivery: `event` is what is to be dealt with inside a `with`, None where there is nothing to do.

    `status` and `text` are the answer.
    """

    def __init__(self, status: int, text: str, event: UnwrapWebhookEvent | None = None) -> None:
        self.status = status
        self.text = text
        self.event = event
        self.id = ""
        self.replays: Replays | None = None

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.replays is not None:
            (self.replays.done if error is None else self.replays.release)(self.id)


class Receiver:
    """Takes deliveries in: `secret` as for `unwrap`, `tolerance` in seconds, `replays` which were dealt with."""

    def __init__(
        self, secret: str | None = None, *, tolerance: float = TOLERANCE, replays: Replays | None = None
    ) -> None:
        sign_webhook(b"", secret)  # raises `ConfigurationError` where no secret can be used
        check_amount("tolerance", tolerance, "a number of seconds", zero=True)
        steps = [getattr(replays, name, None) for name in ("claim", "done", "release")]
        if replays is not None and (isinstance(replays, type) or not all(map(callable, steps))):
            raise ConfigurationError(f"replays: an object with claim, done and release, got {replays!r}")
        if any(map(inspect.iscoroutinefunction, steps)):
            raise ConfigurationError(f"replays: {type(replays).__name__} is async, plain functions are wanted")
        self.secret = secret
        self.tolerance = tolerance
        self.replays: Replays = MemoryReplays() if replays is None else replays

    def open(self, body: bytes, headers: HeadersLike) -> Delivery:
        """The delivery that this is."""
        pairs: Any = list(getattr(headers, "items", lambda: headers)())
        try:
            event = unwrap(body, pairs, self.secret, tolerance=self.tolerance)
        except (InvalidWebhookSignatureError, ResponseDecodeError) as error:
            logger.warning("webhook refused: %s", error)
            return Delivery(400, "not a delivery of the service")
        identifier = delivery_id(pairs)
        claim = self.replays.claim(identifier)
        if claim != "new":
            return Delivery(200 if claim == "done" else 409, f"{claim} already")
        delivery = Delivery(200, "done", event)
        delivery.id, delivery.replays = identifier, self.replays
        return delivery


def named_after(function: Handler, view: V) -> V:
    """A view under the name of the function it calls; its signature stays its own, frameworks read it."""
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        if hasattr(function, name):
            setattr(view, name, getattr(function, name))
    return view
