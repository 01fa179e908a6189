"""The stub generator: what it prints for a made-up area of an API (`library.py`), rule by rule, and `--check`."""

import ast
import functools
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.tools import library
from tools.stubgen.__main__ import main
from tools.stubgen.files import formatted, stubs_below
from tools.stubgen.filled_in import filled_in
from tools.stubgen.model import Class, Method, Module, Reference
from tools.stubgen.printing import Printer
from tools.stubgen.reading import modules_below, read_module
from typed_openai.core.declare.docs import docstring
from typed_openai.core.declare.signature import accepted, options
from typed_openai.core.declare.verbs import Resource, get
from typed_openai.models.base import Null
from typed_openai.models.file_input import FileInput
from typed_openai.resources import Resources


@functools.cache
def stub() -> str:
    return stubs_below(library.Library)["tools/library.pyi"]


@functools.cache
def classes() -> dict[str, ast.ClassDef]:
    return {node.name: node for node in filled_in(ast.parse(stub())).body if isinstance(node, ast.ClassDef)}


def methods(cls: str, name: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    found = [node for node in classes()[cls].body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [node for node in found if node.name == name]


def fields_of(cls: str) -> list[ast.AnnAssign]:
    return [node for node in classes()[cls].body if isinstance(node, ast.AnnAssign)]


def returned(cls: str, name: str) -> list[str]:
    return [ast.unparse(node.returns) for node in methods(cls, name) if node.returns is not None]


def parameter(cls: str, name: str, wanted: str, overload: int = 0) -> str:
    arguments = methods(cls, name)[overload].args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return next(ast.unparse(each.annotation) for each in every if each.arg == wanted and each.annotation is not None)


def printed(annotation: object, *members: str) -> tuple[str, set[str]]:
    printer = Printer(Module("here", False, [Class("Local", "", [Method(name, "", []) for name in members])]))
    return printer.type(annotation), printer.imports


# -- classes ----------------------------------------------------------------------------------------------------------


def test_a_resource_becomes_six_classes() -> None:
    names = [
        f"{colour}Books{variant}"
        for variant in ("", "WithRawResponse", "WithStreamingResponse")
        for colour in ("", "Async")
    ]
    assert [name for name in classes() if "Books" in name] == names


def test_classes_that_do_not_exist_at_run_time_say_so() -> None:
    marked = {
        name
        for name, node in classes().items()
        if any(ast.unparse(d) == "type_check_only" for d in node.decorator_list)
    }
    assert marked == {name for name in classes() if not hasattr(library, name)}
    assert len(marked) == 12


def test_variants_hang_on_the_resource() -> None:
    assert returned("Books", "with_raw_response") == ["BooksWithRawResponse"]
    assert returned("AsyncBooks", "with_streaming_response") == ["AsyncBooksWithStreamingResponse"]


def test_nested_resources_keep_colour_and_mode() -> None:
    assert returned("Books", "chapters") == ["Chapters"]
    assert returned("AsyncBooks", "chapters") == ["AsyncChapters"]
    assert returned("AsyncBooksWithRawResponse", "chapters") == ["AsyncChaptersWithRawResponse"]


def test_the_areas_of_a_client_have_its_colour() -> None:
    assert returned("Library", "books") == ["Books"]
    assert returned("AsyncLibrary", "books") == ["AsyncBooks"]


def test_a_client_whose_answers_are_raw_has_raw_areas() -> None:
    assert returned("AsyncLibrary", "with_raw_response") == ["AsyncLibraryWithRawResponse"]
    assert returned("AsyncLibraryWithRawResponse", "books") == ["AsyncBooksWithRawResponse"]
    assert not methods("Library", "with_streaming_response")


def test_other_public_names_are_described_too() -> None:
    assert "SHELVES: int\n" in stub()
    assert "def with_cover(client: BaseClient, params: dict[str, Any]) -> dict[str, Any]:\n" in stub()
    assert "_HIDDEN" not in stub()


def test_what_cannot_be_described_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library.Books, "burn_all", lambda self: None, raising=False)
    with pytest.raises(TypeError, match=r"Books\.burn_all"):
        read_module(library.__name__)


def test_another_class_beside_the_resources_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    other = type("Shelf", (), {"__module__": library.__name__})
    monkeypatch.setattr(library, "Shelf", other, raising=False)
    with pytest.raises(TypeError, match="Shelf"):
        read_module(library.__name__)


def test_a_resource_that_inherits_from_another_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Novels(library.Books):
        """More."""

    Novels.__module__ = library.__name__
    monkeypatch.setattr(library, "Novels", Novels, raising=False)
    with pytest.raises(TypeError, match="Novels"):
        read_module(library.__name__)


# -- results ----------------------------------------------------------------------------------------------------------


def test_results_have_the_colour_and_mode_of_their_class() -> None:
    assert returned("Books", "scan") == ["Binary"]
    assert returned("AsyncBooks", "scan") == ["Binary"]
    assert returned("BooksWithRawResponse", "scan") == ["APIResponse[Binary]"]
    assert returned("BooksWithStreamingResponse", "scan") == ["StreamedResponseManager[bytes]"]
    assert returned("AsyncBooksWithStreamingResponse", "scan") == ["AsyncStreamedResponseManager[bytes]"]


def test_lists_are_pages_of_their_colour() -> None:
    assert returned("Books", "list")[0] == "SyncCursorPage[Book]"
    assert returned("Chapters", "list") == ["SyncPage[Book]"]
    assert returned("AsyncBooks", "list")[0] == "AsyncPaginator[AsyncCursorPage[Book], Book]"
    assert returned("AsyncBooksWithRawResponse", "list")[0] == "APIResponse[AsyncCursorPage[Book]]"


@pytest.mark.parametrize(
    ("cls", "name", "is_async"),
    [
        ("Books", "delete", False),
        ("AsyncBooks", "delete", True),
        ("AsyncBooks", "create", True),
        ("AsyncBooks", "list", False),
        ("AsyncBooks", "read", False),
        ("AsyncBooksWithRawResponse", "list", True),
        ("AsyncBooksWithStreamingResponse", "delete", False),
    ],
)
def test_only_what_is_a_plain_coroutine_is_async(cls: str, name: str, is_async: bool) -> None:
    assert {isinstance(node, ast.AsyncFunctionDef) for node in methods(cls, name)} == {is_async}


def test_what_create_gives_depends_on_stream() -> None:
    plain, stream = "Book", "Stream[PageOfBook]"
    assert returned("Books", "create") == [*[plain, stream, f"{plain} | {stream}"] * 2, plain]
    assert returned("AsyncBooks", "create")[1] == "AsyncStream[PageOfBook]"
    assert returned("BooksWithRawResponse", "create")[1] == "APIResponse[Stream[PageOfBook]]"
    streaming = returned("BooksWithStreamingResponse", "create")
    assert streaming[:2] == ["StreamedResponseManager[Book]", "StreamedResponseManager[Stream[PageOfBook]]"]
    wanted = ["Literal[False] | None", "Literal[True]", "bool | None"]
    assert [parameter("Books", "create", "stream", number) for number in range(6)] == wanted * 2


def test_event_helpers_exist_in_plain_mode_only_and_take_no_stream() -> None:
    assert returned("Books", "read") == ["Reading"] * 2
    assert returned("AsyncBooks", "read") == ["AsyncReading"] * 2
    assert not methods("BooksWithRawResponse", "read")
    assert not methods("BooksWithStreamingResponse", "read")
    assert "stream" not in {each.arg for node in methods("Books", "read") for each in node.args.kwonlyargs}


def test_operations_of_several_steps_give_what_their_flow_returns() -> None:
    assert returned("Books", "wait") == ["Book"]
    assert [type(node) for node in methods("AsyncBooks", "wait")] == [ast.AsyncFunctionDef]
    assert parameter("Books", "wait", "wait") == "Waiting | None"
    assert parameter("Books", "create_and_wait", "cover") == "Cover | AnyDict | None"
    assert "stream" not in {each.arg for each in methods("Books", "create_and_wait")[0].args.kwonlyargs}
    assert "title: What it is called." in (ast.get_docstring(methods("Books", "create_and_wait")[0]) or "")
    assert not methods("BooksWithRawResponse", "wait")


def test_what_an_operation_gives_may_follow_from_a_type_it_is_given() -> None:
    for name in ("Books", "AsyncBooks"):
        assert parameter(name, "retell", "kind") == "type[V]"
        assert returned(name, "retell") == ["dict[str, V]"]
    assert re.search(r"^from tests.tools.books import .*\bV\b|^    V,$", stub(), re.MULTILINE)


# -- parameters -------------------------------------------------------------------------------------------------------


def test_a_params_object_comes_after_the_path_parameters() -> None:
    by_name, by_object = methods("Books", "update")
    assert [each.arg for each in by_name.args.args] == ["self", "book_id"]
    assert [each.arg for each in by_object.args.posonlyargs] == ["self", "book_id", "params"]
    assert parameter("Books", "update", "params", 1) == "BookCreateParams"
    assert "title" not in {each.arg for each in by_object.args.kwonlyargs}


def test_required_parameters_have_no_default() -> None:
    arguments = methods("Books", "create")[0].args
    defaults = {each.arg: default for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)}
    assert defaults["title"] is None
    assert ast.unparse(defaults["cover"] or ast.Constant("")) == "None"


