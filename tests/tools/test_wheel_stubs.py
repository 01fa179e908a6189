"""Stubs that are made from a module's own text: what stays, what goes, and what cannot be said."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from tools.wheel_stubs import Source, Unsayable, stubs

ROOT = Path(__file__).parents[2]


def stub(text: str, *wanted: str) -> str:
    tree, _ = Source(dedent(text)).stub(wanted)
    return ast.unparse(tree)


def same(text: str, expected: str, *wanted: str) -> bool:
    return stub(text, *wanted) == ast.unparse(ast.parse(dedent(expected)))


def test_a_function_keeps_its_signature_and_its_docstring() -> None:
    assert same(
        """
        import os

        def size(path: str, *, follow: bool = True) -> int:
            '''How many bytes.'''
            return os.stat(path, follow_symlinks=follow).st_size
        """,
        """
        def size(path: str, *, follow: bool = True) -> int:
            '''How many bytes.'''
        """,
    )


def test_what_is_private_stays_where_something_public_names_it() -> None:
    text = """
    class _Base: ...
    class _Other: ...
    _KNOWN = "a"
    class Shown(_Base):
        _hidden: int = 0
        def _help(self) -> "_Other": ...
        def given(self, kind: "_Other | None" = None) -> None: ...
    """
    assert "_Base" in stub(text)
    assert "class _Other" in stub(text)
    assert not any(name in stub(text) for name in ("_KNOWN", "_hidden", "_help"))


def test_what_another_stub_imports_is_handed_on() -> None:
    text = "from a import b, c as d\nimport e\n"
    assert stub(text) == ""
    assert stub(text, "b", "d") == "from a import b as b, c as d"


def test_names_that_all_lists_stay() -> None:
    assert same("from a import b, c\n__all__ = ['b']", "from a import b as b\n__all__ = ['b']")


def test_type_checkers_see_one_side_of_a_condition() -> None:
    text = """
    from typing import TYPE_CHECKING
    if TYPE_CHECKING:
        from a import Kind
    else:
        Kind = str
    def f(kind: Kind) -> None: ...
    """
    assert same(text, "from a import Kind\ndef f(kind: Kind) -> None: ...")


def test_metadata_goes_from_types_and_defaults_of_fields_stay() -> None:
    text = """
    from typing import Annotated, ClassVar, TypeAlias
    from pydantic import BaseModel, Field
    Name: TypeAlias = Annotated[str, Field(min_length=1)]
    class M(BaseModel):
        a: Annotated[int, Field(ge=1)] = 3
        '''What it is.'''
        b: list[Name] = Field(default_factory=list, max_length=3)
        c: int = Field(ge=0)
        d: int = Field(..., alias="e")
        known: ClassVar[int] = 1
    """
    expected = """
    from typing import ClassVar, TypeAlias
    from pydantic import BaseModel, Field
    Name: TypeAlias = str
    class M(BaseModel):
        a: int = 3
        '''What it is.'''
        b: list[Name] = Field(default_factory=list)
        c: int
        d: int = Field(alias="e")
        known: ClassVar[int]
    """
    assert same(text, expected)


def test_attributes_that_methods_set_are_declared() -> None:
    text = """
    class C:
        def __init__(self, a: int, b: str | None, c) -> None:
            self.a, self.n = a, 1
            self.b = b
            self.d: list[int] = []
            self.e = Event()
            self._c = c
    class Event: ...
    """
    assert "a: int\n    n: int\n    b: str | None\n    d: list[int]\n    e: Event\n" in stub(text)


@pytest.mark.parametrize(
    "line",
    [
        "self.a = f()",
        "self.a = given.attribute",
        "self.a, self.b = pair",
        "given = f(); self.a = given",
        "self.a = given if given else 0",
    ],
)
def test_an_attribute_whose_type_is_written_nowhere_cannot_be_said(line: str) -> None:
    with pytest.raises(Unsayable, match=r"C\.a"):
        stub(f"class C:\n    def m(self, given: int) -> None:\n        {line}\n")


def test_a_parameter_that_is_asked_about_may_have_become_narrower() -> None:
    with pytest.raises(Unsayable):
        stub("class C:\n    def m(self, a: int | None) -> None:\n        assert a is not None\n        self.a = a\n")


def test_what_a_private_class_has_need_not_be_said() -> None:
    assert stub("class _C:\n    def m(self) -> None:\n        self.a = f()\n") == ""


def test_overloads_stay_and_what_they_stand_for_goes() -> None:
    text = """
    from typing import overload
    @overload
    def f(a: int) -> int: ...
    @overload
    def f(a: str) -> str: ...
    def f(a: int | str) -> int | str:
        return a
    """
    assert stub(text).count("def f") == 2


def test_a_function_that_yields_is_no_coroutine() -> None:
    text = """
    async def one() -> int:
        return 1
    async def many(n: int) -> AsyncIterator[int]:
        for i in range(n):
            yield i
    """
    assert "async def one" in stub(text)
    assert "async def many" not in stub(text)
    assert "def many(n: int) -> AsyncIterator[int]:" in stub(text)


def test_members_of_protocols_and_fields_of_dataclasses_stay_whatever_they_are_called() -> None:
    text = """
    class P(Protocol):
        _a: int
        def _b(self) -> None: ...
    @dataclass
    class D:
        _c: int = field(repr=False)
    """
    assert all(f"{name}" in stub(text) for name in ("_a: int", "def _b", "_c: int"))
    assert "repr" not in stub(text)


def test_an_abstract_method_stays_and_so_does_what_it_is_in_other_modules(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("from package.a import A\nfrom package.b import B\n__all__ = ['A', 'B']\n")
    (package / "a.py").write_text("class A(ABC):\n    @abstractmethod\n    def _do(self) -> None: ...\n")
    (package / "b.py").write_text("class B(A):\n    def _do(self) -> None: ...\n    def _more(self) -> None: ...\n")
    found = stubs(package, {})
    assert set(found) == {"__init__.pyi", "a.pyi", "b.pyi"}
    assert "def _do" in found["a.pyi"]
    assert "def _do" in found["b.pyi"]
    assert "_more" not in found["b.pyi"]


@functools.cache
def made() -> dict[str, str]:
    folder = ROOT / "stubs" / "typed_openai-stubs"
    written = {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.pyi")}
    return stubs(ROOT / "typed_openai", written)


def imports_of_ours() -> Iterator[tuple[str, str, list[str]]]:
    for path, text in made().items():
        for node in ast.parse(text).body:
            if isinstance(node, ast.ImportFrom) and node.module is not None and node.module.startswith("typed_openai."):
                yield path, node.module.partition(".")[2].replace(".", "/"), [each.name for each in node.names]


@pytest.mark.once
def test_what_stands_behind_the_face_has_a_stub_and_nothing_else_has() -> None:
    assert {"__init__.pyi", "client.pyi", "errors.pyi", "core/answer/raw.pyi", "models/chat/params.pyi"} <= set(made())
    assert len(made()) > 300
    assert not any(path.startswith(("cli/", "local/", "resources/", "testing/")) for path in made())


@pytest.mark.once
def test_every_type_behind_the_face_is_written() -> None:
    lying = ROOT / "stubs" / "typed_openai-stubs"
    asked = {inner for _, inner, _ in imports_of_ours()}
    unsaid = [
        inner
        for inner in sorted(asked)
        if (ROOT / "typed_openai" / f"{inner}.py").exists()
        and f"{inner}.pyi" not in made()
        and not (lying / f"{inner}.pyi").exists()
    ]
    assert unsaid == [], "an attribute there has no type: write it, as in `self.path: str = found(x)`"


@pytest.mark.once
def test_what_a_stub_imports_from_another_is_there() -> None:
    for path, inner, names in imports_of_ours():
        text = made().get(f"{inner}.pyi") or made().get(f"{inner}/__init__.pyi")
        for name in names if text is not None else ():
            assert name in (text or ""), f"{path}: {inner}: {name}"


def test_a_key_that_nobody_can_write_before_an_equals_sign_is_no_name_of_an_argument() -> None:
    """`Categories(harassment_threatening=...)` is what users can write, and what the model takes."""
    assert same(
        """
        from pydantic import Field
        from models.base import Open
        class Categories(Result):
            harassment: bool = Field(alias="harassment")
            harassment_threatening: bool = Field(alias="harassment/threatening")
            async_: bool | None = Field(default=None, alias="async")
            level: Open[Literal["low", "high"]] | None = Field(None, alias="the-level")
            size: int | None = Field(default=None, ge=1)
        """,
        """
        from pydantic import Field
        class Categories(Result):
            harassment: bool = Field(alias="harassment")
            harassment_threatening: bool
            async_: bool | None = None
            level: Literal["low", "high"] | None = None
            size: int | None = None
        """,
    )
