"""What a server is told to say next, in place of what it would say by rule.

    server = LocalServer(script=["Good day.", ToolCall("get_weather", city="Paris"), "It is sunny."])
    server.answer([ToolCall("add", a=1, b=2), ToolCall("add", a=3, b=4)], {"sum": 10}, "Goodbye.")

Rules
* One answer is used for each request that a model would answer (chat completions, responses, runs of assistants,
  decisions; plain or streamed), in the order in which they come. When none is left the rules of `echo.py` hold again.
* A text is said as it is, whatever form was asked for; a mapping is said as JSON. Limits, stop sequences, usage and
  streaming are those of every answer.
* A call names its tool; that it was on offer is not checked, since programs are to be tested with models that err.

Weak spot: all choices of one request (`n`) say the same.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from typed_openai.local.echo import Call, Saying, Tool


class ToolCall:
    """A call that is to be made: `ToolCall("add", a=1)`; arguments may also be one mapping, or text as it is sent."""

    def __init__(self, name: str, arguments: str | Mapping[str, object] | None = None, /, **named: object) -> None:
        self.name = name
        self.arguments = arguments if isinstance(arguments, str) else json.dumps({**(arguments or {}), **named})


Scripted: TypeAlias = str | ToolCall | Mapping[str, object] | list[ToolCall]
"""One answer: a text, a call or several, or an object that is said as JSON."""


class Script:
    """The answers that are left, oldest first."""

    def __init__(self) -> None:
        self._left: deque[Saying] = deque()
        self._lock = threading.Lock()

    def add(self, *answers: Scripted) -> None:
        """Say these next, after what is left."""
        sayings = [_saying(answer) for answer in answers]
        with self._lock:
            self._left.extend(sayings)

    def next(self, tools: Sequence[Tool]) -> Saying | None:
        """The next answer, which is used up, its calls those of these tools; None when the rules hold."""
        with self._lock:
            said = self._left.popleft() if self._left else None
        if said is None:
            return None
        offered = {tool.name: tool for tool in tools}
        return Saying(
            said.text, tuple(Call(offered.get(call.tool.name, call.tool), call.arguments) for call in said.calls)
        )

    def clear(self) -> None:
        """Say nothing of what is left."""
        with self._lock:
            self._left.clear()


def _saying(answer: Scripted) -> Saying:
    if isinstance(answer, str):
        return Saying(answer)
    if isinstance(answer, Mapping):
        return Saying(json.dumps(answer))
    calls = answer if isinstance(answer, Iterable) else [answer]
    return Saying(calls=tuple(Call(Tool(call.name), call.arguments) for call in calls))
