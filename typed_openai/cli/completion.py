"""What a tab completes: words that are known, and ids of models and files, asked of the server and kept for a minute.

The completion of commands and options is click's own (bash, zsh, fish). Ids come from the list operation that stands
beside (`files.list` for `file_id`), in a second at most and silently: a completion never prints an error.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from typed_openai.cli.home import home

KEPT = 60.0
"""Seconds that ids are kept."""
_PATIENCE = 1.5
_MOST = 100
_LISTS = {
    "model": "models",
    "fine_tuned_model_checkpoint": "models",
    "file_id": "files",
    "training_file": "files",
    "validation_file": "files",
    "input_file_id": "files",
    "batch_id": "batches",
    "vector_store_id": "vector_stores",
    "assistant_id": "beta.assistants",
    "fine_tuning_job_id": "fine_tuning.jobs",
    "container_id": "containers",
}
"""By parameter: whose list has its values."""

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def ids(name: str, place: Sequence[str]) -> Complete:
    """Completes an id in the path."""
    where = "containers" if place[0] == "containers" else _LISTS.get(name, "")
    nested = place[0] != where.partition(".")[0] and name == "file_id" and place[0] != "files"
    return _completing(where if not nested or place[0] == "vector_stores" else "")


def words(name: str, known: Sequence[str]) -> Complete | None:
    """Completes an option: its known words, else ids that belong there; None where nothing is known."""
    if name in _LISTS:
        return _completing(_LISTS[name])
    if not known:
        return None

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(word) for word in known if word.startswith(incomplete)]

    return complete


def _completing(where: str) -> Complete:
    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(found) for found in (known_ids(where) if where else ()) if found.startswith(incomplete)]

    return complete


def known_ids(where: str) -> list[str]:
    """The ids that a list of the server has, from a cache that is a minute old at most; none where it cannot be had."""
    path = _cache(where)
    try:
        kept = json.loads(path.read_text("utf-8"))
        if 0 <= time.time() - kept["at"] < KEPT:
            return [str(found) for found in kept["ids"]]
    except (OSError, ValueError, KeyError, TypeError):
        pass  # nothing kept, or nothing that can be read: it is asked for again
    found = _asked(where)
    if found:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({"at": time.time(), "ids": found}), "utf-8")
        except OSError:
            pass  # it is asked for again next time
    return found


def _asked(where: str) -> list[str]:
    from typed_openai import OpenAI, OpenAIError

    try:
        with OpenAI(timeout=_PATIENCE, deadline=_PATIENCE, max_retries=False) as client:
            area: Any = client
            for name in where.split("."):
                area = getattr(area, name)
            return [str(item.id) for item in area.list().data[:_MOST]]
    except OpenAIError:
        return []


def _cache(where: str) -> Path:
    """One file for each list of each server and key; its name tells neither."""
    who = "\n".join(f"{name}={os.environ[name]}" for name in sorted(os.environ) if name.startswith("OPENAI_"))
    name = hashlib.sha256(f"{where}\n{who}".encode()).hexdigest()[:24]
    return Path(home()) / "completion" / f"{name}.json"
