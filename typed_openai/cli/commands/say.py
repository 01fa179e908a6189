"""Read a text aloud: into a sound file, or into a pipe.

typed-openai say "Good morning" --output morning.mp3
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from typed_openai.cli.session import Command, Session

FORMATS = ("mp3", "opus", "aac", "flac", "wav", "pcm")


@click.command(cls=Command)
@click.argument("text", nargs=-1)
@click.option("-m", "--model", default="gpt-4o-mini-tts", show_default=True, metavar="NAME", help="Which model.")
@click.option("--voice", default="alloy", show_default=True, metavar="NAME", help="Who says it.")
@click.option("--how", metavar="TEXT", help="How to say it, in words.")
@click.option("--speed", type=float, metavar="NUMBER", help="How fast, 0.25 to 4.")
@click.option("--as", "kind", metavar="|".join(FORMATS), help="Which kind of sound; that of --output, else mp3.")
def command(
    session: Session,
    text: Sequence[str],
    model: str,
    voice: str,
    how: str | None,
    speed: float | None,
    kind: str | None,
) -> None:
    """Read TEXT (or what is piped in) aloud: into --output or a file here, or into a pipe."""
    from typed_openai.cli.media import write_file
    from typed_openai.cli.progress import waiting

    said = " ".join(text) or session.piped()
    if not said:
        raise click.UsageError('nothing to say: typed-openai say "…", or pipe something in')
    suffix = Path(session.output.path or "").suffix.lstrip(".").lower()
    params: dict[str, Any] = {"instructions": how, "speed": speed}
    params["response_format"] = kind or (suffix if suffix in FORMATS else None)
    with waiting(session.terminal, model):
        sound = session.client.audio.speech.create(model=model, voice=voice, input=said, **params)
    write_file(session.output, sound.content, str(sound.content_type), "speech")
