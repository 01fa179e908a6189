"""Events that only say that the connection lives, in whichever dress. They are skipped, and counted in the issues.

* `event: ping` and its like, whatever their data, and an event with a foreign name whose data is not JSON.
* `data: null` (`[]`, `""`), and data that is not JSON but a keep-alive by its words: `ping`, `: keepalive`.
* Where the API gives its events no names (chat): an event with a foreign name that has nothing of a chunk. Where it
  does, what is unknown is an event that users see.

Everything else that is not JSON is a fault of the stream: half an event must not pass for a keep-alive.
"""

from __future__ import annotations

import re
from collections.abc import Set

_PINGS = frozenset(("ping", "pong", "keepalive", "keep_alive", "keep-alive", "heartbeat", "heart-beat", "heart_beat"))
_WORDS = re.compile(rb'\s*(?::|"?(?:ping|pong|keep[-_ ]?alive|heart[-_ ]?beat|processing)\b)', re.IGNORECASE)
_EMPTY = (b"null", b"[]", b'""')
_COMMON = frozenset(("id", "object", "created", "model"))
"""Fields of a chunk that say nothing of an answer."""
_OWN = (
    "chunk",
    "message",
    "delta",
    "completion",
    "response",
    "thread",
    "data",
    "error",
    "image",
    "audio",
    "speech",
    "text",
)
"""Words in the names of events that carry something."""


def is_ping(name: object) -> bool:
    """Whether the name or type of an event says that it is a keep-alive."""
    return isinstance(name, str) and name.lower() in _PINGS


def is_keepalive(name: str, data: bytes, value: object, fields: Set[str] = frozenset()) -> bool:
    """Whether an event is one; `value` is what its data says as JSON, None where that is null or not JSON; `fields` are
    those of the events of this stream, none where they are of several kinds."""
    if is_ping(name) or data.strip() in _EMPTY:
        return True
    is_foreign = bool(name) and not any(word in name.lower() for word in _OWN)
    if isinstance(value, dict):
        return is_foreign and bool(fields) and value.keys().isdisjoint(fields - _COMMON)
    if isinstance(value, list):
        return False
    return _WORDS.match(data) is not None or (is_foreign and data.lstrip()[:1] not in (b"{", b"[", b'"'))
