"""Words while they come: Markdown that is rendered as it streams on a terminal, the bare text everywhere else.

What is finished (everything up to an empty line outside of a code block) is printed for good, so that any length
scrolls like other output; only the paragraph that still grows is drawn again and again.
"""

from __future__ import annotations

import re
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from typed_openai.cli.terminal import clean

if TYPE_CHECKING:
    from rich.live import Live

    from typed_openai.cli.output import Output

_FENCE = re.compile(r"^ {0,3}(```|~~~)", re.MULTILINE)


def finished(text: str) -> int:
    """How much of a Markdown text no later word can change: up to the last empty line that is in no code block."""
    end = text.rfind("\n\n")
    while end >= 0:
        if len(_FENCE.findall(text, 0, end + 1)) % 2 == 0 and not _goes_on(text[end + 2 :]):
            return end + 2
        end = text.rfind("\n\n", 0, end)
    return 0


def _goes_on(rest: str) -> bool:
    """Whether what follows an empty line may belong to the list before it."""
    return not rest or rest[0].isspace() or bool(re.match(r"([-*+]|\d+[.)])(\s|$)", rest))


class Spoken:
    """Takes the words of one answer; `text` is all of them."""

    def __init__(self, output: Output, markdown: bool | None = None) -> None:
        self._output = output
        self._shown = 0
        self._live: Live | None = None
        self._markdown = output.terminal.seen and output.format == "auto" if markdown is None else markdown
        self.text = ""

    def __enter__(self) -> Self:
        if self._markdown:
            from rich.live import Live

            self._live = Live(
                console=self._output.terminal.console(), refresh_per_second=12, transient=True, auto_refresh=True
            )
            self._live.start()
        return self

    def add(self, words: str) -> None:
        """Show these words, too."""
        if not words:
            return
        self.text += words
        if self._live is None:
            terminal = self._output.terminal
            terminal.write(clean(words) if terminal.seen else words)
            return
        end = self._shown + finished(self.text[self._shown :])
        if end > self._shown:
            self._live.console.print(self._rendered(self.text[self._shown : end]))
            self._live.console.print()
            self._shown = end
        self._live.update(self._rendered(self.text[self._shown :]))

    def _rendered(self, text: str) -> Any:
        from rich.markdown import Markdown

        return Markdown(clean(text))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        rest = self.text[self._shown :]
        if self._live is not None:
            self._live.update("")
            self._live.stop()
            if rest.strip():
                self._live.console.print(self._rendered(rest))
        elif self.text and not self.text.endswith("\n"):
            self._output.terminal.write("\n")
