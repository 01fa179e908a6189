"""A local server that answers from a cassette, or records one: what the marker `openai_cassette` opens.

    with Tape(Path("hello.jsonl")) as tape:                 # replay
        client = OpenAI(base_url=tape.server.base_url)
    with Tape(Path("hello.jsonl"), record=True) as tape:    # ask the server of the environment, and write
        ...

Sessions over sockets (extra `[realtime]`) are recorded and replayed in the same file.

Recorded is from where `OPENAI_BASE_URL` and `OPENAI_API_KEY` point when the tape is made, and from the local server's
rules when neither is set. A recording is written when the block ends without an error, and `keep` is not False.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from typed_openai.local import LocalServer
from typed_openai.local.consumed import Consumed, tokens_of
from typed_openai.testing.cassettes import CassetteError, read_cassette
from typed_openai.testing.player import Player
from typed_openai.testing.recorder import Recorder
from typed_openai.testing.socket_records import read
from typed_openai.testing.taped_sockets import TapedSockets

SERVICE = "https://api.openai.com/v1"


class Tape:
    """A cassette at work. `timing`: whether a replayed stream comes as it was heard; else at once. `environment`: where
    it stands from what is recorded. `more`: whether what is recorded is added to what the file holds.

    Raises `CassetteError` when the cassette is broken or not there, and at the end when something was asked that it
    does not answer, or that could not be recorded.
    """

    def __init__(
        self,
        path: Path,
        record: bool = False,
        timing: bool = True,
        environment: Mapping[str, str] = os.environ,
        more: bool = False,
    ) -> None:
        self.path = path
        self.keep = True
        self._opened = ExitStack()
        self._target: tuple[str, str] | None = None
        self._source: Player | Recorder
        if record:
            self._source = self._recorder(path, environment, more)
        else:
            self._source = Player(path, timing)
        self._sockets = TapedSockets(path, self._target, timing)
        self.server = LocalServer(instead=self._source, sockets=self._sockets.port)

    @property
    def played(self) -> int:
        """How many requests were answered from the cassette."""
        return self._source.played if isinstance(self._source, Player) else 0

    @property
    def recorded(self) -> int:
        """How many requests were recorded."""
        return len(self._source.recorded) if isinstance(self._source, Recorder) else 0

    @property
    def left(self) -> list[str]:
        """The recorded requests that nobody has made (`POST /v1/responses`)."""
        return self._source.left if isinstance(self._source, Player) else []

    @property
    def asks_host(self) -> str | None:
        """The host that is recorded from, None when replaying."""
        return urlsplit(self._source.base_url).hostname if isinstance(self._source, Recorder) else None

    @property
    def consumed(self) -> Consumed:
        """Requests and tokens, those of recorded streams included."""
        total = self.server.consumed
        for usage in self._source.usages() if isinstance(self._source, Recorder) else ():
            total = total.and_also(Consumed(0, *tokens_of(usage)))
        return total

    def __enter__(self) -> Tape:
        self._opened.enter_context(self.server)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._opened.close()
        lines = self._sockets.end(kind is None)
        if kind is not None:
            return
        if failure := self._source.failure():
            raise failure
        if isinstance(self._source, Recorder) and self.keep:
            self._source.write(lines)

    def _recorder(self, path: Path, environment: Mapping[str, str], more: bool) -> Recorder:
        if more and read(path):
            raise CassetteError(path, "sessions over sockets are for one test: give each a cassette of its own")
        base_url, key = environment.get("OPENAI_BASE_URL"), environment.get("OPENAI_API_KEY")
        if not base_url and not key:
            base_url = self._opened.enter_context(LocalServer()).base_url
        self._target = (base_url or SERVICE, key or "none")
        return self._opened.enter_context(Recorder(path, *self._target, read_cassette(path) if more else ()))
