"""What goes in and what comes out is the same for every engine."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bulk.files import asked, lines_in, request
from tests.bulk.test_ray_pieces import ray  # noqa: F401 - the stand-in for Ray, a fixture
from tests.canned import done
from typed_openai import AsyncOpenAI, ConfigurationError, OpenAI
from typed_openai.local import LocalServer

parquet: Any = importlib.import_module("pyarrow.parquet")
NAMES = ["a", "b", "c"]
TEMPLATE = {"model": "m", "messages": [{"role": "user", "content": "{text}"}]}
ENGINES: list[dict[str, Any]] = [
    {"engine": "map"},
    {"engine": "batch", "wait": {"interval": 0.001, "max_interval": 0.01}},
    {"engine": "ray", "workers": 2},
]


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    with LocalServer() as server:
        yield server


def source(kind: str, folder: Path) -> tuple[Any, dict[str, Any]]:
    """The same three questions, and the options they need."""
    if kind == "file":
        return asked(folder / "in.jsonl", *NAMES), {}
    if kind == "iterable":
        return (request(name) for name in NAMES), {}
    path = folder / "in.csv"
    path.write_text("id,text\n" + "".join(f"{name},{name}\n" for name in NAMES))
    return path, {"template": TEMPLATE, "id_column": "id"}


def found(out: Path) -> dict[str, str]:
    """The answers in an output of either kind, by name."""
    lines = lines_in(out) if out.suffix == ".jsonl" else map(json.loads, parquet.read_table(out)["line"].to_pylist())
    return {line["custom_id"]: line["response"]["body"]["choices"][0]["message"]["content"] for line in lines}


@pytest.mark.usefixtures("ray")
@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine["engine"])
@pytest.mark.parametrize("kind", ["file", "iterable", "rows"])
@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
@pytest.mark.parametrize("client", [OpenAI, AsyncOpenAI])
async def test_engines_take_and_give_the_same(
    server: LocalServer, tmp_path: Path, engine: dict[str, Any], kind: str, suffix: str, client: Any
) -> None:
    out, seen = tmp_path / f"out.{suffix}", list[int]()
    caller = client(base_url=server.base_url, api_key="sk-x")
    for answered, resumed in ((3, 0), (0, 3)):
        given, options = source(kind, tmp_path)
        report = await done(caller.bulk(given, out, progress=lambda told: seen.append(told.done), **options, **engine))
        assert (report.answered, report.resumed, report.failed) == (answered, resumed, 0)
        assert report.is_complete
    assert seen[-1] == 3
    answers = found(out)
    assert answers.keys() == set(NAMES)
    assert all(name in text for name, text in answers.items()), "each the answer to its own question"


@pytest.mark.usefixtures("ray")
@pytest.mark.parametrize("engine", ENGINES[1:], ids=lambda engine: engine["engine"])
def test_a_folder_of_somebody_else_is_left_alone(server: LocalServer, tmp_path: Path, engine: dict[str, Any]) -> None:
    folder = tmp_path / f"out.jsonl.{engine['engine']}"
    folder.mkdir()
    (folder / "thesis.txt").write_text("ten years")
    before = len(server.requests)
    client = OpenAI(base_url=server.base_url, api_key="sk-x")
    given = asked(tmp_path / "in.jsonl", *NAMES)
    with pytest.raises(ConfigurationError, match=r"holds thesis\.txt: move it away"):
        client.bulk(given, tmp_path / "out.jsonl", **engine)
    assert (folder / "thesis.txt").read_text() == "ten years"
    assert len(server.requests) == before
