"""What `make docs` lays out before it builds: links, a reference that says things once, texts for models."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from tools.site import layout, models, reference, texts
from typed_openai.models.responses import ResponseTextDeltaEvent

ROOT = Path(__file__).parent.parent.parent
PAGES = {path.name: path.read_text() for path in sorted((ROOT / "docs").glob("*.md"))}
NAV = tomllib.loads((ROOT / "docs/zensical.toml").read_text())["project"]["nav"]
STUB = '''
from typing import overload, type_check_only

@type_check_only
class _PlanetsOperations(Generic[_IntT, _StrT]):
    """What they share."""
    @overload
    def create(self, *, name: str) -> _IntT:
        """Make one."""
    @overload
    def create(self, *, name: str, stream: bool) -> _StrT:
        """Make one."""

class Planets(_PlanetsOperations[int, str]):
    """Balls."""
    @property
    def with_raw_response(self) -> PlanetsWithRawResponse: ...
    def delete(self, name: str) -> None:
        """Unmake one."""

class AsyncPlanets:
    """Balls."""

class PlanetsWithRawResponse:
    """Balls."""
'''


def test_the_list_of_the_site_names_each_page_once() -> None:
    texts.check(NAV, {*PAGES, *layout.NEIGHBOURS.values()})


@pytest.mark.parametrize("pages", [{"a.md", "c.md"}, {"a.md"}, {"a.md", "b.md", "c.md"}])
def test_a_page_that_is_missing_or_too_many_is_named(pages: set[str]) -> None:
    with pytest.raises(LookupError, match="each page once"):
        texts.check([{"One": ["a.md", {"Two": "b.md"}]}], pages)


def test_a_page_that_is_named_twice_is_told() -> None:
    with pytest.raises(LookupError, match=r"look at a\.md"):
        texts.check([{"One": ["a.md"]}, {"Two": ["a.md"]}], {"a.md"})


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_a_page_has_an_aim_on_the_site(name: str) -> None:
    assert "](../" not in layout.linked(PAGES[name], name, PAGES)


@pytest.mark.parametrize(
    ("link", "there"),
    [
        ("[a](docs/calls.md#x)", "[a](calls.md#x)"),
        ("[a](../README.md#what)", "[a](index.md#what)"),
        ("[`a`](examples)", "[`a`](examples.md)"),
        ("![a](transports.svg)", "![a](transports.svg)"),
        ("[a](https://example.com/docs/x)", "[a](https://example.com/docs/x)"),
        ("[a](#here)", "[a](#here)"),
        ("`b[0](docs/calls.md)`", "`b[0](docs/calls.md)`"),
        ("```python\na[0](nowhere)\n```", "```python\na[0](nowhere)\n```"),
    ],
)
def test_links_that_leave_docs_lead_to_pages_and_code_stays(link: str, there: str) -> None:
    assert layout.linked(link, "x.md", PAGES) == there


def test_a_link_to_what_the_site_does_not_have_is_an_error() -> None:
    with pytest.raises(LookupError, match=r"x\.md links to \.\./tests/texts\.py"):
        layout.linked("[a](../tests/texts.py)", "x.md", PAGES)


def test_a_stub_is_reduced_to_each_operation_once() -> None:
    text = reference.reduced(STUB)
    tree = ast.parse(text)
    assert reference.classes(text) == ["Planets"]
    methods = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert methods == ["create", "delete"]
    assert "def create(self, *, name: str) -> int:" in text
    assert "@overload" not in text
    assert "stream" not in text


def test_a_class_of_operations_says_where_it_hangs_below_a_client() -> None:
    paths = reference.declared_paths('class Planets(Resource):\n    """Balls."""\n\n    path = "sky.planets"\n')
    assert paths == {"Planets": "sky.planets"}
    assert "These are `client.sky.planets`." in reference.reduced(STUB, paths)
    below = "class Moons(Resource): ...\nclass Planets(Resource):\n    path = 'sky'\n    moons = nested(Moons)\n"
    assert reference.declared_paths(below) == {"Planets": "sky", "Moons": "sky.moons"}


def test_every_module_of_operations_has_something_to_show() -> None:
    stub = (ROOT / "stubs/typed_openai-stubs/resources/embeddings.pyi").read_text()
    assert reference.classes(reference.reduced(stub)) == ["Embeddings"]
    shown = reference.operation_pages({"vector_stores": ["VectorStores"], "empty": []})
    assert [*shown] == ["operations/vector-stores.md"]
    assert shown["operations/vector-stores.md"].startswith("# Vector stores\n")
    assert "\n::: typed_openai.resources.vector_stores.VectorStores\n" in shown["operations/vector-stores.md"]


def test_what_the_reference_shows_by_hand_is_there() -> None:
    for page in reference.hand_pages().values():
        outline = reference.outline(page, ROOT)
        assert outline.count("```python\n") == page.count("\n::: ")


def test_an_outline_has_signatures_and_sentences_and_no_bodies(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        'class B:\n    """B."""\n    def c(self) -> int:\n        """C."""\n        return 7\n    def _d(self): ...\n'
    )
    said = reference.outline("# A\n\n::: a.B\n", tmp_path)
    assert "def c(self) -> int:" in said
    assert "C." in said
    assert "7" not in said
    assert "_d" not in said
    with pytest.raises(LookupError, match=r"a\.Gone"):
        reference.outline("::: a.Gone", tmp_path)


def test_models_are_told_of_every_page_with_its_first_sentence() -> None:
    said = texts.for_models(
        [{"Start": ["a.md", {"B": "x/b.md"}]}], {"a.md": "# A\n\n* no\n\nIt is [so](b.md). Yes.\n", "x/b.md": "# B\n"}
    )
    assert "## Start\n" in said["llms.txt"]
    assert "- [A](a.md): It is so." in said["llms.txt"]
    assert "- [B](x/b.md)" in said["llms.txt"]
    assert "It is [so](b.md). Yes." in said["llms-full.txt"]
    assert "# B" not in said["llms-full.txt"]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_can_be_summed_up(name: str) -> None:
    assert texts.title(PAGES[name])
    assert 10 < len(texts.summary(PAGES[name])) < 400


GROUND = 'class Result:\n    """All."""\n    def meta(self):\n        """How it came."""\n'
EVENTS = '''"""What happens in the sky.

