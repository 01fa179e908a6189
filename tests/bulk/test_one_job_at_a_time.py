"""Two jobs, one output, at the worst moment: what is written is in the file that is there afterwards."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bulk.files import Echo, asked, is_open, told
from tests.canned import Connect, failure
from typed_openai import ConfigurationError
from typed_openai.bulk import appended
from typed_openai.bulk.output import Output

connected = Connect(is_async=False)


def job(given: Path, out: Path, wire: Any = None) -> Any:
    return connected(wire or Echo(), max_retries=False).bulk(given, out)


def meanwhile(monkeypatch: pytest.MonkeyPatch, what: Callable[[], object]) -> None:
    """Let something happen once between the opening of an output and its lock."""
    real, todo = fcntl.flock, [what]

    def flock(file: int, how: int) -> None:
        if todo:
            todo.pop()()
        real(file, how)

    monkeypatch.setattr(fcntl, "flock", flock)


def test_a_job_that_waits_for_the_file_of_one_that_tidies_writes_where_it_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, out = asked(tmp_path / "in.jsonl", "a", "b"), tmp_path / "out.jsonl"
    job(given, out, Echo(qa=failure(404), qb=failure(404)))
    meanwhile(monkeypatch, lambda: job(given, out, Echo(qb=failure(404))))  # answers a, and puts a new file in place
    assert job(given, out).answered == 1
    assert told(out) == {"a": "a", "b": "b"}


def test_a_job_that_waits_for_the_file_of_one_that_fails_writes_where_it_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, out = asked(tmp_path / "in.jsonl", "a"), tmp_path / "out.jsonl"
    meanwhile(monkeypatch, out.unlink)
    assert job(given, out).answered == 1
    assert told(out) == {"a": "a"}


@pytest.mark.parametrize(
    ("name", "lines", "step"), [("out.jsonl", "out.jsonl", "replace"), ("out.parquet", "out.parquet.jsonl", "unlink")]
)
def test_what_a_job_puts_in_place_or_removes_nobody_else_can_have_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, lines: str, step: str
) -> None:
    given, out, real = asked(tmp_path / "in.jsonl", "a", "b"), tmp_path / name, getattr(os, step)
    if step == "replace":
        job(given, out, Echo(qa=failure(404)))
    looked: list[str] = []

    def look(*paths: Any) -> None:
        if step == "replace":
            real(*paths)
        with pytest.raises(ConfigurationError, match="another job is writing"):
            Output(tmp_path / lines)
        looked.append(Path(paths[-1]).name)
        if step == "unlink":
            real(*paths)

    monkeypatch.setattr(os, step, look)
    assert job(given, out).answered
    assert looked == [lines]


def test_only_what_a_job_made_and_left_empty_is_removed(tmp_path: Path) -> None:
    given, out, aim = asked(tmp_path / "in.jsonl", "a"), tmp_path / "out.jsonl", tmp_path / "aim.jsonl"

    def fails() -> None:
        with pytest.raises(ConfigurationError, match="ray"):
            connected(Echo()).bulk(given, out, engine="ray")

    fails()
    assert not out.exists()
    out.write_bytes(b"")
    fails()
    assert out.read_bytes() == b""
    out.unlink()
    out.symlink_to(aim)
    fails()
    assert out.is_symlink()
    assert not aim.exists()


def test_answers_that_another_job_wrote_meanwhile_are_not_removed_by_one_that_cannot_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, out = asked(tmp_path / "in.jsonl", "a"), tmp_path / "out.jsonl"
    meanwhile(monkeypatch, lambda: out.write_bytes(_answered(tmp_path, given)))
    with pytest.raises(ConfigurationError, match="ray"):
        connected(Echo()).bulk(given, out, engine="ray")
    assert told(out) == {"a": "a"}


def _answered(folder: Path, given: Path) -> bytes:
    job(given, folder / "elsewhere.jsonl")
    return (folder / "elsewhere.jsonl").read_bytes()


@pytest.mark.parametrize("name", ["out.jsonl", "out.parquet"])
def test_where_no_open_file_can_be_moved_or_removed_none_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(appended, "_MOVES_OPEN_FILES", False)  # Windows
    given, out = asked(tmp_path / "in.jsonl", "a", "b"), tmp_path / name

    def looking(real: Callable[..., None]) -> Callable[..., None]:
        def look(*paths: Any) -> None:
            assert not any(is_open(Path(path)) for path in paths if Path(path).exists())
            real(*paths)

        return look

    for step in ("replace", "unlink"):
        monkeypatch.setattr(os, step, looking(getattr(os, step)))
    for wire in (Echo(qa=failure(404)), Echo()):
        job(given, out, wire)
    with pytest.raises(ConfigurationError, match="ray"):
        connected(Echo()).bulk(given, tmp_path / f"new-{name}", engine="ray")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["in.jsonl", name]