def test_parameters_take_more_than_their_field() -> None:
    assert parameter("Books", "create", "title") == "str"
    assert parameter("Books", "create", "cover") == "Cover | AnyDict | None"
    assert parameter("Books", "create", "pages") == "int | Null | None"


def test_a_parameter_has_the_name_that_the_api_gives_it() -> None:
    assert parameter("Books", "list", "author") == "str | None"


def test_only_posts_take_an_idempotency_key() -> None:
    assert parameter("Books", "create", "idempotency_key") == "str | None"
    assert "idempotency_key" not in ast.unparse(methods("Books", "list")[0].args)
    assert "idempotency_key" not in ast.unparse(methods("Books", "delete")[0].args)


# -- texts ------------------------------------------------------------------------------------------------------------


def test_the_first_overload_documents_the_operation_and_its_parameters() -> None:
    first, *others = methods("Books", "create")
    doc = ast.get_docstring(first) or ""
    assert doc.startswith("Write a book.\n\nArgs:\n    title: What it is called.\n    cover: Hard or soft;")
    assert "Not shown" not in doc
    assert "    timeout: Seconds" in doc
    assert [ast.get_docstring(other) for other in others] == [None] * 6


def test_an_operation_without_a_text_lists_what_it_takes() -> None:
    class Bare(Resource):
        fetch = get("/bare", str)

    assert docstring("", None, options(vars(Bare)["fetch"])).startswith("Args:\n    extra_headers: ")


