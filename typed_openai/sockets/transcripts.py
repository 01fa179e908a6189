"""Who said what: the events of a session as turns, by speaker and in the order of the conversation.

    transcript = Transcript()
    for event in connection:
        turn = transcript.add(event)      # or connection.on("event", transcript.add)

Rules
* Where events name items (realtime), an item is a turn; it stands where the conversation has it, although what was
  heard is understood later than it is answered. A transcript that is whole replaces its pieces.
* Where they do not (translations, live), a turn goes on until the other side speaks, or nobody does for `silence_ms`.

Weak spot: two who speak at the same time over a socket without items take turns word by word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from typed_openai.sockets.members import number_in, text_in

Speaker: TypeAlias = Literal["user", "assistant", "system"]
_PIECES: dict[str, Speaker] = {
    "conversation.item.input_audio_transcription.delta": "user",
    "response.output_audio_transcript.delta": "assistant",
    "response.output_text.delta": "assistant",
    "response.audio_transcript.delta": "assistant",
    "response.text.delta": "assistant",
}
_WHOLE: dict[str, Speaker] = {
    "conversation.item.input_audio_transcription.completed": "user",
    "response.output_audio_transcript.done": "assistant",
    "response.output_text.done": "assistant",
    "response.audio_transcript.done": "assistant",
    "response.text.done": "assistant",
}
_RUNNING: dict[str, Speaker] = {
    "session.input_transcript.delta": "user",
    "session.output_transcript.delta": "assistant",
}
_ADDED = ("conversation.item.added", "conversation.item.created")


@dataclass
class Turn:
    """What one speaker said in one go."""

    speaker: Speaker
    """Who."""
    text: str = ""
    """What, as far as it was understood."""
    item_id: str = ""
    """Id of the item of the conversation; "" where a session has none."""
    is_final: bool = False
    """Whether it is whole."""
    end_ms: int | None = None
    """Where it ends on the clock of the session, where events say so."""

    def __str__(self) -> str:
        return f"{self.speaker}: {self.text}"


class Transcript:
    """The turns of one session."""

    def __init__(self, *, silence_ms: int = 2000) -> None:
        self.turns: list[Turn] = []
        """In the order of the conversation; those that nobody has understood yet are empty."""
        self._silence = silence_ms
        self._by_item: dict[str, Turn] = {}

    def add(self, event: Any) -> Turn | None:
        """Take an event into account; gives the turn that it changed, None where it changed none."""
        kind = event.type
        if kind in _ADDED:
            return self._placed(event.item, text_in(event, "previous_item_id"))
        if kind in _PIECES:
            turn = self._of_item(text_in(event, "item_id"), _PIECES[kind])
            turn.text += text_in(event, "delta")
            return turn
        if kind in _WHOLE:
            turn = self._of_item(text_in(event, "item_id"), _WHOLE[kind])
            whole = text_in(event, "transcript") or text_in(event, "text")
            turn.text, turn.is_final = whole or turn.text, True
            return turn
        return self._running(event, _RUNNING[kind]) if kind in _RUNNING else None

    def __iter__(self) -> Iterator[Turn]:
        """The turns in which something was said."""
        return (turn for turn in self.turns if turn.text)

    def __str__(self) -> str:
        return "\n".join(map(str, self))

    def _of_item(self, item_id: str, speaker: Speaker) -> Turn:
        found = self._by_item.get(item_id)
        if found is None:
            found = self._by_item[item_id] = Turn(speaker, item_id=item_id)
            self.turns.append(found)
        return found

    def _placed(self, item: Any, previous: str) -> Turn | None:
        """A message that is in the conversation now: behind the one before it."""
        identifier, role, content = text_in(item, "id"), text_in(item, "role"), getattr(item, "content", None)
        if text_in(item, "type") != "message" or not identifier or not role:
            return None
        if identifier in self._by_item:
            return self._by_item[identifier]
        turn = self._of_item(identifier, "assistant" if role == "assistant" else "user" if role == "user" else "system")
        written = "".join(text_in(part, "text") for part in content) if isinstance(content, list) else ""
        if written:
            turn.text, turn.is_final = written, role != "assistant"
        before = self._by_item.get(previous)
        if before is not None and before is not turn:
            self.turns.remove(turn)
            self.turns.insert(self.turns.index(before) + 1, turn)
        return turn

    def _running(self, event: Any, speaker: Speaker) -> Turn:
        """A piece of what is said without items."""
        latest = self.turns[-1] if self.turns else None
        start = number_in(event, "start_ms")
        silent = 0 if latest is None or latest.end_ms is None or start is None else start - latest.end_ms
        if latest is None or latest.speaker != speaker or silent > self._silence:
            if latest is not None:
                latest.is_final = True
            latest = Turn(speaker)
            self.turns.append(latest)
        latest.text += text_in(event, "delta")
        latest.end_ms = number_in(event, "end_ms")
        return latest
