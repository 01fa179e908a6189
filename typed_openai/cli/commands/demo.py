"""Chat, streams, values of a type, tools, vectors: the main job in one minute, without a key on the local server."""

from __future__ import annotations

import click


@click.command()
def command() -> None:
    """Chat, streams, values of a type, tools, vectors: the main job in one minute.

    Without a key it talks to the local server of the package, and says so.
    """
    from typed_openai.cli.demo import main

    main()
