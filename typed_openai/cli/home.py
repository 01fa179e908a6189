"""Where the command line keeps its files: `$TYPED_OPENAI_HOME`, or the folder of the system for settings."""

from __future__ import annotations

import click


def home() -> str:
    """The folder for what commands keep: `$TYPED_OPENAI_HOME`, else that of the system for settings of programs."""
    import os

    return os.environ.get("TYPED_OPENAI_HOME") or click.get_app_dir("typed-openai")
