"""A file that is written anew is the old one until it is whole: who has the old one open reads all of it.

So a full disk, or a process that is killed, leaves what was there.
"""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from typed_openai import migrate
from typed_openai.bulk import BulkReport
from typed_openai.cli import media
from typed_openai.cli.conversation import Conversation
from typed_openai.cli.output import Output
from typed_openai.cli.terminal import Terminal
from typed_openai.models.images import Image
from typed_openai.usage import Tokens

PROGRAM = "from openai import OpenAI\n\nprint(OpenAI())\n"
REPORT = BulkReport(1, 0, 0, 0, Tokens(), {}, None, 1.0, 1, {}, {})


def _migrates(path: Path) -> None:
    migrate.main(["--write", str(path)])


def _shows(path: Path) -> None:
    with ExitStack() as opened:
        media.show_picture(Output(Terminal(), "auto", None, str(path), opened), b"picture", path)


WRITERS: dict[str, Callable[[Path], object]] = {
    "a program that is migrated": _migrates,
    "a report": REPORT.save,
    "a picture": Image(b64_json=b64encode(b"picture").decode()).save,
    "a picture of the command line": _shows,
    "the last conversation": lambda path: Conversation("m", [{"role": "user", "content": "Hi"}]).keep(),
}


@pytest.mark.parametrize("name", WRITERS)
def test_who_has_the_old_file_open_reads_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("TYPED_OPENAI_HOME", str(tmp_path))
    path = tmp_path / "last.json"
    path.write_text(PROGRAM)
    path.chmod(0o640)
    with path.open() as before:
        WRITERS[name](path)
        assert before.read() == PROGRAM
    assert path.read_text() not in ("", PROGRAM)
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["last.json"]


def test_a_conversation_is_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TYPED_OPENAI_HOME", str(tmp_path))
    WRITERS["the last conversation"](tmp_path)
    assert (tmp_path / "last.json").stat().st_mode & 0o777 == 0o600


def test_a_program_that_cannot_be_written_is_said_and_the_others_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = os.replace

    def replace(beside: str, place: str) -> None:
        if place.endswith("a.py"):
            raise OSError(30, "Read-only file system")
        real(beside, place)

    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(PROGRAM)
    monkeypatch.setattr(os, "replace", replace)
    assert migrate.main(["--write", str(tmp_path)]) == 2
    assert f"{tmp_path / 'a.py'}: not written: [Errno 30] Read-only file system" in capsys.readouterr().err
    assert (tmp_path / "a.py").read_text() == PROGRAM
    assert "typed_openai" in (tmp_path / "b.py").read_text()


def test_a_program_that_cannot_be_rewritten_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)

    def fail(source: str) -> str:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(migrate, "rewritten", fail)
    with pytest.raises(RuntimeError, match="a fault of ours"):
        _migrates(path)
    assert path.read_text() == PROGRAM
