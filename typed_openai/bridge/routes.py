"""Which request of the Assistants API is answered by what: verb, path below `base_url`, handler.

A path that is spelled out stands before one with placeholders that would take it, too.
"""

from __future__ import annotations

import re

from typed_openai.bridge import container_files, definitions, runs, thread_messages, threads
from typed_openai.bridge.exchange import Handler

_PLACEHOLDER = re.compile(r"{(\w+)}")
_HANDLERS: list[tuple[str, str, Handler]] = [
    ("POST", "/assistants", definitions.create),
    ("GET", "/assistants", definitions.list_all),
    ("POST", "/threads", threads.create),
    ("POST", "/threads/runs", runs.create_with_thread),
    ("GET", "/assistants/{assistant_id}", definitions.retrieve),
    ("POST", "/assistants/{assistant_id}", definitions.update),
    ("DELETE", "/assistants/{assistant_id}", definitions.delete),
    ("GET", "/threads/{thread_id}", threads.retrieve),
    ("POST", "/threads/{thread_id}", threads.update),
    ("DELETE", "/threads/{thread_id}", threads.delete),
    ("POST", "/threads/{thread_id}/messages", thread_messages.create),
    ("GET", "/threads/{thread_id}/messages", thread_messages.list_some),
    ("POST", "/threads/{thread_id}/runs", runs.create),
    ("GET", "/threads/{thread_id}/runs", runs.list_some),
    ("GET", "/files/{file_id}/content", container_files.content),
    ("GET", "/files/{file_id}", container_files.retrieve),
    ("GET", "/threads/{thread_id}/messages/{message_id}", thread_messages.retrieve),
    ("POST", "/threads/{thread_id}/messages/{message_id}", thread_messages.update),
    ("DELETE", "/threads/{thread_id}/messages/{message_id}", thread_messages.delete),
    ("POST", "/threads/{thread_id}/runs/{run_id}/submit_tool_outputs", runs.submit),
    ("POST", "/threads/{thread_id}/runs/{run_id}/cancel", runs.cancel),
    ("GET", "/threads/{thread_id}/runs/{run_id}", runs.retrieve),
    ("POST", "/threads/{thread_id}/runs/{run_id}", runs.update),
    ("GET", "/threads/{thread_id}/runs/{run_id}/steps", runs.list_steps),
    ("GET", "/threads/{thread_id}/runs/{run_id}/steps/{step_id}", runs.retrieve_step),
]
ROUTES = [
    (method, re.compile(_PLACEHOLDER.sub(r"(?P<\1>[^/?]+)", path)), handler) for method, path, handler in _HANDLERS
]
