"""The events of a streamed run, made of the events of its response while they come.

    event of the response                               events of the run
    the first with a response                           `thread.run.created` and `.queued` (of a run that goes on: its
                                                        calls are done, `thread.run.step.completed`, then `.queued`)
    `response.in_progress`                              `thread.run.in_progress`
    `output_item.added`: a message                      a step, `thread.message.created` and `.in_progress`
    `output_text.delta`, `.annotation.added`, `refusal` `thread.message.delta`
    `output_item.added`: a call                         a step, or one more call of the step of functions
    `function_call_arguments.delta`, code               `thread.run.step.delta`
    `output_item.done`                                  `thread.message.completed`, `thread.run.step.completed`
    `response.completed`, `.failed`, ...                the run as it is then, and `done`
    `error`                                             `error`
    what is said of items that assistants did not have  the same, under its own name

Rules: what a stream says adds up to what `runs.retrieve` and `runs.steps.list` give afterwards. A stream that breaks
off ends nothing: the run goes on in the background.

Weak spot: when a message or a step was done is told by the clock here, and by that of the service afterwards.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from typed_openai.bridge.messages import annotation_of, message_of
from typed_openai.bridge.outcomes import OVER, reasons
from typed_openai.bridge.progress import noted
from typed_openai.bridge.reading import UNREADABLE, member, number, objects, rest, text
from typed_openai.bridge.shelf import Item
from typed_openai.bridge.steps import asks, call_of, ended, step_of
from typed_openai.core.answer.sse import DONE, SSEDecoder

if TYPE_CHECKING:
    from typed_openai.bridge.exchange import Bridge
    from typed_openai.core.run.effects import Flow

Event: TypeAlias = tuple[str, object]
"""A name, and what it is about."""
_SAID_OTHERWISE = frozenset(
    {
        *("response.content_part.added", "response.content_part.done", "response.output_text.done"),
        *("response.refusal.done", "response.function_call_arguments.done", "response.queued"),
        *("response.code_interpreter_call_code.done", "response.code_interpreter_call.in_progress"),
        *("response.code_interpreter_call.interpreting", "response.code_interpreter_call.completed"),
        *("response.file_search_call.in_progress", "response.file_search_call.searching"),
        *("response.file_search_call.completed", "keepalive"),
    }
)
"""Events of responses that repeat what others say."""
_GOES_ON = "in_progress"


def encoded(events: Iterable[Event]) -> bytes:
    """Events as they travel."""
    return b"".join(_encoded(name, data) for name, data in events)


def _encoded(name: str, data: object) -> bytes:
    content = DONE if data is DONE else json.dumps(data).encode()
    return b"event: %b\ndata: %b\n\n" % (name.encode(), content)


def closing(run: Item) -> list[Event]:
    """The end of a stream: the run, over or waiting for outputs."""
    return [(f"thread.run.{run['status']}", run), ("done", DONE)]


def answered_steps(record: Item) -> list[Event]:
    """That the functions of the last round have been called."""
    steps = record["rounds"][-1]["steps"] if record["rounds"] else []
    return [("thread.run.step.completed", step) for step in steps if asks(step)]


class Telling:
    """One stream. `before`: events that go before those of the run; `handed`: what was made of the
    record of a run that goes on; the run is new without."""

    def __init__(
        self, bridge: Bridge, record: Item, before: Iterable[Event], handed: Callable[[Item], Item] | None
    ) -> None:
        self.bridge = bridge
        self.handed = handed
        self.record = record
        self.before = [*before]
        self.goes_on = handed is not None
        self.decoder = SSEDecoder()
        self.begun = False
        self.items: dict[str, Item] = {}
        """Messages and calls by their id, as they were when they began."""
        self.steps: dict[str, tuple[Item, int]] = {}
        """The step that an item belongs to, and the place of its call in there."""
        self.group: tuple[Item, int] | None = None
        """The step of functions that the next function belongs to, and how many there are."""
        self.said: dict[tuple[str, int], str] = {}
        """What was said in each text of each message."""
        self.marks: dict[tuple[str, int], int] = {}
        """How many annotations each text has."""

    def feed(self, block: bytes) -> Flow[bytes]:
        """The events that a block makes, as bytes."""
        told = b""
        for each in self.decoder.feed(block):
            data = each if isinstance(each, bytes) else each.data
            if data == DONE:
                continue
            try:
                event = json.loads(data)
            except ValueError:
                told += b"data: %b\n\n" % data  # whoever reads it says what is wrong with it
                continue
            told += encoded((yield from self._told(event)))
        return told

    def _told(self, event: Any) -> Flow[list[Event]]:
        """The events that one event makes; one of another shape than ever seen is handed on as it came."""
        try:
            return (yield from self.told(event if isinstance(event, dict) else {"data": event}))
        except UNREADABLE:
            return [(text(event.get("type")) or "unknown", event)]

    def told(self, event: Item) -> Flow[list[Event]]:
        """The events that one event of the response makes."""
        name, response = text(event.get("type")), member(event, "response")
        found: list[Event] = []
        if response:
            found += yield from self._seen(response)
            if response.get("status") in OVER:
                return [*found, *closing(self.record["run"])]
        if name == "error":
            return [*found, ("error", reasons(event))]
        teller = self.TELLERS.get(name)
        if teller is not None:
            found += teller(self, event)
        elif not response and name not in _SAID_OTHERWISE:
            found.append((name or "unknown", event))
        return found

    def _seen(self, response: Item) -> Flow[list[Event]]:
        """Note a response; the events with which a run begins."""
        before = self.record["run"]["status"]
        if not self.begun or response.get("status") in OVER:
            self.record = yield from noted(self.bridge, self.record, response, self.handed)
        run = self.record["run"]
        found: list[Event] = []
        if not self.begun:
            self.begun = True
            queued = {**run, "status": "queued", "started_at": run["started_at"] if self.goes_on else None}
            queued |= {"required_action": None, "usage": None}
            found = [*self.before, *([] if self.goes_on else [("thread.run.created", queued)])]
            found.append(("thread.run.queued", queued))
            before = "queued"
        if response.get("status") == _GOES_ON and before == "queued":
            run = self.record["run"] = {**run, "status": _GOES_ON}
            run["started_at"] = run["started_at"] or number(response.get("created_at")) or int(time.time())
            found.append((f"thread.run.{_GOES_ON}", run))
        return found

    # -- items ---------------------------------------------------------------------------------------------------------

    def _added(self, event: Item) -> Iterator[Event]:
        item = member(event, "item")
        identifier, kind = str(item.get("id")), item.get("type")
        if kind == "reasoning":
            yield (text(event.get("type")), event)
            return
        self.items[identifier] = item
        if kind == "function_call" and self.group is not None:
            step, count = self.group
        else:
            step, count = self._new_step({**item, "status": _GOES_ON}), 0
            yield from ((f"thread.run.step.{name}", step) for name in ("created", _GOES_ON))
        self.group = (step, count + 1) if kind == "function_call" else None
        self.steps[identifier] = step, count
        if kind == "message":
            message = self._message({**item, "status": _GOES_ON, "content": []})
            yield from ((f"thread.message.{name}", message) for name in ("created", _GOES_ON))
        else:
            yield self._step_delta(identifier, _begun(call_of(item)))

    def _new_step(self, item: Item) -> Item:
        now = int(time.time())
        step = step_of(item, self.record["run"], now, now)
        if step["type"] == "tool_calls":
            step["step_details"] = {"type": "tool_calls", "tool_calls": []}
        return step

    def _done(self, event: Item) -> Iterator[Event]:
        item = member(event, "item")
        identifier, kind = str(item.get("id")), item.get("type")
        if kind == "reasoning":
            yield (text(event.get("type")), event)
            return
        if identifier not in self.steps:
            yield from self._added({**event, "type": "response.output_item.added"})
        if kind == "function_call":
            return  # its step is over when its output is there
        now = int(time.time())
        if kind == "message":
            message = self._message(item)
            yield (f"thread.message.{message['status']}", message)
        else:
            yield from self._outcome(identifier, call_of(item))
        step = {**step_of(item, self.record["run"], now, now), "created_at": self.steps[identifier][0]["created_at"]}
        step = ended(step, "completed", now) if step["status"] == _GOES_ON else step
        yield (f"thread.run.step.{step['status']}", step)

    def _outcome(self, identifier: str, call: Item) -> Iterator[Event]:
        """What a tool of the service came to, which only its whole item says."""
        told = rest(call, "id")
        code = call.get("code_interpreter")
        if isinstance(code, dict):
            outputs = [{"index": place, **each} for place, each in enumerate(objects(code.get("outputs")))]
            told["code_interpreter"] = {"outputs": outputs}
        yield self._step_delta(identifier, told)

    def _message(self, item: Item) -> Item:
        run, now = self.record["run"], int(time.time())
        notes = {"run_id": run["id"], "assistant_id": run["assistant_id"], "created_at": now, "completed_at": now}
        return message_of(item, run["thread_id"], {**notes, "why": "max_output_tokens"})

    # -- deltas --------------------------------------------------------------------------------------------------------

    def _text(self, event: Item) -> Iterator[Event]:
        key, piece = _place(event), text(event.get("delta"))
        self.said[key] = self.said.get(key, "") + piece
        yield _message_delta(key, {"type": "text", "text": {"value": piece}})

    def _annotation(self, event: Item) -> Iterator[Event]:
        key = _place(event)
        mark = self.marks.get(key, 0)
        self.marks[key] = mark + 1
        note = {"index": mark, **annotation_of(member(event, "annotation"), self.said.get(key, ""))}
        yield _message_delta(key, {"type": "text", "text": {"annotations": [note]}})

    def _refusal(self, event: Item) -> Iterator[Event]:
        yield _message_delta(_place(event), {"type": "refusal", "refusal": text(event.get("delta"))})

    def _arguments(self, event: Item) -> Iterator[Event]:
        piece = {"type": "function", "function": {"arguments": text(event.get("delta"))}}
        yield self._step_delta(str(event.get("item_id")), piece)

    def _code(self, event: Item) -> Iterator[Event]:
        piece = {"type": "code_interpreter", "code_interpreter": {"input": text(event.get("delta"))}}
        yield self._step_delta(str(event.get("item_id")), piece)

    def _step_delta(self, item_id: str, call: Item) -> Event:
        step, index = self.steps.get(item_id) or (self._new_step({"id": item_id}), 0)
        delta = {"step_details": {"type": "tool_calls", "tool_calls": [{"index": index, **call}]}}
        return "thread.run.step.delta", {"id": step["id"], "object": "thread.run.step.delta", "delta": delta}

    TELLERS: ClassVar[dict[str, Callable[[Any, Item], Iterator[Event]]]] = {
        "response.output_item.added": _added,
        "response.output_item.done": _done,
        "response.output_text.delta": _text,
        "response.output_text.annotation.added": _annotation,
        "response.refusal.delta": _refusal,
        "response.function_call_arguments.delta": _arguments,
        "response.code_interpreter_call_code.delta": _code,
    }


def _begun(call: Item) -> Item:
    """A call before anything is known of it but what it is."""
    kind = text(call.get("type"))
    begun: Item = {"function": {"name": "", "arguments": "", "output": None}, "file_search": {}}
    begun["code_interpreter"] = {"input": "", "outputs": []}
    if kind == "function":
        begun[kind]["name"] = call[kind]["name"]
    return {"id": call.get("id"), "type": kind, **({kind: begun[kind]} if kind in begun else {})}


def _place(event: Item) -> tuple[str, int]:
    """Which text an event is about: the id of its message, and its place in there."""
    return str(event.get("item_id")), number(event.get("content_index")) or 0


def _message_delta(key: tuple[str, int], block: Item) -> Event:
    delta = {"content": [{"index": key[1], **block}]}
    return "thread.message.delta", {"id": key[0], "object": "thread.message.delta", "delta": delta}
