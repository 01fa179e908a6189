"""What all connections of one server share: what answers, what was asked, what shall go wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from typed_openai.local.faults import Faults
from typed_openai.local.journal import Journal
from typed_openai.local.page import Page, fault_of
from typed_openai.local.script import Script
from typed_openai.local.service import Service


@dataclass(frozen=True, slots=True)
class Desk:
    """The state of one server, and its settings."""

    service: Service
    chunk_delay: float = 0.0
    journal: Journal = field(default_factory=Journal)
    faults: Faults = field(default_factory=Faults)
    stopping: threading.Event = field(default_factory=threading.Event)
    page: Page | None = None
    sockets: Callable[[], int] | None = None

    def act(self, name: str, wanted: Mapping[str, Any]) -> None:
        """Do what a button of the page asks for."""
        if name == "fault":
            self.faults.add(fault_of(wanted))
        elif name == "say":
            self.service.state.part(Script).add(str(wanted.get("text", "")))
        elif name == "forget":
            self.journal.clear()
