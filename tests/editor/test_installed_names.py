"""Each official name is there at run time in the installed wheel, where Python and type checkers look for it."""

from __future__ import annotations

import subprocess

import pytest

from tests.editor.test_completion import WHEEL

pytestmark = pytest.mark.editor
ASKED = """
import importlib, json, pathlib, typed_openai.types
table = json.loads(pathlib.Path(typed_openai.types.__file__).with_name("names.json").read_text())
count = 0
for place, names in table.items():
    module = importlib.import_module(f"typed_openai.types.{place}".rstrip("."))
    for name in names:
        count += 1
        if not hasattr(module, name):
            print(place, name)
assert count > 6000, count
"""


def test_no_official_name_is_missing_from_the_installed_package() -> None:
    run = subprocess.run([WHEEL, "-c", ASKED], capture_output=True, text=True, check=False, cwd="/")
    assert (run.stdout, run.stderr[-500:]) == ("", "")
