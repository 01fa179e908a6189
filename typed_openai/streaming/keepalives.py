"""Events that only say that the connection lives, in whichever dress. They are skipped, and counted in the issues.

* `event: ping` and its like, whatever their data, and an event with a foreign name whose data is not JSON.
* `data: null`, and data that is not JSON but a keep-alive by its words: `ping`, `: keepalive`, `: PROCESSING`.

Everything else that is not JSON is a fault of the stream: half an event must not pass for a keep-alive.
"""

from __future__ import annotations

import re

_PINGS = frozenset(("ping", "pong", "keepalive", "keep_alive", "keep-alive", "heartbeat", "heart-beat", "heart_beat"))
_WORDS = re.compile(rb'\s*(?::|"?(?:ping|pong|keep[-_ ]?alive|heart[-_ ]?beat|processing)\b)', re.IGNORECASE)
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


def is_keepalive(name: str, data: bytes, value: object) -> bool:
    """Whether an event is one; `value` is what its data says as JSON, None where that is null or not JSON."""
    if is_ping(name) or data.strip() == b"null":
        return True
    if isinstance(value, dict | list):
        return False
    if _WORDS.match(data) is not None:
        return True
    is_foreign = bool(name) and not any(word in name.lower() for word in _OWN)
    return is_foreign and data.lstrip()[:1] not in (b"{", b"[", b'"')
