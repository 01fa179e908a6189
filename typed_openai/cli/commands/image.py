"""Draw a picture, or change some: shown where the terminal can, and saved.

typed-openai image "An otter on a red bicycle" --output otter.png
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from typed_openai.cli.session import Command, Session

KINDS = ("png", "jpeg", "webp")


@click.command(cls=Command)
@click.argument("text", nargs=-1)
@click.option("-m", "--model", default="gpt-image-1", show_default=True, metavar="NAME", help="Which model.")
@click.option("-f", "--file", "files", multiple=True, metavar="FILE", help="A picture to change, or to take from.")
@click.option("--size", metavar="WIDTHxHEIGHT", help="How large.")
@click.option("--quality", metavar="low|medium|high", help="How carefully.")
@click.option("-n", "--number", default=1, show_default=True, help="How many.")
def command(
    session: Session,
    text: Sequence[str],
    model: str,
    files: Sequence[str],
    size: str | None,
    quality: str | None,
    number: int,
) -> None:
    """Draw what TEXT (or what is piped in) says; with -f change a picture.

    Pictures are shown where the terminal can (extra [cli-images]) and saved: as --output, else as image.png,
    image-2.png, and so on. In a pipe goes the picture itself.
    """
    from typed_openai.cli.progress import waiting

    said = " ".join(text) or session.piped()
    if not said:
        raise click.UsageError('nothing to draw: typed-openai image "…", or pipe something in')
    params: dict[str, Any] = {"size": size, "quality": quality, "n": number}
    suffix = Path(session.output.path or "").suffix.lstrip(".").lower().replace("jpg", "jpeg")
    params["output_format"] = suffix if suffix in KINDS else None
    with waiting(session.terminal, model):
        if files:
            result = session.client.images.edit(model=model, prompt=said, image=list(files), **params)
        else:
            result = session.client.images.generate(model=model, prompt=said, **params)
    output = session.output
    if output.format not in ("auto", "text") or output.select is not None:
        output.result(result)
        return
    _save(session, result)


def _save(session: Session, result: Any) -> None:
    """Each picture into its file, or into the pipe."""
    import tempfile

    from typed_openai.cli.media import free, show_picture
    from typed_openai.core.request.filetypes import suffix_of

    output = session.output
    with tempfile.TemporaryDirectory() as folder:
        for place, picture in enumerate(result.data or []):
            content = session.client.images.save(picture, Path(folder) / "picture").read_bytes()
            if output.path is None and not output.terminal.seen:
                output.terminal.write_bytes(content)
                continue
            wanted = Path(output.path or f"image.{suffix_of(content) or 'png'}")
            path = wanted if output.path is not None and place == 0 else free(wanted)
            show_picture(output, content, path)
