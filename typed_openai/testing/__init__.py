"""For tests of code that asks a model: a pytest plugin, cassettes, and assertions that read like sentences.

    def test_it_greets(openai_server, openai_client):                # fixtures of the plugin
        openai_server.answer("Good day")
        assert greet(openai_client) == "Good day"
        expect(openai_server).was_asked_once("chat.completions.create", temperature=0)

How it is made: `plugin.py` (fixtures, markers, options; imports nothing of the package until a test asks for it) →
`tapes.py` (a local server over a cassette) → `player.py` and `recorder.py` → `cassettes.py` (the file), `scrubbing.py`
(what may stand in it). `blocking.py` keeps sockets on this machine. The server is `typed_openai.local`. Sessions over
WebSockets are recorded and replayed by `socket_recorder.py` and `socket_replayer.py` (the file: `socket_records.py`).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typed_openai.testing.blocking import Guard, HostBlockedError
    from typed_openai.testing.cassettes import CassetteError
    from typed_openai.testing.expectations import Expectation, expect
    from typed_openai.testing.socket_recorder import SocketRecorder
    from typed_openai.testing.socket_replayer import ReplayError, SocketReplayer
    from typed_openai.testing.tapes import Tape

__all__ = [
    "CassetteError",
    "Expectation",
    "Guard",
    "HostBlockedError",
    "ReplayError",
    "SocketRecorder",
    "SocketReplayer",
    "Tape",
    "expect",
]

_HOMES = {
    "CassetteError": "cassettes",
    "Expectation": "expectations",
    "Guard": "blocking",
    "HostBlockedError": "blocking",
    "ReplayError": "socket_replayer",
    "SocketRecorder": "socket_recorder",
    "SocketReplayer": "socket_replayer",
    "Tape": "tapes",
    "expect": "expectations",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    from typed_openai.core.lazy_names import (
        named,
    )  # the plugin is imported by every run of pytest: no sooner than needed

    return named(f"{__name__}.{_HOMES[name]}.{name}")
