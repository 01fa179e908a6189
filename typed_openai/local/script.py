"""What a server is told to say next, in place of what it would say by rule.

    server = LocalServer(script=["Good day.", ToolCall("get_weather", city="Paris"), "It is sunny."])
    server.answer([ToolCall("add", a=1, b=2), ToolCall("add", a=3, b=4)], {"sum": 10}, "Goodbye.")
    server.answer(parsed=Order(item="tea"), when="tea", times=2)

Rules
* One answer is used for each request that a model would answer (chat completions, responses, runs of assistants,
  decisions; plain or streamed), in the order in which they come. When none is left the rules of `echo.py` hold again.
* An answer with a `when` waits for a request that it fits, and goes before those that fit any.
* A text is said as it is, whatever form was asked for; a mapping or a pydantic model is said as JSON. Limits, stop
  sequences, usage and streaming are those of every answer.
* A call names its tool; that it was on offer is not checked, since programs are to be tested with models that err.

Weak spot: all choices of one request (`n`) say the same.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from typed_openai.local.echo import Call, Saying, Tool, Turn

if TYPE_CHECKING:
    from pydantic import BaseModel


class ToolCall:
    """A call that is to be made: `ToolCall("add", a=1)`; arguments may also be one mapping, or text as it is sent."""

    def __init__(self, name: str, arguments: str | Mapping[str, object] | None = None, /, **named: object) -> None:
        self.name = name
        self.arguments = arguments if isinstance(arguments, str) else json.dumps({**(arguments or {}), **named})

    def __repr__(self) -> str:
        return f"ToolCall({self.name!r}, {self.arguments!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ToolCall) and (self.name, self.arguments) == (other.name, other.arguments)

    def __hash__(self) -> int:
        return hash((self.name, self.arguments))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a model is asked, as far as an answer may depend on it."""

    text: str = ""
    """What the user said last."""
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the request says, by the names of the API."""

    @classmethod
    def of(cls, turns: Sequence[Turn], params: Mapping[str, Any]) -> Asked:
        """What these turns and parameters ask."""
        return cls(next((turn.text for turn in reversed(turns) if turn.role == "user"), ""), params)


Scripted: TypeAlias = "str | ToolCall | Mapping[str, object] | BaseModel | list[ToolCall]"
"""One answer: a text, a call or several, or an object that is said as JSON."""
When: TypeAlias = str | re.Pattern[str] | Mapping[str, object] | Callable[[Asked], bool]
"""Which requests an answer is for: a text or pattern that stands in what the user said last, parameters that are equal,
or a function of what is asked."""


@dataclass(slots=True)
class _Waiting:
    saying: Saying
    when: When | None
    left: int | None


class Script:
    """The answers that are left, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._lock = threading.Lock()

    def add(self, *answers: Scripted | Saying, when: When | None = None, times: int | None = 1) -> None:
        """Say these next, after what is left, `times` times each (None: always), when a request is meant for them."""
        if times is not None:
            check_times(times)
        _check_when(when)
        waiting = [_Waiting(_saying(answer), when, times) for answer in answers]
        with self._lock:
            self._waiting.extend(waiting)

    def next(self, tools: Sequence[Tool], asked: Asked | None = None) -> Saying | None:
        """The next answer for what is asked, which is used up, its calls those of these tools; None when the rules
        hold."""
        with self._lock:
            said = self._take(asked or Asked())
        if said is None:
            return None
        offered = {tool.name: tool for tool in tools}
        calls = tuple(Call(offered.get(call.tool.name, call.tool), call.arguments) for call in said.calls)
        return replace(said, calls=calls)

    def _take(self, asked: Asked) -> Saying | None:
        for waiting in sorted(self._waiting, key=lambda each: each.when is None):
            if waiting.when is None or _fits(waiting.when, asked):
                if waiting.left is not None:
                    waiting.left -= 1
                if waiting.left == 0:
                    self._waiting.remove(waiting)
                return waiting.saying
        return None

    def left(self) -> list[Saying]:
        """What was not said yet, but for what is said always."""
        with self._lock:
            return [each.saying for each in self._waiting if each.left is not None for _ in range(each.left)]

    def clear(self) -> None:
        """Say nothing of what is left."""
        with self._lock:
            self._waiting.clear()


