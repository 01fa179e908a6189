"""Every example runs as its reader would run it, against the local server, and prints something."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from typed_openai.local import LocalServer

EXAMPLES = sorted(
    path.stem for path in (Path(__file__).parent.parent / "examples").glob("*.py") if path.stem != "__init__"
)


def test_there_are_examples() -> None:
    assert "demo" in EXAMPLES


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example = importlib.import_module(f"examples.{name}")
    monkeypatch.chdir(tmp_path)  # what an example writes, it writes here
    with LocalServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-local")
        if name == "demo":  # it chooses models by server; the local one takes any name
            monkeypatch.setenv("DEMO_MODEL", "local-echo")
        example.main()
    assert capsys.readouterr().out.strip()
    assert (example.__doc__ or "").strip()