Rules: none.
"""
from typed_openai.models.base import Result
from typed_openai.models.sky.kinds import Kind

class SkyEvent(Result):
    """What all events have."""
    kind: Said[Kind] = SAID
    """What it is about."""

class Risen(SkyEvent):
    """It rose."""
    type: Literal["risen"]
    at: Annotated[StrictInt, CLOSED]
    """When."""
    _hidden: int

class Helper:
    """Not a model."""

AnyEvent: TypeAlias = Annotated[Risen | SkyEvent, Tagged("type")]
'''


def test_a_model_says_what_its_bases_say_in_the_words_of_a_reader(tmp_path: Path) -> None:
    folder = tmp_path / "models/sky"
    folder.mkdir(parents=True)
    (tmp_path / "models/base.py").write_text(GROUND)
    (folder / "events.py").write_text(EVENTS)
    (folder / "kinds.py").write_text("Kind = str\n")
    shown = models.write_sources(tmp_path)
    assert shown["models.base"] == (["Result"], "")
    assert shown["models.sky.events"] == (["SkyEvent", "Risen", "Helper", "AnyEvent"], "\nWhat happens in the sky.\n")
    text = (folder / "events.py").read_text()
    risen = text.partition("class Risen")[2].partition("class Helper")[0]
    said = [line.strip() for line in risen.splitlines() if ": " in line and "def" not in line]
    assert said == ["kind: Kind = None", "type: Literal['risen']", "at: int"]
    assert "meta" not in text
    assert "_hidden" not in text
    assert "One of `Risen`, `SkyEvent`." in text
    assert [*models.pages(shown)] == ["models/base.md", "models/sky-events.md"]
    assert texts.summary(models.pages(shown)["models/sky-events.md"]) == "What happens in the sky."
    assert [line.strip() for line in models.grouped(shown)] == [
        '"models/base.md",',
        '{ "Sky" = [',
        '{ "Events" = "models/sky-events.md" },',
        "] },",
    ]


def test_every_field_of_a_model_is_on_a_page(tmp_path: Path) -> None:
    package = tmp_path / "typed_openai"
    reference.write_sources(ROOT, tmp_path)
    shown = models.write_sources(package)
    assert sum(len(page.names) for page in shown.values()) > 1500
    source = ast.parse((package / "models/responses/events.py").read_text())
    (event,) = [
        node for node in source.body if isinstance(node, ast.ClassDef) and node.name == "ResponseTextDeltaEvent"
    ]
    fields = [ast.unparse(line.target) for line in event.body if isinstance(line, ast.AnnAssign)]
    assert {*fields} == {*ResponseTextDeltaEvent.model_fields}
