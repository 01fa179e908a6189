"""Work that a live session hands on, to responses or to decisions, and what they tell of it.

Rules
* Responses answer by the rules of `/responses`, with the model, the tools and the instructions that the session names;
  what they tell comes as `response.event`. Calls of functions wait for their outputs (`response.item.create`,
  `response.create`); a text is what comes of it.
* Decisions have the answers that `/decisions` gives to what was said, and to the items that they look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from typed_openai.local.decisions import decided
from typed_openai.local.kept import Item
from typed_openai.local.response_request import text_of
from typed_openai.local.responses import told
from typed_openai.local.sockets.live_sessions import LiveSession
from typed_openai.local.state import State

_SETTINGS = ("model", "instructions", "tools", "tool_choice", "max_output_tokens", "parallel_tool_calls")


class Work:
    """One piece of work."""

    def __init__(self, state: State, live: LiveSession, delegation: Mapping[str, Any]) -> None:
        self.state = state
        self.live = live
        self.delegation = delegation
        self.outcome = ""
        """What came of it, to be said."""
        self.created: Item = {"id": state.new_id("dlg_"), "type": "delegation", "target": delegation["type"]}

    def begun(self, text: str) -> Iterator[Item]:
        """What is told of the work, from its beginning."""
        if self.delegation["type"] == "decisions":
            decision = decided(self.delegation["decisions"], [text, *self.live.items])
            about = {"delegation_id": self.created["id"]} if text else {}
            yield {"type": "decision.event", "event": {"type": "decision.completed", "decision": decision}, **about}
            return
        self.waiting({"type": "message", "role": "user", "content": text})
        yield from self.going_on()

    def waiting(self, item: Item) -> None:
        """Let an item wait until the work goes on."""
        self.live.handed["items"].append(item)

    def going_on(self) -> Iterator[Item]:
        """What is told of the work, from where it stood."""
        handed, settings = self.live.handed, self.delegation["responses"]
        given = {name: settings[name] for name in _SETTINGS if settings.get(name) is not None}
        earlier = {} if handed["last"] is None else {"previous_response_id": handed["last"]}
        items, handed["items"] = handed["items"], []
        for data in told({**given, **earlier, "input": items}, self.state):
            if data["type"] == "response.completed":
                handed["last"] = data["response"]["id"]
                self.outcome = text_of(data["response"])
            yield {"type": "response.event", "event": data, "delegation_id": self.created["id"]}
