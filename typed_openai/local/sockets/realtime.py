"""Realtime: a conversation in text and sound, with functions, by the rules of `echo` or as a script says.

Rules
* Turns are found in the sound (`voice.py`) unless the session has them found by nobody: then `commit` ends one, and
  `response.create` asks for the answer.
* Who begins to speak cuts the answer short that is under way, unless the session says otherwise.
* One answer at a time goes into the conversation; those that go into none (`conversation: "none"`) come beside it.
* A session of the kind `transcription` (`?intent=transcription`) writes down what it hears and answers nothing.

Weak spots: an MCP server is never asked; a stored prompt says nothing here; nobody grows impatient (`idle_timeout_ms`).
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from typed_openai.local import echo, tokens
from typed_openai.local.errors import ApiError, not_found, wrong_value
from typed_openai.local.exchange import Request
from typed_openai.local.kept import Item
from typed_openai.local.realtime import CALLS, opened_by
from typed_openai.local.realtime_sessions import begun, changed
from typed_openai.local.response_request import turns_in
from typed_openai.local.sockets.line import Line
from typed_openai.local.sockets.speaking import Answer
from typed_openai.local.sockets.talk import Talk, Told, on
from typed_openai.local.sockets.voice import Ear, understood
from typed_openai.local.state import State
from typed_openai.local.tool_choices import said_to
from typed_openai.sockets.pcm import SoundFormat, format_of

_LEAST_MS = 100
"""Of a sound that is a message."""
_MS_OF_A_WORD = 50


def require_named(model: object) -> None:
    """400 for a session without a model."""
    if not model:
        raise ApiError(400, "A session needs a model: connect with ?model=NAME.", param="model", code="missing_model")


def sound_of(event: Mapping[str, Any], param: str = "audio") -> bytes:
    """The sound of an event. Refuses what is not base64."""
    try:
        return b64decode(event[param], validate=True)
    except (binascii.Error, ValueError) as error:
        raise wrong_value(param, f"The parameter {param!r} must be sound in base64: {error}.") from error


class RealtimeTalk(Talk):
    """The conversation of one connection."""

    events: ClassVar[str] = "typed_openai.models.realtime.client_events.CLIENT_EVENTS"

    def __init__(self, state: State, request: Request, line: Line) -> None:
        super().__init__(state, request, line)
        self.session = self._begun()
        self.items: list[Item] = []
        self._sounds: dict[str, bytes] = {}
        """What was said in an item, by its id."""
        self._answer: Answer | None = None
        """The answer that goes into the conversation and is under way."""
        self._has_spoken = False
        self._next_item = ""
        """Id of the item that what is being said will be."""
        self.ear = Ear(*self._hearing())

    def _begun(self) -> Item:
        query = self.request.query_text
        given = opened_by(self.request, self.state)
        if query("call_id"):
            call = CALLS.get(self.state, str(query("call_id")))
            if call is None or call["status"] != "active":
                raise not_found("active call", str(query("call_id")), "call_id")
            given = call["session"]
        kind = given.get("type") or ("transcription" if query("intent") == "transcription" else "realtime")
        model = query("model") or query("deployment") or given.get("model")
        if kind == "realtime":
            require_named(model)
        return begun(self.state, kind, {**given, **({"model": model} if kind == "realtime" else {})})

    def opened(self) -> Told:
        """The session, as it is."""
        yield self.event("session.created", session=self.session)

    # --- the session -------------------------------------------------------------------------------------------------

    @property
    def _heard_as(self) -> Mapping[str, Any]:
        heard: Mapping[str, Any] = self.session["audio"]["input"]
        return heard

    def _hearing(self) -> tuple[SoundFormat, Mapping[str, Any] | None]:
        return format_of(self._heard_as.get("format")), self._heard_as.get("turn_detection")

    @on("session.update")
    def update(self, event: Item) -> Told:
        """Set the session."""
        given = event["session"]
        if given["type"] != self.session["type"]:
            reason = f"This session is of the type {self.session['type']!r} and stays so."
            raise wrong_value("session.type", reason)
        self.session = changed(self.session, given, self._has_spoken)
        self.ear.set(*self._hearing())
        yield self.event("session.updated", session=self.session)

    # --- what is heard -----------------------------------------------------------------------------------------------

    @on("input_audio_buffer.append")
    def append(self, event: Item) -> Told:
        """Hear."""
        for noticed in self.ear.hear(sound_of(event)):
            if noticed.what == "started":
                yield from self._began_to_speak(noticed.at)
            else:
                yield self.event("input_audio_buffer.speech_stopped", audio_end_ms=noticed.at, item_id=self._next_item)
                yield from self._message_of(noticed.sound)
                if self.session["type"] == "realtime" and (self.ear.turns or {}).get("create_response", True):
                    self._begin_answer({})

    def _began_to_speak(self, at: int) -> Told:
        self._next_item = self.state.new_id("item_")
        yield self.event("input_audio_buffer.speech_started", audio_start_ms=at, item_id=self._next_item)
        if self._answer is not None and (self.ear.turns or {}).get("interrupt_response", True):
            yield from self._cut_short("turn_detected")

    @on("input_audio_buffer.commit")
    def commit(self, event: Item) -> Told:
        """What was heard is a message."""
        heard = self.ear.how.milliseconds(len(self.ear.sound))
        if heard < _LEAST_MS:
            message = f"There are {heard} ms of sound; a message has {_LEAST_MS} ms at least."
            raise ApiError(400, message, code="input_audio_buffer_commit_empty")
        yield from self._message_of(self.ear.taken())

    @on("input_audio_buffer.clear")
    def clear(self, event: Item) -> Told:
        """Forget what was heard."""
        self.ear.taken()
        yield self.event("input_audio_buffer.cleared")

    def _message_of(self, sound: bytes) -> Told:
        """What was said, as a message of the user, in words where the session wants them."""
        identifier, self._next_item = self._next_item or self.state.new_id("item_"), ""
        self._sounds[identifier] = sound
        text = understood(self.state, sound, self.ear.how)
        before = self.items[-1]["id"] if self.items else None
        yield self.event("input_audio_buffer.committed", previous_item_id=before, item_id=identifier)
        about = {"id": identifier, "object": "realtime.item", "type": "message", "status": "completed", "role": "user"}
        yield from self._put({**about, "content": [{"type": "input_audio", "transcript": None}], "_text": text})
        if self._heard_as.get("transcription"):
            yield from self._transcribed(identifier, sound, text)

    def _transcribed(self, identifier: str, sound: bytes, text: str) -> Told:
        place = {"item_id": identifier, "content_index": 0}
        for piece in tokens.split(text):
            yield self.event("conversation.item.input_audio_transcription.delta", **place, delta=piece)
        usage = {"type": "duration", "seconds": self.ear.how.milliseconds(len(sound)) / 1000}
        yield self.event("conversation.item.input_audio_transcription.completed", **place, transcript=text, usage=usage)

    # --- the conversation --------------------------------------------------------------------------------------------

    def _find(self, identifier: str) -> Item:
        found = next((item for item in self.items if item["id"] == identifier), None)
        if found is None:
            raise ApiError(400, f"There is no item {identifier!r}.", param="item_id", code="item_not_found")
        return found

    def _put(self, item: Item, after: str | None = None) -> Told:
        """Put a new item into the conversation, at its end or after another."""
        if any(other["id"] == item["id"] for other in self.items):
            raise ApiError(400, f"There is an item {item['id']!r} already.", param="item.id", code="item_exists")
        place = len(self.items)
        if after == "root":
            place = 0
        elif after is not None:
            place = self.items.index(self._find(after)) + 1
        before = self.items[place - 1]["id"] if place else None
        self.items.insert(place, item)
        shown = _shown(item)
        yield self.event("conversation.item.added", previous_item_id=before, item=shown)
        yield self.event("conversation.item.done", previous_item_id=before, item=shown)

    def _keep(self, item: Item) -> str | None:
        """Put an item of an answer into the conversation, or in its own place; gives the id before it."""
        place = next((n for n, other in enumerate(self.items) if other["id"] == item["id"]), len(self.items))
        self.items[place : place + 1] = [item]
        return str(self.items[place - 1]["id"]) if place else None

    @on("conversation.item.create")
    def create_item(self, event: Item) -> Told:
        """Put an item into the conversation."""
        given = event["item"]
        item = {"object": "realtime.item", "status": "completed", **given}
        item["id"] = given.get("id") or self.state.new_id("item_")
        turns_in([*map(_as_heard, self.items), _as_heard(item)])
        yield from self._put(item, event.get("previous_item_id"))

    @on("conversation.item.retrieve")
    def retrieve_item(self, event: Item) -> Told:
        """Tell of an item, with its sound."""
        item = _shown(self._find(event["item_id"]))
        sound = self._sounds.get(item["id"])
        if sound is not None:
            item["content"] = [{**item["content"][0], "audio": b64encode(sound).decode()}]
        yield self.event("conversation.item.retrieved", item=item)

    @on("conversation.item.delete")
    def delete_item(self, event: Item) -> Told:
        """Take an item out of the conversation."""
        self.items.remove(self._find(event["item_id"]))
        yield self.event("conversation.item.deleted", item_id=event["item_id"])

    @on("conversation.item.truncate")
    def truncate_item(self, event: Item) -> Told:
        """Cut what was said at what was heard of it."""
        item, index, heard = self._find(event["item_id"]), event["content_index"], event["audio_end_ms"]
        parts = item.get("content") or []
        if item.get("role") != "assistant" or not 0 <= index < len(parts) or parts[index]["type"] != "output_audio":
            raise wrong_value("content_index", "Only what the model said, as sound, can be cut.")
        words = tokens.split(parts[index]["transcript"])
        length = _MS_OF_A_WORD * len(parts[index]["transcript"].split())
        if heard > length:
            raise wrong_value("audio_end_ms", f"The sound has {length} ms only; it cannot be cut at {heard} ms.")
        kept = "".join(words[: len(words) * heard // max(1, length)])
        parts = [*parts[:index], {**parts[index], "transcript": kept}, *parts[index + 1 :]]
        self._keep({**item, "content": parts})
        yield self.event("conversation.item.truncated", item_id=item["id"], content_index=index, audio_end_ms=heard)

    # --- answers -----------------------------------------------------------------------------------------------------

    @on("response.create")
    def create_response(self, event: Item) -> Iterable[Item]:
        """Answer."""
        if self.session["type"] != "realtime":
            raise ApiError(400, "A session of the type 'transcription' answers nothing.", code="invalid_session_type")
        self._begin_answer(event.get("response") or {})
        return ()

    def _begin_answer(self, given: Mapping[str, Any]) -> None:
        aside = given.get("conversation") == "none"
        if self._answer is not None and not aside:
            message = f"The response {self._answer.identifier!r} is under way in this conversation."
            raise ApiError(400, message, code="conversation_already_has_active_response")
        own = {name: value for name, value in given.items() if value is not None and name != "audio"}
        output = {**self.session["audio"]["output"], **((given.get("audio") or {}).get("output") or {})}
        settings: Item = {**self.session, **own, "audio": {"output": output}}
        turns = self._turns(given.get("input"), settings.get("instructions"))
        said = said_to(self.state, turns, settings)
        prompt = tokens.chat_prompt(turn.text for turn in turns)
        answer = Answer(self, settings, said, prompt, None if aside else self._keep)
        self._has_spoken = self._has_spoken or "audio" in settings["output_modalities"]
        if not aside:
            self._answer = answer
        self.work.append(self._told(answer))

    def _told(self, answer: Answer) -> Told:
        """The events of an answer, until it is cut short."""
        events = answer.told()
        while answer.response["status"] != "cancelled":
            event = next(events, None)
            if event is None:
                return
            if event["type"] == "response.done" and self._answer is answer:
                self._answer = None
            yield event

    def _turns(self, given: Iterable[Item] | None, instructions: Any) -> list[echo.Turn]:
        items = self.items
        if given is not None:
            items = [self._find(item["id"]) if item["type"] == "item_reference" else item for item in given]
        first = [echo.Turn("system", instructions)] if isinstance(instructions, str) else []
        return [*first, *turns_in(map(_as_heard, items))]

    def _cut_short(self, reason: str) -> Told:
        answer, self._answer = self._answer, None
        if answer is not None:
            yield from answer.cut_short(reason)

    @on("response.cancel")
    def cancel(self, event: Item) -> Told:
        """Give an answer up."""
        wanted = event.get("response_id")
        if self._answer is None or wanted not in (None, self._answer.identifier):
            message = f"There is no response {wanted!r} under way." if wanted else "There is no response under way."
            raise ApiError(400, message, param="response_id" if wanted else None, code="response_cancel_not_active")
        yield from self._cut_short("client_cancelled")

    @on("output_audio_buffer.clear")
    def stop_playing(self, event: Item) -> Iterable[Item]:
        """Nothing is played here: that is for WebRTC and telephones."""
        raise ApiError(400, "Over a WebSocket it is the program that plays; there is nothing to clear.")


def _shown(item: Item) -> Item:
    """An item as the API tells of it: without what only the server knows, and without sound."""
    shown = {name: value for name, value in item.items() if not name.startswith("_")}
    if isinstance(shown.get("content"), list):
        shown["content"] = [{n: value for n, value in part.items() if n != "audio"} for part in shown["content"]]
    return shown


def _as_heard(item: Item) -> Item:
    """An item of this conversation as the responses of HTTP have it: sound by what was said in it."""
    if item["type"] == "message":
        parts = (
            [{"type": "input_text", "text": item["_text"]}]
            if item.get("_text")
            else [
                {"type": "input_text", "text": part.get("text") or part.get("transcript")}
                if part.get("text") or part.get("transcript")
                else part
                for part in item["content"]
            ]
        )
        return {**item, "content": parts}
    return item
