"""Which path leads to which talk.

Weak spot: a path of a session that ended is not found, as one that never was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from typed_openai.core.lazy_names import named
from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Request

if TYPE_CHECKING:
    from typed_openai.local.sockets.talk import Talk

_HERE = "typed_openai.local.sockets"
DOORS: Mapping[str, str] = {
    r"/realtime": f"{_HERE}.realtime.RealtimeTalk",
    r"/realtime/translations": f"{_HERE}.translating.TranslationTalk",
    r"/responses": f"{_HERE}.lanes.LanesTalk",
    r"/live/sessions": f"{_HERE}.live.LiveTalk",
    r"/live/sessions/(?P<session_id>[^/]+)/attach": f"{_HERE}.beside.SidebandTalk",
    r"/live/sessions/(?P<session_id>[^/]+)/fork": f"{_HERE}.beside.ForkTalk",
}


def door(request: Request, prefix: str) -> tuple[type[Talk], Mapping[str, str]]:
    """The talk that a path leads to, and what the path names. 404 for any other."""
    for pattern, place in DOORS.items():
        found = re.fullmatch(re.escape(prefix) + pattern, request.path)
        if found is not None:
            talk: type[Talk] = named(place)
            return talk, found.groupdict()
    raise ApiError(404, f"There is no socket at {request.path!r}.", code="not_found")
