"""Drafts of models: what is printed for an area is Python that runs, with the shapes that the sources say."""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from tools.draft_models import drafted, main
from tools.official_names import our_classes
from typed_openai.models.base import Params, Result
from typed_openai.models.shape import Shape


@pytest.fixture(autouse=True, scope="module")
def as_if_no_area_were_here() -> Iterator[None]:
    """Areas that are built are drafted as they were before."""
    built = ("evals", "live", "skills")
    known = [cls for cls in our_classes() if not any(f".{area}" in cls.__module__ for area in built)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tools.draft_models.our_classes", lambda: known)
        yield


@cache
def draft(area: str) -> dict[str, Any]:
    """What a draft defines when it is run as a module."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{area}.py"
        path.write_text(drafted(area), encoding="utf-8")
        return runpy.run_path(str(path), run_name=f"draft_{area}")


def own_classes(area: str) -> dict[str, type[BaseModel]]:
    found = {name: value for name, value in draft(area).items() if isinstance(value, type)}
    return {name: value for name, value in found.items() if value.__module__ == f"draft_{area}"}


@pytest.mark.parametrize(("area", "least"), [("evals", 50), ("skills", 5), ("live", 40)])
def test_a_draft_runs_and_each_class_of_it_can_be_built(area: str, least: int) -> None:
    classes = own_classes(area)
    assert len(classes) > least
    for cls in classes.values():
        cls.model_rebuild(_types_namespace=draft(area))


def test_what_both_directions_use_is_one_shape_and_the_rest_is_of_its_direction() -> None:
    evals = own_classes("evals")
    assert issubclass(evals["EvalItemContentOutputText"], Shape)
    assert issubclass(evals["CreateEvalRequest"], Params)
    assert issubclass(evals["EvalRun"], Result)
    assert not issubclass(evals["EvalRun"], Shape)


def test_bounds_tags_and_what_is_required_are_those_of_the_description() -> None:
    assert "Annotated[list[str], Field(max_length=500)]" in drafted("vector_stores")
    assert 'Tagged("type")' in drafted("evals")
    assert "UnknownTag" in drafted("evals")
    with pytest.raises(ValidationError, match="Field required"):
        own_classes("evals")["CreateEvalRequest"]()


def test_a_class_that_is_here_already_is_imported() -> None:
    assert "from typed_openai.models.vector_stores.filters import CompoundFilter\n" in drafted("vector_stores")
    assert "class CompoundFilter(" not in drafted("vector_stores")


def test_prose_is_left_to_people() -> None:
    assert drafted("evals").count('"""…"""') > 100
    assert "A grader" not in drafted("evals")


def test_an_area_that_nobody_knows_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dreams"]) == 1
    assert "neither the API description nor openai.types knows 'dreams'" in capsys.readouterr().err


def test_it_runs_from_the_command_line() -> None:
    command = [sys.executable, "-m", "tools.draft_models", "skills"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "class " in shown.stdout


def test_fields_that_several_classes_share_stand_in_a_base() -> None:
    evals = own_classes("evals")
    assert "id" in evals["EvalsBaseResult"].model_fields
    assert issubclass(evals["EvalRun"], evals["EvalsBaseResult"])
    assert "created_at" in evals["EvalRun"].model_fields
