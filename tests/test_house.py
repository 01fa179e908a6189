"""Taste, as far as a program can see it. Every walk asserts a floor, so that it cannot pass by finding nothing."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import typed_openai
from tests.conformance.declared import declared, places, resources
from tools.stubgen.filled_in import filled_in
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.local.router import Router
from typed_openai.local.service import areas
from typed_openai.local.sockets.doors import DOORS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "typed_openai"
SOURCES = sorted(PACKAGE.rglob("*.py"))
ALL_SOURCES = [
    path
    for folder in ("typed_openai", "tests", "tools", "examples", "benchmarks", "typing_tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "node_modules" not in path.parts
]
MOST_LINES = 500
MOST_LINES_OF_A_FUNCTION = 50
LONG_FUNCTIONS = {"core/run/crowd.py in_threads"}
LINES_A_ROUTE = {"over HTTP": 28.1, "with sockets": 29.8}
"""Of the local server, prose and blank lines included. These numbers may only shrink."""
FORBIDDEN = {
    r"\bcast\(": "cast: say the type where the value is made",
    r"except (Base)?Exception\b|except:": "a blanket except hides what nobody expected",
    r"# type: ignore($|[^\[])": "an ignore names its code",
    r"# type: ignore\[[\w, -]+\]\s*$": "an ignore gives its reason",
    r"\b(TODO|FIXME|XXX|NotImplementedError)\b": "unfinished work does not land",
}
UNDER_TEST = {"tests/test_house.py", "tests/test_config.py", "tests/test_secrets.py"}
"""Files that speak of what is forbidden, or catch what a thread raises."""
HTTPX_FILES = {f"core/run/{name}.py" for name in ("abroad", "aiohttp_slots", "kit", "native", "pools", "transport")} | {
    "testing/recorder.py"  # hands on what any client sends, byte for byte: no client of ours stands between
}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def test_there_is_something_to_look_at() -> None:
    assert len(SOURCES) > 50
    assert len(ALL_SOURCES) > 100


def test_no_file_has_more_than_500_lines() -> None:
    sizes = {str(path.relative_to(ROOT)): path.read_text().count("\n") for path in ALL_SOURCES}
    assert {name: size for name, size in sizes.items() if size > MOST_LINES} == {}


def test_no_function_has_more_than_50_lines() -> None:
    lines = {
        f"{path.relative_to(PACKAGE)} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert len(lines) > 1000
    assert {name for name, count in lines.items() if count > MOST_LINES_OF_A_FUNCTION} == LONG_FUNCTIONS


def test_the_local_server_takes_few_lines_a_route() -> None:
    """A socket counts as a route, and so does each kind of event that it answers, with a model and a handler."""
    local = PACKAGE / "local"
    sizes = {path: path.read_text().count("\n") for path in local.rglob("*.py")}
    over_sockets = {path for path in sizes if path.is_relative_to(local / "sockets")}
    marks = [mark for path in over_sockets for mark in re.findall(r"@on\((.*?)\)", path.read_text())]
    routes = len(Router.of(*areas()).routes)
    answered = routes + len(DOORS) + sum(mark.count('"') // 2 for mark in marks)
    assert routes > 370
    assert answered > 410
    found = {
        "over HTTP": sum(size for path, size in sizes.items() if path not in over_sockets) / routes,
        "with sockets": sum(sizes.values()) / answered,
    }
    assert {name: round(lines, 2) for name, lines in found.items() if lines > LINES_A_ROUTE[name]} == {}


def test_no_file_is_a_drawer() -> None:
    drawers = {"utils", "helpers", "common", "misc", "_utils", "_helpers", "_common"}
    assert [path for path in ALL_SOURCES if path.stem in drawers] == []


def test_every_file_begins_with_prose() -> None:
    silent = [path for path in ALL_SOURCES if not (ast.get_docstring(tree(path)) or "").strip()]
    assert silent == []


def test_prose_names_files_that_are_there() -> None:
    there = [str(path.relative_to(ROOT)) for path in ALL_SOURCES]
    named = {name for path in ALL_SOURCES for name in re.findall(r"`([\w/]+\.py)`", path.read_text())}
    named -= {"_params.py"}  # the end of many names
    assert len(named) > 30
    assert {name for name in named if not any(f"/{path}".endswith(f"/{name}") for path in there)} == set()


@pytest.mark.parametrize(("pattern", "why"), FORBIDDEN.items())
def test_what_the_house_does_not_allow_is_not_there(pattern: str, why: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in ALL_SOURCES
        if str(path.relative_to(ROOT)) not in UNDER_TEST
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert found == [], why


def test_no_test_is_skipped_but_for_a_server_a_framework_or_a_browser_that_is_not_there() -> None:
    allowed = {"interop", "frameworks", "browsers", "site"}
    skipping = {
        path.relative_to(ROOT / "tests").parts[0]
        for path in ALL_SOURCES
        if path.is_relative_to(ROOT / "tests")
        and re.search(r"\b(pytest|mark)\.(skip|xfail|importorskip)", path.read_text())
    }
    assert skipping - {"test_house.py"} <= allowed


def test_nothing_is_defined_that_nobody_uses() -> None:
    """Functions, classes and constants of modules, but for models, resources, and what a decorator takes."""
    read = [*ALL_SOURCES, *(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
    words = Counter(word for path in read for word in re.findall(r"\w+", path.read_text()))
    defined = {
        name
        for path in SOURCES
        if not {"models", "resources"} & set(path.relative_to(ROOT).parts)
        for node in tree(path).body
        for name in _defined_by(node)
    }
    assert len(defined) > 500
    hooks = {name for name in defined if name.startswith("pytest_")}  # pytest finds them by their names
    assert {name for name in defined - hooks if words[name] == 1} == set()


def _defined_by(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        if not node.decorator_list and not node.name.startswith("__"):
            yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def test_only_the_transport_and_its_pools_import_httpx() -> None:
    importing = {
        str(path.relative_to(PACKAGE))
        for path in SOURCES
        if re.search(r"^\s*(import|from) httpx\b", path.read_text(), re.MULTILINE)
    }
    assert importing == HTTPX_FILES


def test_every_exported_name_exists_and_is_written_once() -> None:
    assert len(typed_openai.__all__) > 40
    assert len(set(typed_openai.__all__)) == len(typed_openai.__all__)
    for name in typed_openai.__all__:
        assert hasattr(typed_openai, name), name


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Openai'"):
        getattr(typed_openai, "Openai")  # noqa: B009 - a type checker would refuse it written out


def loaded_after(code: str) -> set[str]:
    shown = f"{code}\nimport sys; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", shown], check=True, capture_output=True, text=True).stdout.split())


def test_importing_the_package_loads_neither_pydantic_nor_httpx() -> None:
    loaded = loaded_after("import typed_openai")
    assert loaded.isdisjoint({"pydantic", "httpx", "asyncio", "typed_openai.client"})


def test_a_client_with_chat_loads_chat_only_and_no_transport() -> None:
    loaded = loaded_after("from typed_openai import OpenAI\nOpenAI(api_key='sk-x').chat.completions")
    assert "typed_openai.models.chat.params" in loaded
    assert loaded.isdisjoint({"httpx", "asyncio", "typed_openai.core.run.transport"})
    areas = {
        name.removeprefix("typed_openai.resources.") for name in loaded if name.startswith("typed_openai.resources.")
    }
    assert areas == {"chat"}


def test_every_resource_has_both_colours() -> None:
    assert len(resources()) >= 5
    for resource in resources():
        assert resource.awaited.__name__ == f"Async{resource.__name__}"
        assert resource.awaited.is_async
        assert not resource.is_async
        assert vars(sys.modules[resource.__module__])[resource.awaited.__name__] is resource.awaited


def test_an_operation_is_called_by_the_names_that_lead_to_it() -> None:
    assert len(declared()) > 390
    assert declared().keys() <= places()


def test_every_operation_is_in_the_stubs_in_both_colours() -> None:
    shown: dict[str, dict[str, set[str]]] = {}
    for path in (ROOT / "stubs" / "typed_openai-stubs" / "resources").glob("*.pyi"):
        classes = [node for node in filled_in(ast.parse(path.read_text())).body if isinstance(node, ast.ClassDef)]
        shown[path.stem] = {node.name: {getattr(each, "name", "") for each in node.body} for node in classes}
    for title, endpoint in declared().items():
        assert isinstance(endpoint, Endpoint)
        assert endpoint.owner is not None
        classes_there = shown[endpoint.owner.__module__.rpartition(".")[2]]
        for name in (endpoint.owner.__name__, f"Async{endpoint.owner.__name__}"):
            assert endpoint.name in classes_there[name], f"{title} in {name}"
