"""What a session does about an input: turns, items, calls of functions, files that it leaves behind.

    idle → in_progress → idle               the agent answered
                       → requires_action    functions are to be called; their outcomes bring it back to in_progress
    requires_action    → idle               the turn was stopped

What is said is decided by `echo.py`, or by the script of the server. Around it an agent does what its settings let it:
with summaries of thoughts it thinks, with subagents it has one do the first of its turns, in an environment that is
hosted it writes its answer to `/workspace/outputs/answer.txt`, which becomes an artifact.

Rules: objects are replaced, never changed, so an event keeps the state that it tells of; all of a turn happens while
the input is handed in, and listeners hear of it as fast as they read.

Weak spots: nothing is searched, no MCP server is called and no browser opened; what a subagent says is one sentence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from typed_openai.local import echo, tokens
from typed_openai.local.agent_environments import ENVIRONMENTS, WORKSPACE, put_file
from typed_openai.local.echo import Saying, heard
from typed_openai.local.errors import ApiError
from typed_openai.local.kept import Item, Kept
from typed_openai.local.response_request import turns_in
from typed_openai.local.session_log import log_of, tell
from typed_openai.local.state import State
from typed_openai.local.tool_choices import said_to

OUTPUT = f"{WORKSPACE}outputs/answer.txt"
_SESSION = "/agents/sessions/{session_id}"
_SUBAGENT = f"{_SESSION}/subagents/{{subagent_id}}"


def _item(item: Item, state: State) -> Item:
    """An item says when it came by its place alone."""
    return {name: value for name, value in item.items() if name not in ("object", "created_at")}


def _subagent(item: Item, state: State) -> Item:
    return {name: value for name, value in item.items() if name != "created_at"}


_NONE = ("error", "usage", "prompt_cache_options", "review")
SESSIONS = Kept(
    "session",
    _SESSION,
    "sess_",
    first={**dict.fromkeys(_NONE), "status": "idle", "required_actions": [], "metadata": {}, "vault_ids": []},
    wanted=lambda session, given: given.get("agent_id") in (None, session["agent"]["id"]),
    gone=lambda item, state: log_of(state, item["id"]).end(),
)
TURNS = Kept("turn", f"{_SESSION}/turns/{{turn_id}}", "turn_", within=SESSIONS)
ITEMS = Kept("item", f"{_SESSION}/items/{{item_id}}", "item_", "", within=SESSIONS, shown=_item)
SUBAGENTS = Kept("subagent", _SUBAGENT, "subagent_", within=SESSIONS, shown=_subagent)
SUBTURNS = Kept("turn", f"{_SUBAGENT}/turns/{{turn_id}}", "turn_", within=SUBAGENTS)
SUBITEMS = Kept("item", f"{_SUBAGENT}/items/{{item_id}}", "item_", "", within=SUBAGENTS, shown=_item)
TRACES = Kept("trace", f"{_SESSION}/traces/{{trace_id}}", "turn_", "agent.session.trace", within=SESSIONS)
ARTIFACTS = Kept("artifact", f"{_SESSION}/artifacts/{{artifact_id}}", "artifact_", within=SESSIONS)


class Work:
    """What one session does, from a turn on that is there already or is begun."""

    def __init__(self, state: State, session_id: str) -> None:
        self.state = state
        self.id = session_id

    # -- inputs ------------------------------------------------------------------------------------------------------

    def hear(self, messages: list[Item]) -> None:
        """Begin a turn with what the user says, and go as far as it goes."""
        self._state("in_progress")
        session = SESSIONS.find(self.state, self.id)
        none = dict.fromkeys(("subagent_id", "started_at", "completed_at", "error", "usage"))
        about = {"session_id": self.id, "agent_id": session["agent"]["id"], "status": "queued", **none}
        turn = TURNS.make(self.state, self.id, **about)
        self._turn(turn, "created")
        turn = self._turn(turn, "in_progress", status="in_progress", started_at=self.state.now())
        for message in messages:
            content = message["content"]
            said = {"type": "message", "role": "user", "content": content, "phase": None, "status": "completed"}
            self._added(turn, None, **said)
        self._go_on(turn)

    def take_result(self, given: Mapping[str, Any]) -> None:
        """The outcome of a function."""
        session = SESSIONS.find(self.state, self.id)
        left = [action for action in session["required_actions"] if action.get("call_id") != given["call_id"]]
        if len(left) == len(session["required_actions"]):
            raise ApiError(400, f"Unknown pending tool call: {given['call_id']}", code="invalid_request_error")
        turn = TURNS.find(self.state, self.id, given["turn_id"])
        status = "completed" if given["success"] else "failed"
        call = next(item for item in ITEMS.all(self.state, self.id) if item.get("call_id") == given["call_id"])
        self._done(turn, ITEMS.put(self.state, call, status=status))
        told = {name: given.get(name) for name in ("output", "error")}
        self._added(turn, None, type="function_call_output", call_id=given["call_id"], status=status, **told)
        if left:
            SESSIONS.put(self.state, session, required_actions=left)
            return
        self._state("in_progress", required_actions=[])
        self._go_on(TURNS.put(self.state, turn, status="in_progress"))

    def stop(self) -> None:
        """Give up the turn that waits; nothing happens where none does."""
        turn = next((turn for turn in TURNS.all(self.state, self.id) if turn["status"] == "waiting"), None)
        if turn is not None:
            self._turn(turn, "cancelled", status="cancelled", completed_at=self.state.now())
            self._state("idle", required_actions=[])

    # -- the turn ----------------------------------------------------------------------------------------------------

    def _go_on(self, turn: Item) -> None:
        agent = SESSIONS.find(self.state, self.id)["agent"]
        is_first = not any("_index" in item for item in self._of(turn))
        try:
            said = self._decide(agent)
        except ApiError as refusal:
            self._fail(turn, refusal.message)
            return
        if is_first and agent["multi_agent"]["enabled"]:
            self._delegate(turn, agent)
        if agent["reasoning"]["summary"] is not None:
            self._think(turn)
        if said.calls:
            self._ask(turn, said)
            return
        text = said.text or ""
        self._write(turn, text)
        self._say(turn, text)
        usage = self._usage(text)
        turn = self._turn(turn, "completed", status="completed", completed_at=self.state.now(), usage=usage)
        TRACES.make(self.state, self.id, id=turn["id"], session_id=self.id, otlp={"resourceSpans": []})
        self._publish(turn)
        before = SESSIONS.find(self.state, self.id)["usage"] or {}
        sums = {name: value + before.get(name, 0) for name, value in usage.items() if name.endswith("tokens")}
        self._state("idle", usage={**usage, **sums})

    def _decide(self, agent: Item) -> Saying:
        items = ITEMS.all(self.state, self.id)
        turns = turns_in({**item, "output": item.get("error") or item.get("output")} for item in items)
        return said_to(self.state, turns, agent, agent["text"]["format"], "text.format")

    def _ask(self, turn: Item, said: Saying) -> None:
        actions: list[Item] = []
        for call in said.calls:
            arguments = json.loads(call.arguments or "{}")
            told = {"call_id": self.state.new_id("call_"), "name": call.tool.name, "arguments": arguments}
            self._added(turn, type="function_call", status="in_progress", **told)
            actions.append({"type": "function_call", "turn_id": turn["id"], **told})
        TURNS.put(self.state, turn, status="waiting")
        self._state("requires_action", required_actions=actions)

    def _fail(self, turn: Item, message: str) -> None:
        error = {"type": "server_error", "code": "server_error", "message": message, "param": None}
        tell(self.state, self.id, "error", error=error, session_id=self.id)
        told = {"code": "server_error", "message": message}
        self._turn(turn, "failed", status="failed", completed_at=self.state.now(), error=told)
        self._state("idle", required_actions=[])

    # -- items -------------------------------------------------------------------------------------------------------

    def _think(self, turn: Item) -> None:
        text = "Somebody said something, and I answer it."
        item = self._added(turn, type="reasoning", status="in_progress", summary=[])
        at, kind = {**self._place(turn, item), "summary_index": 0}, "agent.session.turn.reasoning_summary_"
        self._pieces(f"{kind}part", f"{kind}text", at, "summary_text", text)
        summary = [{"type": "summary_text", "text": text}]
        self._done(turn, ITEMS.put(self.state, item, status="completed", summary=summary))

    def _say(self, turn: Item, text: str) -> None:
        about: Item = {"role": "assistant", "phase": "final_answer", "content": []}
        item = self._added(turn, type="message", status="in_progress", **about)
        at = {**self._place(turn, item), "content_index": 0}
        self._pieces("agent.session.turn.content_part", "agent.session.turn.output_text", at, "output_text", text)
        content = [{"type": "output_text", "text": text}]
        self._done(turn, ITEMS.put(self.state, item, status="completed", content=content))

    def _pieces(self, part: str, text: str, at: Item, kind: str, words: str) -> None:
        """A text, piece by piece."""
        tell(self.state, self.id, f"{part}.added", **at, part={"type": kind, "text": ""})
        for piece in tokens.split(words):
            tell(self.state, self.id, f"{text}.delta", **at, delta=piece)
        tell(self.state, self.id, f"{text}.done", **at, text=words)
        tell(self.state, self.id, f"{part}.done", **at, part={"type": kind, "text": words})

    def _write(self, turn: Item, text: str) -> None:
        """In an environment that is hosted: put the answer into a file, as a command does."""
        environment = self._environment()
        if environment is None:
            return
        told = {"command": f"cat > {OUTPUT}", "cwd": WORKSPACE.rstrip("/")}
        none = dict.fromkeys(("output", "exit_code", "duration_ms"))
        item = self._added(turn, type="command_execution", status="in_progress", **told, **none)
        put_file(self.state, environment, OUTPUT, text.encode())
        told = {"delta": f"{len(text.encode())} bytes written"}
        tell(self.state, self.id, "agent.output.command_execution_output.delta", **self._place(turn, item), **told)
        ended = {"status": "completed", "output": told["delta"], "exit_code": 0, "duration_ms": 1}
        self._done(turn, ITEMS.put(self.state, item, **ended))

    def _environment(self) -> Item | None:
        shown = SESSIONS.find(self.state, self.id)["environment"]
        return ENVIRONMENTS.get(self.state, shown["id"]) if shown["type"] == "openai_hosted" else None

    def _publish(self, turn: Item) -> None:
        environment = self._environment()
        if environment is not None:
            content = environment["_contents"][OUTPUT]
            about = {"session_id": self.id, "turn_id": turn["id"], "environment_id": environment["id"], "path": OUTPUT}
            ARTIFACTS.make(self.state, self.id, **about, size_bytes=len(content), _content=content)

    def _delegate(self, turn: Item, agent: Item) -> None:
        """One subagent, which says one sentence and is closed."""
        state, task = self.state, [{"type": "output_text", "text": "Say one sentence."}]
        call = self._added(turn, type="create_subagent_call", status="in_progress", agent_id=agent["id"], content=task,
                           model=None, reasoning_effort=None)  # fmt: skip
        opened = {"opened_at": state.now(), "closed_at": None, "status": "active", "instructions": task}
        about = {"session_id": self.id, "parent_agent_id": agent["id"], "name": "helper"}
        helper = SUBAGENTS.make(state, self.id, **about, **opened)
        tell(state, self.id, "agent.session.subagent.created", subagent=SUBAGENTS.show(state, helper))
        now = state.now()
        done = {"status": "completed", "started_at": now, "completed_at": now, "error": None, "usage": None}
        own = {"session_id": self.id, "agent_id": helper["id"], "subagent_id": helper["id"]}
        inner = SUBTURNS.make(state, self.id, helper["id"], **own, **done)
        said = [{"type": "output_text", "text": f"{echo.SIGN}: one sentence."}]
        told: Item = {"role": "assistant", "phase": "final_answer", "status": "completed", "content": said}
        SUBITEMS.make(state, self.id, helper["id"], type="message", turn_id=inner["id"], **told)
        closed = SUBAGENTS.put(state, helper, status="closed", closed_at=state.now())
        tell(state, self.id, "agent.session.subagent.closed", subagent=SUBAGENTS.show(state, closed))
        self._done(turn, ITEMS.put(state, call, status="completed"))

    # -- what is told ------------------------------------------------------------------------------------------------

    def _of(self, turn: Item) -> list[Item]:
        return [item for item in ITEMS.all(self.state, self.id) if item["turn_id"] == turn["id"]]

    def _added(self, turn: Item, *no_output: None, **members: Any) -> Item:
        """A new item; it is output unless it says otherwise."""
        index = None if no_output else sum("_index" in item for item in self._of(turn))
        place = {} if index is None else {"_index": index}
        item = ITEMS.make(self.state, self.id, turn_id=turn["id"], **members, **place)
        about = {"session_id": self.id, "turn_id": turn["id"], "output_index": index}
        tell(self.state, self.id, "agent.session.turn.item.added", item=ITEMS.show(self.state, item), **about)
        return item

    def _done(self, turn: Item, item: Item) -> None:
        about = {"session_id": self.id, "turn_id": turn["id"], "output_index": item["_index"]}
        tell(self.state, self.id, "agent.session.turn.item.done", item=ITEMS.show(self.state, item), **about)

    def _place(self, turn: Item, item: Item) -> Item:
        return {"session_id": self.id, "turn_id": turn["id"], "item_id": item["id"], "output_index": item["_index"]}

    def _turn(self, turn: Item, event: str, **changes: object) -> Item:
        turn = TURNS.put(self.state, turn, **changes)
        told = {"turn": TURNS.show(self.state, turn), "session_id": self.id, "turn_id": turn["id"]}
        usage = {"usage": turn["usage"]} if event in ("completed", "failed", "cancelled") else {}
        tell(self.state, self.id, f"agent.session.turn.{event}", **told, **usage)
        return turn

    def _state(self, status: str, **changes: object) -> None:
        known = SESSIONS.find(self.state, self.id)
        session = SESSIONS.put(self.state, known, status=status, last_active_at=self.state.now(), **changes)
        tell(self.state, self.id, f"agent.session.{status}", session=SESSIONS.show(self.state, session))

    def _usage(self, text: str) -> Item:
        heard_before = [
            heard(item["content"])[0] for item in ITEMS.all(self.state, self.id) if item["type"] == "message"
        ]
        read, said = tokens.chat_prompt(heard_before[:-1]), tokens.count(text)
        details = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
        return {"input_tokens": read, "output_tokens": said, "total_tokens": read + said, **details}
