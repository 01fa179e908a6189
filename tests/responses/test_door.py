"""The public door of the Responses API leads to everything, and nobody inside goes through it."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import typed_openai.models.responses as door

INNER = sorted(path.stem for path in Path(door.__file__).parent.glob("response_*.py"))


def test_the_public_door_leads_to_every_public_class() -> None:
    found = {
        name
        for module in map(importlib.import_module, (f"typed_openai.models.{name}" for name in INNER))
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__ and not name.startswith("_")
    }
    assert len(found) > 300
    assert found <= set(door.__all__)


def test_what_it_names_is_there_once() -> None:
    assert len(set(door.__all__)) == len(door.__all__)
    assert all(hasattr(door, name) for name in door.__all__)


def test_the_resources_do_not_load_what_they_do_not_need() -> None:
    source = "import sys, typed_openai.resources.responses; print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    loaded = {name.removeprefix("typed_openai.") for name in shown.stdout.split()}
    assert "models.response_params" in loaded
    assert loaded.isdisjoint({"models.responses", "core.flow", "core.waiting", "structured", "tool_loop", "tools"})
