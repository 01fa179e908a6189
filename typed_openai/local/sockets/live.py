"""A live session: it talks by itself, and hands work on to the program, to responses or to decisions.

Rules
* The first connection starts the session (`session.start`); until then it knows nothing else.
* Who speaks is answered by the rules of `echo`, or as a script says; calls of a script are work that is handed on: to
  the program, unless responses or decisions work for the session, who get all that is said.
* What the program lets the model pass on (`session.commentary.append`) is said at once.
* All that is told goes to every connection of the session.

Weak spot: nobody interrupts anybody.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from typed_openai.local import tokens
from typed_openai.local.decisions import decided
from typed_openai.local.echo import Turn
from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Request
from typed_openai.local.kept import Item
from typed_openai.local.sockets.delegating import Work
from typed_openai.local.sockets.line import Line
from typed_openai.local.sockets.live_sessions import LiveSession, LiveSessions
from typed_openai.local.sockets.realtime import sound_of
from typed_openai.local.sockets.speaking import PIECE_MS
from typed_openai.local.sockets.talk import Talk, Told, on
from typed_openai.local.sockets.voice import Ear, spoken, understood
from typed_openai.local.state import State
from typed_openai.local.tool_choices import said_to
from typed_openai.sockets.pcm import REALTIME, SoundFormat, format_of

_TURNS: Mapping[str, Any] = {"type": "server_vad"}
_FIXTURE = REALTIME
_MOST_OF_A_FIXTURE_MS = 30_000
_OUTPUT = "session.output_transcript.delta"
_INPUT = "session.input_transcript.delta"


class AnyLiveTalk(Talk):
    """What every connection of a session may do."""

    live: LiveSession

    def heard(self, message: bytes) -> Told:
        """What is told in answer, to all who are connected."""
        with self.live.lock:
            for event in super().heard(message):
                if event["type"] != "error":
                    self.live.tell(event, self)
                yield event

    def answered(self, kind: str, event: Mapping[str, Any], /, **members: Any) -> Item:
        """An event that answers one of the client."""
        mine = {} if event.get("event_id") is None else {"client_event_id": event["event_id"]}
        return self.event(kind, **mine, **members)

    def refused(self, refusal: ApiError, event: Mapping[str, Any]) -> Told:
        """The event `error` that tells of a refusal, as live sessions have it."""
        about = {"type": refusal.kind, "code": refusal.code or "invalid_request", "message": refusal.message}
        told = self.answered("error", event)
        mine = {name: told[name] for name in ("client_event_id",) if name in told}
        yield {**told, "error": {**about, "param": refusal.param, **mine}}

    def gone(self) -> None:
        """Others may go on."""
        if hasattr(self, "live"):
            self.live.leave(self)

    # --- the session -------------------------------------------------------------------------------------------------

    @on("session.update")
    def update(self, event: Item) -> Told:
        """Change the session."""
        resource, given = self.live.resource, event["session"]
        delegation = given.get("delegation")
        if delegation is not None:
            own: Item = resource.get("delegation") or {"type": "client"}
            if delegation["type"] != own["type"]:
                message = f"Work goes to {own['type']!r} in this session, and stays so."
                raise ApiError(400, message, param="session.delegation.type", code="invalid_value")
            kind = own["type"]
            inner = {kind: {**own.get(kind, {}), **(delegation.get(kind) or {})}} if kind in own else {}
            resource = {**resource, "delegation": {**own, **delegation, **inner}}
        if given.get("triggers") is not None:
            resource = {**resource, "triggers": given["triggers"]}
        self.live.resource = resource
        yield self.answered("session.updated", event, session=resource)

    @on("session.close")
    def close(self, event: Item) -> Told:
        """End the session."""
        yield from self._ended(event, "close_requested")
        self.over = True

    def _ended(self, event: Mapping[str, Any], reason: str) -> Told:
        self.live.is_open = False
        members = {"session": self.live.resource, "usage": self.live.usage, "reason": reason}
        yield self.answered("session.closed", event, **members)

    @on("session.input_audio.mute", "session.input_audio.unmute")
    def mute(self, event: Item) -> Told:
        """Do not listen, or listen again."""
        self.live.muted = event["type"] == "session.input_audio.mute"
        yield self.answered(f"{event['type']}d", event)

    # --- what the model is told --------------------------------------------------------------------------------------

    def _span(self, event: Item, kind: str) -> Item:
        return self.answered(kind, event, start_ms=self.live.now_ms, end_ms=self.live.now_ms)

    @on("session.instructions.append", "session.thinking.append")
    def instruct(self, event: Item) -> Told:
        """Know what to do, or what to keep to oneself."""
        yield self._span(event, f"{event['type']}ed")

    @on("session.commentary.append")
    def comment(self, event: Item) -> Told:
        """Pass on what the program knows."""
        yield self._span(event, "session.commentary.appended")
        yield from self.said(event["content"])

    # --- what is said ------------------------------------------------------------------------------------------------

    @property
    def how(self) -> SoundFormat:
        """How the session carries sound."""
        return format_of(self.live.resource["audio"]["format"])

    def said(self, text: str) -> Told:
        """Say a text, in words and as sound."""
        how, start = self.how, self.live.now_ms
        sound = spoken(self.state, text, how)
        length = how.milliseconds(len(sound))
        yield from self.worded(_OUTPUT, text, start, start + length)
        size = how.bytes_of(PIECE_MS)
        for at in range(0, len(sound), size):
            piece = sound[at : at + size]
            begin = start + how.milliseconds(at)
            span = {"start_ms": begin, "end_ms": begin + how.milliseconds(len(piece))}
            yield {"type": "session.output_audio.delta", "delta": b64encode(piece).decode(), **span}
        self.live.now_ms = start + length
        yield self.event("session.usage.updated", usage=self.live.usage, context_window={"usage_ratio": 0.0})

    def worded(self, kind: str, text: str, start: int, end: int) -> Told:
        """The transcript of what was heard or said, and what it sets off."""
        words = tokens.split(text)
        triggers = [each for each in self.live.resource.get("triggers") or () if each["event_type"] == kind]
        for number, word in enumerate(words):
            span = {
                "start_ms": start + (end - start) * number // len(words),
                "end_ms": start + (end - start) * (number + 1) // len(words),
            }
            event = self.event(kind, delta=word, **span)
            yield event
            for trigger in triggers if number + 1 == len(words) else ():
                source = {"source_event_id": event["event_id"], "source_event_type": kind}
                done = {
                    "type": "decision.completed",
                    "decision": decided({"model": "local", **trigger["decisions"]}, text),
                }
                yield self.event("decision.event", event=done, trigger_id=self.state.new_id("trg_"), **source)

    @on("session.output_audio.fixture.play")
    def play(self, event: Item) -> Told:
        """Play a recording of the program's."""
        sound = sound_of(event)
        length = _FIXTURE.milliseconds(len(sound))
        if not 0 < length <= _MOST_OF_A_FIXTURE_MS:
            raise ApiError(400, f"The recording has {length} ms; 1 to 30,000 can be played.", param="audio")
        yield self.answered("session.output_audio.fixture.playing", event)
        span = {"start_ms": self.live.now_ms, "end_ms": self.live.now_ms + length}
        yield {"type": "session.output_audio.delta", "delta": event["audio"], **span}
        self.live.now_ms += length
        yield self.answered("session.output_audio.fixture.played", event)

    # --- who works for the session -----------------------------------------------------------------------------------

    def replied(self, text: str) -> Told:
        """Answer what was said, or hand it on."""
        delegation = self.live.resource.get("delegation") or {"type": "client"}
        work = Work(self.state, self.live, delegation)
        if delegation["type"] != "client":
            yield from self._worked(work, work.begun(text))
            return
        said = said_to(self.state, [Turn("user", text)], {})
        if said.calls:
            yield self.event("session.delegation.created", delegation=work.created, offset_ms=self.live.now_ms)
        else:
            yield from self.said(said.text or "")

    def _worked(self, work: Work, told: Iterator[Item]) -> Told:
        """What work that was handed on tells, and what comes of it."""
        yield self.event("session.delegation.created", delegation=work.created, offset_ms=self.live.now_ms)
        yield from self._reported(work, told)

    def _reported(self, work: Work, told: Iterator[Item]) -> Told:
        for event in told:
            yield self.event(event.pop("type"), **event)
        if work.outcome:
            yield from self.said(work.outcome)

    @on("response.item.create")
    def add_item(self, event: Item) -> Iterable[Item]:
        """Give an item to the responses that work for the session."""
        self._work_of("responses").waiting(event["item"])
        return ()

    @on("response.create")
    def go_on(self, event: Item) -> Told:
        """Let them go on."""
        work = self._work_of("responses")
        yield from self._reported(work, work.going_on())

    def _work_of(self, kind: str) -> Work:
        delegation = self.live.resource.get("delegation") or {"type": "client"}
        if delegation["type"] != kind:
            message = f"Nobody of the kind {kind!r} works for this session."
            raise ApiError(400, message, code="invalid_delegation")
        return Work(self.state, self.live, delegation)

    @on("decision.create")
    def decide(self, event: Item) -> Told:
        """Answer the questions of the session."""
        work = self._work_of("decisions")
        yield from self._reported(work, work.begun(""))

    @on("decision.item.create")
    def add_decision_item(self, event: Item) -> Told:
        """Let decisions look at one item more."""
        item = {**event["item"], "id": event["item"].get("id") or self.state.new_id("item_")}
        self.live.items.append(item)
        yield self.answered("decision.item.created", event, item=item)

    @on("decision.item.delete")
    def delete_decision_item(self, event: Item) -> Told:
        """Let decisions look at one item less."""
        kept = [item for item in self.live.items if item["id"] != event["item_id"]]
        if len(kept) == len(self.live.items):
            raise ApiError(400, f"There is no item {event['item_id']!r}.", param="item_id", code="item_not_found")
        self.live.items = kept
        yield self.answered("decision.item.deleted", event, item_id=event["item_id"])


