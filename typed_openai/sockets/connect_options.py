"""How a connection is opened and looks after itself, as keyword arguments of `connect`: names, types and meaning."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

from typed_openai.core.setting_types import TimeoutLike
from typed_openai.sockets.reconnecting import ReconnectingEvent, ReconnectingOverrides

if TYPE_CHECKING:
    from collections.abc import Sequence

OnReconnecting: TypeAlias = (
    Callable[[ReconnectingEvent], ReconnectingOverrides | None]
    | Callable[[ReconnectingEvent], Awaitable[ReconnectingOverrides | None]]
)
"""What `on_reconnecting` may be; async functions with an async client."""


class WebSocketConnectionOptions(TypedDict, total=False):
    """Options of the library `websockets` (its documentation says more)."""

    extensions: Sequence[Any] | None
    """Extensions to negotiate."""
    subprotocols: Sequence[Any] | None
    """Subprotocols, the preferred one first."""
    compression: str | None
    """`"deflate"`, or None: without it where `max_size` is not limited."""
    max_size: int | None
    """Bytes that a message may have; None (the default) for any number."""
    max_queue: int | tuple[int | None, int | None] | None
    """Frames that may lie unread before the server is slowed down; default 16."""
    write_limit: int | tuple[int, int | None]
    """Bytes that may wait to be written; async clients only."""
    ping_interval: float | None
    """Seconds between heartbeats; default 20, None for none."""
    ping_timeout: float | None
    """Seconds until a heartbeat without an answer ends the connection; default 20."""
    close_timeout: float | None
    """Seconds that a goodbye may take; default 5."""
    proxy: str | None
    """The proxy to use in place of the one that the environment names; None for none."""
    ssl: Any
    """An `ssl.SSLContext` in place of that of the client."""


class ConnectOptions(TypedDict, total=False):
    """What `connect` takes beside its parameters."""

    extra_query: Mapping[str, object] | None
    """Query parameters to add."""
    extra_headers: Mapping[str, str | None] | None
    """Headers for this connection; None as a value removes one that the client would send."""
    timeout: float | TimeoutLike | None
    """Seconds for opening the connection."""
    idle_timeout: float | None
    """Seconds without an event while an answer is under way, then it is a stall; default: that of the client."""
    raise_errors: bool
    """Whether an event `error` is raised where events are read; default True."""
    on_reconnecting: OnReconnecting | None
    """Called before each attempt to reconnect with a `ReconnectingEvent`; may give `extra_query`, `extra_headers`,
    `abort`. Given, it switches reconnecting on."""
    reconnect: bool
    """True opens a broken connection again, and tells it with a `reconnected` event; default False."""
    restore_session: bool
    """True reconnects, and sends the last `session.update` again before all else; default False."""
    max_retries: int
    """Attempts to reconnect in a row; default 5."""
    initial_delay: float
    """Seconds before the first of them, doubled each time; default 0.5."""
    max_delay: float
    """Seconds before one of them at most; default 8."""
    max_queue_size: int
    """Bytes of messages that may wait for a connection; default 1 MiB, 2 MiB for live."""
    websocket_connection_options: WebSocketConnectionOptions | None
    """Options of the library underneath."""
