"""A small local server that speaks the OpenAI protocol, so that everything can be tried with no key and no network.

    from typed_openai.local import LocalServer

    with LocalServer() as server:
        ...  # point any client at server.base_url

There is no model in it. It answers by rule, the same every time, and says so in its answers and in the header
`x-typed-openai-local: 1`. `python -m typed_openai.local` runs it as a process of its own.

It shares with the client what both must agree on: the declarations and the models of parameters, which the first
request loads. Importing it imports the standard library only, and both sides meet at the socket.

How it is made, from the outside in: `server` (start, stop) → `connection` (HTTP/1.1) → `service` (authentication,
headers) → `router` → `declared` (is the request what its declaration takes?) → one module per API area, over `state`
and, where something has to be said, `echo`. A new area is a module with rows of `Kept` (`kept.py`) for what is made,
listed, fetched, changed and deleted, and `@route` functions for the rest; a route has the verb and the path of a
declaration, and finds what the request says, checked, in `request.given`.
"""

from typed_openai.local.consumed import Consumed
from typed_openai.local.faults import Fault
from typed_openai.local.journal import RecordedRequest
from typed_openai.local.page import Page
from typed_openai.local.script import Asked, ToolCall
from typed_openai.local.server import LocalServer

__all__ = ["Asked", "Consumed", "Fault", "LocalServer", "Page", "RecordedRequest", "ToolCall"]
