"""The folder that a job keeps beside its output while it goes. Nothing that the job did not write is ever removed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from typed_openai.errors import ConfigurationError


def remove(folder: Path, patterns: Sequence[str]) -> None:
    """Remove the files of these names and the folder. Raises `ConfigurationError` when something else is in it."""
    if not folder.is_dir():
        return
    ours = {path for pattern in patterns for path in folder.glob(pattern)}
    others = sorted(path.name for path in folder.iterdir() if path not in ours)
    if others:
        raise ConfigurationError(
            f"client.bulk: {folder} is where a job keeps its state, and holds {', '.join(others[:3])}: move it away"
        )
    try:
        for path in ours:
            path.unlink(missing_ok=True)
        folder.rmdir()
    except OSError as error:
        raise ConfigurationError(f"client.bulk: {error}") from error
