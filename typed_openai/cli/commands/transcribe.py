"""Write down what is said in recordings.

typed-openai transcribe talk.mp3 --as srt > talk.srt
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from typed_openai.cli.session import Command, Session

FORMATS = ("text", "json", "srt", "vtt", "verbose_json", "diarized_json")


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("-m", "--model", default="gpt-4o-mini-transcribe", show_default=True, metavar="NAME", help="Which model.")
@click.option("--language", metavar="CODE", help="What is spoken (en, de, ...), where that is known.")
@click.option("--prompt", metavar="TEXT", help="Names and words that may occur.")
@click.option(
    "--as", "kind", metavar="|".join(FORMATS), help="What is written: text by default; srt and vtt have times."
)
def command(
    session: Session,
    files: Sequence[str],
    model: str,
    language: str | None,
    prompt: str | None,
    kind: str | None,
) -> None:
    """Write down what is said in each FILE; `-` is standard input."""
    from typed_openai.cli.progress import uploading, waiting

    for name in files:
        params: dict[str, Any] = {"language": language, "prompt": prompt, "response_format": kind or "json"}
        with uploading(session.terminal, name) as file, waiting(session.terminal, f"{model}: {name}"):
            content: Any = session.stdin.content("FILE") if name == "-" else file
            found = session.client.audio.transcriptions.create(model=model, file=content, **params)
        if kind is None and session.output.format == "auto" and session.output.select is None:
            session.output.terminal.line(found.text.strip())
        else:
            session.output.result(found)
