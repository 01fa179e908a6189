"""All of a socket that has more than one step, written once: opening, reading, sending, reconnecting, closing.

Each is a generator that yields effects (`effects.py`); a driver of either colour runs it. Threads (or tasks) may send
while one reads; those who read take turns (`reading`).

Rules
* Reading raises what an end means (`machine.closed`); the one good end is a close with 1000 and no answer under way, or
  one of our own, which is told by `None`.
* A broken connection is opened again by whoever reads. Meanwhile what is sent waits in the queue, in order, and leaves
  before anything newer. A message whose sending broke off is not sent again: it may have arrived; the error, or the
  `reconnected` event, names it.
* A server that refuses (a 4xx other than 408, 409, 429) is not asked again.
* The count of attempts begins anew with the first event that is not an error.
* Given up half-way (a cancelled task), the session is as it was: the next read goes on reconnecting.

Weak spot: a program that sends and never reads is not reconnected; its queue fills up and says so.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from typed_openai.core.redact import logger
from typed_openai.core.run.effects import EVERYWHERE, Call
from typed_openai.core.run.flow import perform
from typed_openai.core.run.retry import is_temporary
from typed_openai.errors import APIError, ConfigurationError
from typed_openai.sockets.effects import Hang, LineEnded, Opened, Receive, Steps, Transmit, WaitUntil
from typed_openai.sockets.reconnecting import RECOVERABLE, Policy, ReconnectedEvent, ReconnectingEvent

if TYPE_CHECKING:
    from typed_openai.core.caller import Caller, Policies
    from typed_openai.core.run.observing import Observation
    from typed_openai.sockets.effects import Gate, SocketRequest
    from typed_openai.sockets.machine import SocketMachine
    from typed_openai.sockets.send_queue import SendQueue

_GOOD = 1000
F = TypeVar("F", bound="BaseException | None")
State = Literal["new", "open", "broken", "closed"]


class SocketSession:
    """One connection, as often as it has to be opened."""

    def __init__(
        self,
        machine: SocketMachine,
        make: Callable[[Any, Any], SocketRequest],
        asked: tuple[Any, Any],
        client: Caller,
        policy: Policy,
        queue: SendQueue,
        gate: Gate,
    ) -> None:
        self.machine = machine
        self.client = client
        self.config: Policies = client.config
        self.policy = policy
        self.queue = queue
        self.gate = gate
        self.state: State = "new"
        self.line: Any = None
        self._make = make
        self._asked = asked
        self._attempt = 0
        self._baton = threading.Lock()
        """Who holds it reads. It is never waited for: who does not get it waits at the gate."""
        self._waiting = 0
        self._ended = LineEnded(1006, "", "cut")
        self._last: tuple[str, bytes] | None = None
        self._in_doubt: list[bytes] = []
        self._told: deque[Any] = deque()
        self._watched: Observation | None = None
        self._failure: APIError | None = None
        """What sending came to; where nobody reads on, it is what the connection ends with."""

    # -- opening ----------------------------------------------------------------------------------------------------

    def open(self) -> Steps[None]:
        """Connect, and send what was queued before."""
        if self.state != "new":
            raise ConfigurationError(
                f"{self.machine.request.operation}: this connection was opened before: connect anew"
            )
        if not EVERYWHERE and not self.client.observers:
            yield from self._opened()
            return
        from typed_openai.core.run.observing import observe

        request = self.machine.request
        self._watched = observe(self.client, request.operation, "socket", request.params)
        with self._watched or nullcontext():
            yield from self._opened()
            if self._watched is not None:
                self._watched.gives(None)

    def _opened(self) -> Steps[None]:
        opened = yield from self._dial(self.config)
        self._adopt(opened)
        try:
            yield from self._flush()
        except LineEnded as ended:
            self.state = "closed"
            raise self.machine.closed(ended, self.queue.drain(), self._in_doubt) from ended

    def _dial(self, config: Policies) -> Steps[Opened]:
        request = self._make(*self._asked)
        self.machine.request = request
        if self._watched is not None:
            self._watched.sends(request)
        opened: Opened = yield from perform(request, config)
        return opened

    def _adopt(self, opened: Opened) -> None:
        self.line = opened.line
        self.machine.meta, self.machine.scope = opened.meta, opened.scope

    def _flush(self) -> Steps[None]:
        """Send what waits; then the connection is open to all."""
        while True:
            with self.gate:
                if not len(self.queue):
                    if self.state != "closed":
                        self.state = "open"
                    return
                kind, content = self.queue.take()
            yield from self._write(kind, content)

    def _write(self, kind: str, content: bytes) -> Steps[None]:
        try:
            yield Transmit(self.line, content)
        except LineEnded:
            self._in_doubt.append(content)
            raise
        self._sent(kind, content)

    def _sent(self, kind: str, content: bytes) -> None:
        self.machine.sent(kind)
        if kind == self.machine.protocol.restores:
            self._last = kind, content

    # -- sending ----------------------------------------------------------------------------------------------------

    def send(self, kind: str, content: bytes) -> Steps[None]:
        """Send a message, or queue it while there is no connection."""
        if kind in self.machine.protocol.asks and self.machine.scope is not None:
            scope = self.machine.scope if self._watched is None else self._watched.outer
            if scope is not None:
                scope.admit(replace(self.machine.request, method="POST"))
        while not (yield from self._handed_over(kind, content)):
            """The line ended first, and another one is open by now."""

    def _handed_over(self, kind: str, content: bytes) -> Steps[bool]:
        """Whether a message was sent, or waits; not where its line ended before it and another one is open."""
        with self.gate:
            if self.state == "closed":
                raise self.machine.closed(self._ended, [content], note="; this message was not sent")
            if self.state == "new" or (self.state == "broken" and self.policy.reconnects):
                self.queue.put(kind, content)
                return True
            line = self.line
        try:
            yield Transmit(line, content)
        except LineEnded as ended:
            return self._waits(ended, line, kind, content)
        self._sent(kind, content)
        return True

    def _waits(self, ended: LineEnded, line: Any, kind: str, content: bytes) -> bool:
        """Whether a message that a line did not take waits for another one; not where that is there already. Raises
        where there will be none, or where it may have arrived."""
        with self.gate:
            if self.line is line and self.state == "open":
                self._ended = ended
                if self._may_reconnect(ended):
                    self.state = "broken"
            if ended.unsent and self.state == "broken":
                self.queue.put(kind, content)
                return True
            if ended.unsent and self.state == "open" and self.line is not line:
                return False
        unsent, in_doubt = ([content], []) if ended.unsent else ([], [content])
        note = "" if ended.unsent else "; the message may have arrived"
        self._failure = self.machine.closed(ended, unsent, in_doubt, note)
        raise self._failure from ended

    # -- reading ----------------------------------------------------------------------------------------------------

    def receive(
        self,
        inbox: deque[Any] | None = None,
        other: Callable[[Any], bool] | None = None,
        until: float | None = None,
    ) -> Steps[Any]:
        """The next event, None at a good end; `TimeoutError` where none came until then (`time.monotonic()`).

        Where several read: in `inbox` stands what another has read for this one, `other` takes what this one has read
        for another.
        """
        baton, machine = self._baton, self.machine
        while True:
            if inbox:
                with suppress(IndexError):  # another may take the last one
                    return inbox.popleft()
            if not baton.acquire(blocking=False):
                yield from self._wait_for_turn(inbox, until)
                continue
            try:
                event = None
                while event is None and self.state != "closed":
                    if self._told or self.state != "open":
                        event = yield from self._recovered()
                        continue
                    try:
                        patience = machine.patience() if until is None else self._patience(until)
                        message = yield Receive(self.line, patience)
                    except LineEnded as ended:
                        self._line_ended(ended)
                    except TimeoutError:
                        yield from self._nothing_came(until)
                    else:
                        event = machine.feed(message)
                        if self._watched is not None and machine.events == 1:
                            self._watched.event()
                        if self._attempt and event.type != "error":
                            self._attempt = 0
                if event is None or other is None or not other(event):
                    return event
            finally:
                baton.release()
                if self._waiting:
                    self.gate.notify()

    def _wait_for_turn(self, inbox: deque[Any] | None, until: float | None) -> Steps[None]:
        seconds = None if until is None else max(until - time.monotonic(), 0.0)
        with self.gate:
            self._waiting += 1  # before the condition is looked at, so that nobody who changes it fails to notify
        try:
            found = yield WaitUntil(self.gate, lambda: inbox or not self._baton.locked(), seconds)
        finally:
            with self.gate:
                self._waiting -= 1
        if not found:
            raise TimeoutError

    def _patience(self, until: float | None) -> float | None:
        """Seconds that the next message may take."""
        patience = self.machine.patience()
        if until is None:
            return patience
        left = max(until - time.monotonic(), 0.0)
        return left if patience is None else min(left, patience)

    def _recovered(self) -> Steps[Any]:
        """What is to be told, or None when the connection is open again."""
        if self._told:
            return self._told.popleft()
        if self.state == "new":
            raise ConfigurationError(f"{self.machine.request.operation}: not connected: use `with`, or enter()")
        yield from self._reconnect(self._ended)
        return self._told.popleft() if self._told else None

    def _line_ended(self, ended: LineEnded) -> None:
        """The line has ended: well, to be opened again, or badly, which is raised."""
        with self.gate:
            if self.state == "closed":
                return
            self._ended = ended
            if self._may_reconnect(ended):
                self.state = "broken"
                return
            self.state = "closed"
        unfinished = self.machine.under_way or self.machine.asked or len(self.queue)
        if ended.code == _GOOD and ended.why == "closed" and not unfinished:
            self._finished(None)
            return
        raise self._finished(self.machine.closed(ended, self.queue.drain(), self._in_doubt)) from ended

    def _finished(self, error: F) -> F:
        """It is over, which observers want to know."""
        if self._watched is not None:
            self._watched.finish(error)
        return error

    def _nothing_came(self, until: float | None) -> Steps[None]:
        """Nothing came: for as long as the reader would wait, or for `idle_timeout` while an answer was under way."""
        if self.machine.patience() != 0.0:
            if until is None:
                return
            raise TimeoutError
        why = f"no event for {self.machine.idle:g} s while an answer was under way; raise idle_timeout=... if it may"
        failure = self.machine.stalled(why)
        if self.policy.reconnects:
            yield Hang(self.line, _GOOD, "")
            with self.gate:
                if self.state == "open":
                    self.state, self._ended = "broken", LineEnded(1006, why, "cut")
            return
        self.machine.asked = 0
        self.machine.under_way.clear()
        raise failure

    # -- reconnecting -----------------------------------------------------------------------------------------------

    def _may_reconnect(self, ended: LineEnded) -> bool:
        return self.policy.reconnects and ended.code in RECOVERABLE and ended.why not in ("size", "protocol")

    def _reconnect(self, ended: LineEnded) -> Steps[None]:
        """Open the connection again, or raise."""
        policy = self.policy
        cause: Exception | None = None
        for attempt in range(self._attempt + 1, policy.max_retries + 1):
            self._attempt = attempt
            goes_on = yield from self._may_try(attempt, ended)
            if not goes_on:
                break
            try:
                opened = yield from self._dial(self._for_one_attempt())
            except APIError as error:
                cause = error
                if not is_temporary(error):
                    break
                continue
            self._adopt(opened)
            lost = self.machine.lost()
            try:
                restored = yield from self._restore()
                yield from self._flush()
            except LineEnded as again:
                cause = again
                if again.code not in RECOVERABLE:
                    break
                continue
            self._announce(attempt, ended, lost, restored)
            return
        if self.state == "closed":
            return
        with self.gate:
            self.state, self.line = "closed", None
        note = f"; {self._attempt} attempts to reconnect" + ("" if cause is None else f", the last: {cause}")
        failure = self.machine.closed(ended, self.queue.drain(), self._in_doubt, note)
        raise self._finished(failure) from (cause or ended)

    def _may_try(self, attempt: int, ended: LineEnded) -> Steps[bool]:
        """Ask the program and wait; whether to go on."""
        policy, delay = self.policy, self.policy.delay(attempt)
        query, headers = self._asked
        if policy.on_reconnecting is not None:
            event = ReconnectingEvent(attempt, policy.max_retries, delay, ended.code, query or {}, headers or {})
            told = yield Call(policy.on_reconnecting, event)
            if isinstance(told, dict):
                if told.get("abort"):
                    return False
                self._asked = told.get("extra_query", query), told.get("extra_headers", headers)
        operation = self.machine.request.operation
        logger.info("%s: reconnecting (attempt %d of %d) in %.2f s", operation, attempt, policy.max_retries, delay)
        yield WaitUntil(self.gate, lambda: self.state == "closed", delay)
        return self.state != "closed"

    def _for_one_attempt(self) -> Policies:
        """The settings of the client, but that one attempt is one attempt."""
        return self.config.changed({"max_retries": False})

    def _restore(self) -> Steps[bool]:
        if not self.policy.restore_session or self._last is None:
            return False
        yield from self._write(*self._last)
        return True

    def _announce(self, attempt: int, ended: LineEnded, lost: Any, restored: bool) -> None:
        doubt = [content.decode("utf-8", "replace") for content in self._in_doubt]
        self._in_doubt = []
        said = ReconnectedEvent(attempts=attempt, close_code=ended.code, restored=restored, in_doubt=doubt, lost=lost)
        self._told.append(said)

    # -- closing ----------------------------------------------------------------------------------------------------

    def close(self, code: int, reason: str) -> Steps[None]:
        """Say goodbye; raises where messages were left that nobody will send."""
        with self.gate:
            was, self.state = self.state, "closed"
            line, self.line = self.line, None
            unsent = self.queue.drain()
            if was in ("new", "open"):
                self._ended = LineEnded(code, reason, "closed")
        self.gate.notify()
        if line is not None:
            yield Hang(line, code, reason)
        if unsent:
            raise self._finished(self.machine.closed(self._ended, unsent))
        failure, self._failure = self._failure, None
        self._finished(failure)

    def how_it_ended(self) -> LineEnded:
        """How the line ended last."""
        return self._ended
