"""A small local server that speaks the OpenAI protocol, so that everything can be tried with no key and no network.

    from typed_openai.local import LocalServer

    with LocalServer() as server:
        ...  # point any client at server.base_url

There is no model in it. It answers by rule, the same every time, and says so in its answers and in the header
`x-typed-openai-local: 1`. `python -m typed_openai.local` runs it as a process of its own.

It imports the standard library only, nothing of the client that talks to it: both sides meet at the socket.

How it is made, from the outside in: `server` (start, stop) → `connection` (HTTP/1.1) → `service` (authentication,
headers) → `router` → one module per API area, over `state` and, where something has to be said, `echo`. A new area is
a module with `@route` functions and its name in `service.AREAS`.
"""

from typed_openai.local.faults import Fault
from typed_openai.local.journal import RecordedRequest
from typed_openai.local.page import Page
from typed_openai.local.script import ToolCall
from typed_openai.local.server import LocalServer

__all__ = ["Fault", "LocalServer", "Page", "RecordedRequest", "ToolCall"]