def check_times(times: object) -> None:
    """Refuse what is not a number of requests: `TypeError`, `ValueError`."""
    if isinstance(times, bool) or not isinstance(times, int):
        raise TypeError(f"times is {times!r}; expected a number of requests")
    if times < 1:
        raise ValueError(f"times is {times!r}; expected a number of requests from 1, or None for all of them")


def _check_when(when: object) -> None:
    if isinstance(when, re.Pattern):
        fits = isinstance(when.pattern, str)
    else:
        fits = when is None or isinstance(when, str | Mapping) or callable(when)
    if not fits:
        raise TypeError(f"when is a text, a pattern of one, parameters, or a function of Asked, not {when!r}")


def saying(text: object, tool_calls: Iterable[object] | None, parsed: object, refusal: object) -> Saying:
    """One answer of several parts. Raises `TypeError` for what does not go together."""
    given = [name for name, value in (("text", text), ("parsed", parsed), ("refusal", refusal)) if value is not None]
    if len(given) > 1:
        raise TypeError(f"an answer is one of text, parsed and refusal, not {' and '.join(given)}")
    if not given and tool_calls is None:
        raise TypeError("answer() expects what to say: a text, tool_calls=[...], parsed=... or refusal=...")
    if refusal is not None and not isinstance(refusal, str):
        raise TypeError(f"refusal is a text, not {refusal!r}")
    if isinstance(tool_calls, str | Mapping) or not isinstance(tool_calls, Iterable | None):
        raise TypeError(f"tool_calls is a list, not {tool_calls!r}")
    said = Saying(refusal=refusal)
    if text is not None:
        said = _saying(text)
    elif parsed is not None:
        said = Saying(parsed if isinstance(parsed, str) else _as_json(parsed))
    calls = tuple(call for each in tool_calls or () for call in _saying(_tool_call(each)).calls)
    return replace(said, calls=said.calls + calls)


def said_shortly(said: Saying) -> str:
    """An answer in one line."""
    calls = [f"{call.tool.name}({call.arguments})" for call in said.calls]
    return " ".join(text for text in (said.text, said.refusal, *calls) if text)


def _tool_call(given: object) -> ToolCall:
    if isinstance(given, ToolCall):
        return given
    if isinstance(given, str):
        return ToolCall(given)
    if isinstance(given, tuple | list) and len(given) == 2 and isinstance(given[0], str):
        return ToolCall(given[0], given[1])
    if isinstance(given, Mapping):
        inner = given.get("function", given)
        if isinstance(inner, Mapping) and isinstance(inner.get("name"), str):
            return ToolCall(inner["name"], inner.get("arguments"))
    raise TypeError(f"a tool call is ToolCall(name, ...), (name, arguments) or a mapping with 'name', not {given!r}")


def _fits(when: When, asked: Asked) -> bool:
    if isinstance(when, str):
        return when in asked.text
    if isinstance(when, re.Pattern):
        return when.search(asked.text) is not None
    if isinstance(when, Mapping):
        return all(name in asked.params and asked.params[name] == value for name, value in when.items())
    return bool(when(asked))


def _saying(answer: object) -> Saying:
    if isinstance(answer, Saying):
        return answer
    if isinstance(answer, str):
        return Saying(answer)
    if isinstance(answer, ToolCall):
        return Saying(calls=(Call(Tool(answer.name), answer.arguments),))
    if isinstance(answer, list) and all(isinstance(each, ToolCall) for each in answer):
        return Saying(calls=tuple(call for each in answer for call in _saying(each).calls))
    if isinstance(answer, int | float | bytes | bytearray):
        raise TypeError(f"an answer is a text, ToolCalls, or an object that is said as JSON, not {answer!r}")
    return Saying(_as_json(answer))


def _as_json(answer: object) -> str:
    """An object as JSON: a mapping, or what pydantic can write (models, dataclasses, lists of them)."""
    if answer is None or answer == []:
        raise TypeError(f"an answer is a text, ToolCalls, or what can be written as JSON, not {answer!r}")
    if isinstance(answer, Mapping):
        return json.dumps(answer)
    from pydantic_core import PydanticSerializationError, to_json

    try:
        return to_json(answer, by_alias=True).decode()
    except PydanticSerializationError as fault:
        raise TypeError(f"an answer is a text, ToolCalls, or what can be written as JSON, not {answer!r}") from fault