def test_variants_say_what_the_plain_operation_says() -> None:
    said = [ast.get_docstring(methods(name, "create")[0]) for name in classes() if "Books" in name]
    assert len(said) == 6
    assert len(set(said)) == 1


def test_texts_with_quotes_and_backslashes_survive() -> None:
    text = 'Says "yes", \\n and """no""".\n\nEnds with "'
    module = Module("here", False, [Class("Local", text, [])])
    node = ast.parse(formatted({"here.pyi": Printer(module).text()})["here.pyi"]).body[0]
    assert isinstance(node, ast.ClassDef)
    assert ast.get_docstring(node) == text


def test_generated_files_say_so_and_are_formatted() -> None:
    assert stub().startswith("# generated by tools/stubgen; do not edit")
    assert formatted({"here.pyi": stub()}) == {"here.pyi": stub()}


# -- annotations ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("annotation", "text", "imports"),
    [
        (None, "None", set()),
        (str, "str", set()),
        (Any, "Any", {"from typing import Any"}),
        (str | None, "str | None", set()),
        (Literal["a", 1, None], "Literal['a', 1, None]", {"from typing import Literal"}),
        (Sequence[int], "Sequence[int]", {"from collections.abc import Sequence"}),
        (tuple[int, ...], "tuple[int, ...]", set()),
        (Callable[[int], str], "Callable[[int], str]", {"from collections.abc import Callable"}),
        (Null, "Null", {"from typed_openai.models.base import Null"}),
        (os.PathLike[str], "PathLike[str]", {"from os import PathLike"}),
        (Reference("here", "Local"), "Local", set()),
        (Reference("there", "Other"), "Other", {"from there import Other"}),
        (Reference("far.there", "Local"), "there_Local", {"from far.there import Local as there_Local"}),
    ],
)
def test_annotations_are_written_and_imported(annotation: object, text: str, imports: set[str]) -> None:
    assert printed(annotation) == (text, imports)


