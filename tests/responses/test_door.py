"""The public door of the Responses API leads to everything, and nobody inside goes through it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import typed_openai.models.responses as door
from tests.doors import public_classes

INNER = sorted(path.stem for path in Path(door.__file__).parent.glob("response_*.py"))


def test_the_public_door_leads_to_every_public_class() -> None:
    found = public_classes(INNER)
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
