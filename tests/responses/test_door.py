"""The public door of the Responses API leads to everything, and nobody inside goes through it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import typed_openai.models.responses as door
from tests.doors import public_classes

INNER = sorted(f"responses.{path.stem}" for path in Path(door.__file__).parent.glob("[a-z]*.py"))


def test_the_public_door_leads_to_every_public_class() -> None:
    found = public_classes(INNER)
    assert len(found) > 300
    assert found <= set(dir(door))


def test_what_it_names_is_there() -> None:
    names = [name for name in dir(door) if not name.startswith("_")]
    assert len(names) > 300
    assert all(hasattr(door, name) for name in names)


def test_the_resources_do_not_load_what_they_do_not_need() -> None:
    source = "import sys, typed_openai.resources.responses; print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    loaded = {name.removeprefix("typed_openai.") for name in shown.stdout.split()}
    assert "models.responses.params" in loaded
    assert loaded.isdisjoint(
        {
            "models.responses.events",
            "core.run.flow",
            "core.run.waiting",
            "structured.responses",
            "tools.loop",
            "tools.definition",
        }
    )