def test_a_builtin_that_a_method_hides_is_written_in_full() -> None:
    assert printed(list[int]) == ("list[int]", set())
    assert printed(list[int], "list") == ("builtins.list[int]", {"import builtins"})


def test_what_has_no_name_is_refused() -> None:
    with pytest.raises(TypeError, match="here: cannot write"):
        printed("a string")


# -- files ------------------------------------------------------------------------------------------------------------


def test_the_stub_package_is_partial(tmp_path: Path) -> None:
    assert main(["--directory", str(tmp_path)], library.Library) == 0
    assert (tmp_path / "py.typed").read_text() == "partial\n"
    assert (tmp_path / "tools" / "library.pyi").read_text() == stub()


def test_check_passes_right_after_writing(tmp_path: Path) -> None:
    main(["--directory", str(tmp_path)], library.Library)
    assert main(["--check", "--directory", str(tmp_path)], library.Library) == 0


def change(file: Path) -> None:
    file.write_text(file.read_text() + "class Forged: ...\n")


def add(file: Path) -> None:
    (file.parent / "old.pyi").write_text("")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (change, r"tools/library\.pyi: stale \(\+0 -1 lines\)"),
        (Path.unlink, r"tools/library\.pyi: missing"),
        (add, r"tools/old\.pyi: left over"),
    ],
)
def test_check_names_each_file_that_is_not_fresh(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], object], said: str
) -> None:
    main(["--directory", str(tmp_path)], library.Library)
    spoil(tmp_path / "tools" / "library.pyi")
    assert main(["--check", "--directory", str(tmp_path)], library.Library) == 1
    assert re.search(said, capsys.readouterr().err)
    assert main(["--directory", str(tmp_path)], library.Library) == 0
    assert main(["--check", "--directory", str(tmp_path)], library.Library) == 0


def test_all_areas_of_the_real_client_are_found() -> None:
    found = modules_below(Resources)
    assert found[0] == "typed_openai.resources"
    assert {"typed_openai.resources.chat", "typed_openai.resources.models"} <= set(found)


# -- files ------------------------------------------------------------------------------------------------------------


def test_what_a_file_may_be_is_written_by_its_name() -> None:
    text, imports = printed(accepted(FileInput | list[FileInput] | None))
    assert text == "FileInput | Sequence[FileInput] | None"
    assert "from typed_openai.models.file_input import FileInput" in imports


def test_a_tuple_of_fixed_length_stays_a_tuple() -> None:
    assert printed(accepted(tuple[str, list[int]]))[0] == "tuple[str, Iterable[int]]"
    assert printed(accepted(tuple[int, ...]))[0] == "Iterable[int]"
