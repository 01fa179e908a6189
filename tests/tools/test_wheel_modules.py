"""What a wheel has as files beside the tree: each module and package of official names is one that Python finds."""

from __future__ import annotations

from pathlib import Path

from tools.wheel_modules import made_names
from typed_openai.dict_forms.official_names import modules

ROOT = Path(__file__).parents[2]
STUBS = ROOT / "stubs" / "typed_openai-stubs"
MADE = made_names(ROOT)


def has(path: str) -> bool:
    """Whether a wheel has a file."""
    return path in MADE or (ROOT / path).exists()


def test_every_module_of_official_names_is_one_file_in_the_wheel() -> None:
    paths = [module.replace(".", "/") for module in modules()]
    assert len(paths) > 600
    assert [path for path in paths if has(f"{path}.py") == has(f"{path}/__init__.py")] == []


def test_no_folder_has_stubs_alone_which_python_takes_for_a_package_without_names() -> None:
    stubs = [path.relative_to(STUBS).as_posix() for path in (STUBS / "types").rglob("__init__.pyi")]
    assert len(stubs) > 40
    assert [path for path in stubs if not has(f"typed_openai/{path.removesuffix('i')}")] == []
