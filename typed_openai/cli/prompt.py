'''The prompt of `typed-openai chat`: reads lines, obeys those that begin with `/`, asks with all others.

* Ctrl-C while an answer comes stops it (what came stays in the conversation); at the prompt it drops the line.
* Ctrl-D, `/exit` and the end of what is piped in end the talk.
* `"""` begins and ends a text of several lines.
* Lines that were typed are there again next time (`$TYPED_OPENAI_HOME/history`, mode 0600).

Each method of `Prompt` that begins with `do_` is a command; its docstring is what `/help` says.
'''

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from typed_openai.cli.asking import Meter, Wanted, answer
from typed_openai.cli.conversation import tools_of
from typed_openai.cli.failures import message_of
from typed_openai.cli.home import home
from typed_openai.errors import OpenAIError
from typed_openai.usage import usage_scope

if TYPE_CHECKING:
    from typed_openai.cli.conversation import Conversation
    from typed_openai.cli.session import Session

_QUOTES = '"""'


class Prompt:
    """One talk."""

    def __init__(self, session: Session, talk: Conversation, tools: Sequence[Callable[..., Any]]) -> None:
        self.session = session
        self.talk = talk
        self.tools = list(tools)
        self.files: list[str] = []
        self.over = False
        self.watched = sys.stdin.isatty()

    def run(self) -> None:
        """Talk until somebody ends it."""
        with usage_scope() as used, self._history():
            self.meter = Meter(used)
            if self.watched:
                self._say(f"{self.talk.model}; /help says what else may be typed, Ctrl-D ends it.")
            while not self.over:
                try:
                    line = self._line()
                except EOFError:
                    break
                except KeyboardInterrupt:
                    self._say("")
                    continue
                self._take(line)
            self.talk.keep()

    def _line(self) -> str:
        text = self._read("> ")
        if not text.startswith(_QUOTES):
            return text
        text = text.removeprefix(_QUOTES)
        while not text.rstrip().endswith(_QUOTES):
            text += "\n" + self._read(". ")
        return text.rstrip().removesuffix(_QUOTES).strip()

    def _read(self, mark: str) -> str:
        if self.watched:
            return input(mark)
        line = sys.stdin.buffer.readline()
        if not line:
            raise EOFError
        return line.decode("utf-8-sig", "surrogateescape").rstrip("\r\n")  # as `ask` reads a pipe

    def _take(self, line: str) -> None:
        if not line.strip():
            return
        if line.startswith("/") and not line.startswith("//"):
            self._obey(line)
            return
        before = list(self.talk.messages)
        try:
            self.talk.say(line.removeprefix("/") if line.startswith("//") else line, self.files)
            self.files = []
            answer(self.session, self.talk, Wanted(tools=self.tools))
        except KeyboardInterrupt:
            self._say("\nStopped; what came is kept.")
        except (OpenAIError, OSError) as error:
            self.talk.messages = before
            self._say(message_of(error))

    def _obey(self, line: str) -> None:
        name, _, rest = line[1:].partition(" ")
        name = {"quit": "exit", "tools": "tool"}.get(name, name)
        command = getattr(self, f"do_{name}", None)
        if command is None:
            from typed_openai.core.request.faults import closest

            near = closest(name, self._commands())
            self._say(f"no /{name}: did you mean /{near}?" if near else f"no /{name}: /help lists what there is")
            return
        try:
            command(rest.strip())
        except (click.ClickException, OpenAIError, OSError) as error:
            self._say(error.format_message() if isinstance(error, click.ClickException) else message_of(error))

    def _commands(self) -> list[str]:
        return sorted(name.removeprefix("do_") for name in dir(self) if name.startswith("do_"))

    def _say(self, text: str) -> None:
        self.session.output.note(text)

    def do_help(self, rest: str) -> None:
        """What may be typed."""
        for name in self._commands():
            self._say(f"/{name:8} {getattr(self, f'do_{name}').__doc__}")

    def do_model(self, rest: str) -> None:
        """[NAME]  Say which model is asked, or ask another one from now on."""
        self.talk.model = rest or self.talk.model
        self._say(self.talk.model)

    def do_system(self, rest: str) -> None:
        """[TEXT]  Tell the model what it shall be; without a text nothing any more."""
        self.talk.system(rest)

    def do_file(self, rest: str) -> None:
        """PATH  Show a file or a picture with what is said next."""
        from typed_openai.cli.conversation import part_of

        part_of(rest)  # refused now, not when the question is typed
        self.files.append(rest)
        self._say(f"{rest} goes with what you say next.")

    def do_tool(self, rest: str) -> None:
        """[MODULE:FUNCTION]  Let the model call a function; alone: which it may call. Also /tools."""
        if rest:
            self.tools += tools_of(rest.split())
        names = [getattr(each, "__name__", str(each)) for each in self.tools]
        self._say(", ".join(names) or "There are no tools.")

    def do_cost(self, rest: str) -> None:
        """What this talk took so far: tokens, money, seconds."""
        self._say(self.meter.told())

    def do_new(self, rest: str) -> None:
        """Begin anew; what the model shall be stays."""
        first = self.talk.messages[:1]
        self.talk.messages = [each for each in first if isinstance(each, dict) and each["role"] == "system"]

    def do_exit(self, rest: str) -> None:
        """End the talk; Ctrl-D does, too."""
        self.over = True

    @contextlib.contextmanager
    def _history(self) -> Any:
        """Arrow keys, completion of commands, and the lines of last time, where somebody types."""
        if not self.watched:
            yield
            return
        try:
            lines: Any = importlib.import_module("readline")
        except ImportError:  # not on every system
            yield
            return
        path = Path(home()) / "history"
        lines.set_completer(self._completion)
        lines.set_completer_delims(" ")
        lines.parse_and_bind("tab: complete")
        with contextlib.suppress(OSError):
            lines.read_history_file(path)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
                lines.set_history_length(1000)
                lines.write_history_file(path)

    def _completion(self, text: str, number: int) -> str | None:
        """What a tab makes of the beginning of a command; None once there is no other."""
        found = [f"/{name}" for name in self._commands() if f"/{name}".startswith(text)] if text else []
        return found[number] if number < len(found) else None
