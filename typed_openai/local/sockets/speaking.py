"""One answer of a realtime session: what is said, and the events that tell of it piece by piece.

Rules
* An answer is told from its finished items, so that its pieces add up to exactly what `response.done` holds.
* A text comes in tokens; what is spoken in tokens of its transcript and pieces of sound, one after the other.
* An answer that is cut short keeps what was told of it: its item is `incomplete`, its status says why.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from typed_openai.local import tokens
from typed_openai.local.kept import Item
from typed_openai.local.sockets.voice import spoken
from typed_openai.sockets.pcm import format_of

if TYPE_CHECKING:
    from typed_openai.local.echo import Saying
    from typed_openai.local.sockets.talk import Talk, Told

PIECE_MS = 100
"""How much sound is in one event."""
_TOKENS_A_SECOND = 10
"""Of sound."""


class Answer:
    """One response, from its beginning to its end."""

    def __init__(
        self,
        talk: Talk,
        settings: Mapping[str, Any],
        said: Saying,
        prompt: int,
        keep: Callable[[Item], str | None] | None,
    ) -> None:
        self.talk = talk
        self.settings = settings
        self.keep = keep
        """Puts an item into the conversation and gives the id before it; None: the answer goes into none."""
        self.said = said
        self._prompt = prompt
        self._output: list[Item] = []
        self._size = [0, 0]
        """Tokens of text and of sound that were told."""
        self._item: Item | None = None
        self._place: Item = {}
        self.response: Item = {
            "object": "realtime.response",
            "id": talk.state.new_id("resp_"),
            "status": "in_progress",
            "status_details": None,
            "output": [],
            "conversation_id": "conv_local" if keep else None,
            "output_modalities": settings["output_modalities"],
            "max_output_tokens": settings["max_output_tokens"],
            "audio": {"output": {name: settings["audio"]["output"][name] for name in ("format", "voice")}},
            "usage": None,
            "metadata": settings.get("metadata"),
        }

    @property
    def identifier(self) -> str:
        """Its id."""
        return str(self.response["id"])

    def told(self) -> Told:
        """All its events."""
        yield self.talk.event("response.created", response=dict(self.response))
        limits = [
            {"name": name, "limit": 10000, "remaining": 9999, "reset_seconds": 0.0} for name in ("requests", "tokens")
        ]
        yield self.talk.event("rate_limits.updated", rate_limits=limits)
        text, was_cut = tokens.cut(self.said.text or "", self._limit())
        if self.said.text is not None:
            yield from self._message(text, "incomplete" if was_cut else "completed")
        for call in self.said.calls:
            yield from self._call(call.tool.name, call.arguments)
        if was_cut:
            yield from self.ended("incomplete", {"type": "incomplete", "reason": "max_output_tokens"})
        else:
            yield from self.ended("completed", None)

    def _limit(self) -> int | None:
        limit = self.settings["max_output_tokens"]
        return limit if isinstance(limit, int) else None

    def ended(self, status: str, details: Item | None) -> Told:
        """The last events, with which it is over."""
        usage = {
            "input_tokens": self._prompt,
            "output_tokens": sum(self._size),
            "total_tokens": self._prompt + sum(self._size),
            "input_token_details": {
                "text_tokens": self._prompt,
                "audio_tokens": 0,
                "image_tokens": 0,
                "cached_tokens": 0,
            },
            "output_token_details": {"text_tokens": self._size[0], "audio_tokens": self._size[1]},
        }
        end = {"status": status, "status_details": details, "output": list(self._output), "usage": usage}
        self.response = {**self.response, **end}
        yield self.talk.event("response.done", response=self.response)

    def cut_short(self, reason: str) -> Told:
        """The events that tell that it is given up, with what was said of it so far."""
        item = self._item
        if item is not None:
            yield from self._done({**item, "status": "incomplete"})
        yield from self.ended("cancelled", {"type": "cancelled", "reason": reason})

    # --- items -------------------------------------------------------------------------------------------------------

    def _event(self, kind: str, **members: Any) -> Item:
        return self.talk.event(kind, response_id=self.identifier, **self._place, **members)

    def _added(self, item: Item) -> Told:
        self._item = item
        self._place = {"output_index": len(self._output)}
        yield self._event("response.output_item.added", item=item)
        if self.keep is not None:
            yield self.talk.event("conversation.item.added", previous_item_id=self.keep(item), item=item)
        self._place["item_id"] = item["id"]

    def _done(self, item: Item) -> Told:
        self._item = None
        self._output.append(item)
        self._place.pop("item_id", None)
        self._place.pop("content_index", None)
        yield self._event("response.output_item.done", item=item)
        if self.keep is not None:
            yield self.talk.event("conversation.item.done", previous_item_id=self.keep(item), item=item)

    def _call(self, name: str, arguments: str) -> Told:
        ids = {"id": self.talk.state.new_id("item_"), "call_id": self.talk.state.new_id("call_")}
        about = {"object": "realtime.item", "type": "function_call", "name": name}
        yield from self._added({**ids, **about, "status": "in_progress", "arguments": ""})
        call = {"call_id": ids["call_id"]}
        for piece in tokens.split(arguments):
            self._size[0] += 1
            yield self._event("response.function_call_arguments.delta", **call, delta=piece)
        yield self._event("response.function_call_arguments.done", **call, name=name, arguments=arguments)
        yield from self._done({**ids, **about, "status": "completed", "arguments": arguments})

    def _message(self, text: str, status: str) -> Told:
        about = {
            "id": self.talk.state.new_id("item_"),
            "object": "realtime.item",
            "type": "message",
            "role": "assistant",
        }
        yield from self._added({**about, "status": "in_progress", "content": []})
        self._place["content_index"] = 0
        speaks = "audio" in self.settings["output_modalities"]
        kind, name = ("audio", "transcript") if speaks else ("text", "text")
        yield self._event("response.content_part.added", part={"type": kind, name: ""})
        told = self._sound(text) if speaks else self._text(text)
        so_far = ""
        for event in told:
            if name in ("text", "transcript") and "audio.delta" not in event["type"]:
                so_far += event["delta"]
                self._item = {**about, "content": [{"type": f"output_{kind}", name: so_far}]}
            yield event
        if speaks:
            yield self._event("response.output_audio.done")
            yield self._event("response.output_audio_transcript.done", transcript=text)
        else:
            yield self._event("response.output_text.done", text=text)
        yield self._event("response.content_part.done", part={"type": kind, name: text})
        yield from self._done({**about, "status": status, "content": [{"type": f"output_{kind}", name: text}]})

    def _text(self, text: str) -> Told:
        for piece in tokens.split(text):
            self._size[0] += 1
            yield self._event("response.output_text.delta", delta=piece)

    def _sound(self, text: str) -> Told:
        how = format_of(self.settings["audio"]["output"]["format"])
        sound = spoken(self.talk.state, text, how, self.settings["audio"]["output"].get("speed") or 1.0)
        size = how.bytes_of(PIECE_MS)
        pieces = [sound[start : start + size] for start in range(0, len(sound), size)]
        for word, piece in zip_longest(tokens.split(text), pieces):
            if word is not None:
                self._size[0] += 1
                yield self._event("response.output_audio_transcript.delta", delta=word)
            if piece is not None:
                self._size[1] += max(1, how.milliseconds(len(piece)) * _TOKENS_A_SECOND // 1000)
                yield self._event("response.output_audio.delta", delta=b64encode(piece).decode())