class LiveTalk(AnyLiveTalk):
    """The connection that holds a session."""

    events: ClassVar[str] = "typed_openai.models.live.client_events.CLIENT_EVENTS"

    def __init__(self, state: State, request: Request, line: Line) -> None:
        super().__init__(state, request, line)
        self._ear = Ear(REALTIME, _TURNS)

    def heard(self, message: bytes) -> Told:
        """What is told in answer; before the session starts, to nobody else."""
        if hasattr(self, "live"):
            yield from super().heard(message)
        else:
            yield from Talk.heard(self, message)

    def _checked(self, event: Item) -> Item:
        checked = super()._checked(event)
        if not hasattr(self, "live") and event["type"] != "session.start":
            raise ApiError(400, "There is no session yet: begin with 'session.start'.", code="session_not_started")
        return checked

    @on("session.start")
    def start(self, event: Item) -> Told:
        """Begin."""
        if hasattr(self, "live"):
            raise ApiError(400, "This session runs already.", code="session_already_started")
        self.begin(event["session"])
        yield self.answered("session.started", event, session=self.live.resource)

    def begin(self, given: Mapping[str, Any]) -> None:
        """Begin a session that is set up like this."""
        self.live = LiveSession(self.state, given)
        self.live.join(self)
        self.state.part(LiveSessions)[self.live.identifier] = self.live
        self._ear.set(self.how, _TURNS)

    @on("session.input_audio.append")
    def append(self, event: Item) -> Told:
        """Hear, and answer once all was said."""
        if self.live.muted:
            return
        sound = sound_of(event)
        self.live.tell({"type": "session.input_audio.append", "audio": event["audio"]}, self)
        for noticed in self._ear.hear(sound):
            self.live.now_ms = max(self.live.now_ms, noticed.at)
            if noticed.what == "stopped":
                text = understood(self.state, noticed.sound, self.how)
                length = self.how.milliseconds(len(noticed.sound))
                yield from self.worded(_INPUT, text, max(0, noticed.at - length), noticed.at)
                yield from self.replied(text)

    def gone(self) -> None:
        """The session ends with the connection that holds it."""
        super().gone()
        if hasattr(self, "live") and self.live.is_open:
            for event in self._ended({}, "connection_lost"):
                self.live.tell(event, self)
