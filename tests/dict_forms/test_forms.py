"""Dict forms: a `TypedDict` for each params model, with the keys that a checked request takes and needs."""

from __future__ import annotations

import ast
import importlib
import pickle
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from pydantic import TypeAdapter, ValidationError
from typing_extensions import is_typeddict

from tests.conformance.declared import declared
from typed_openai.core.declare.signature import nominal_bases
from typed_openai.dict_forms.making import (
    Given,
    description_of,
    form_modules,
    form_of,
    forms_in,
    has_form,
    module_of,
    name_of,
)
from typed_openai.models.chat.messages import UserMessage
from typed_openai.models.vector_stores.filters import CompoundFilter

STUBS = Path(__file__).parents[2] / "stubs" / "typed_openai-stubs"


@cache
def models() -> tuple[type[Given], ...]:
    return tuple(model for module in form_modules() for model in forms_in(module).values())


def test_every_params_model_that_a_call_takes_has_a_form() -> None:
    called = {endpoint.params for endpoint in declared().values() if endpoint.params is not None}
    assert len(models()) > 300
    assert {model for model in called if has_form(model)} <= set(models())


@pytest.mark.parametrize("model", models(), ids=lambda model: f"{model.__module__}.{model.__name__}")
def test_a_form_has_the_keys_of_its_model(model: type[Given]) -> None:
    form, said = form_of(model), getattr(model, "output_only", ())
    names = {info.alias or name for name, info in model.model_fields.items() if name not in said}
    needed = {info.alias or name for name, info in model.model_fields.items() if info.is_required()}
    assert is_typeddict(form)
    assert form.__required_keys__ | form.__optional_keys__ == names
    assert needed <= form.__required_keys__
    constants = model.constants if nominal_bases(model) else frozenset[str]()
    assert form.__required_keys__ - needed <= constants


@pytest.mark.parametrize("model", models(), ids=lambda model: f"{model.__module__}.{model.__name__}")
def test_a_form_is_read_by_pydantic_where_it_holds_no_files(model: type[Given]) -> None:
    form = form_of(model)
    if any("PathLike" in str(kind) for kind in get_type_hints(form).values()):
        return  # files are not JSON
    schema = TypeAdapter(form).json_schema()
    assert schema.get("type") == "object" or "$ref" in schema


def test_forms_read_json_and_refuse_what_is_no_such_shape() -> None:
    adapter = TypeAdapter(form_of(UserMessage))
    message = {"role": "user", "content": [{"type": "text", "text": "Hi"}]}
    assert adapter.validate_python(message) == message
    with pytest.raises(ValidationError):
        adapter.validate_python({"role": "usr", "content": "Hi"})


def test_a_form_may_stand_inside_itself() -> None:
    inner = {"type": "eq", "key": "size", "value": 3}
    given = {"type": "and", "filters": [{"type": "or", "filters": [inner]}]}
    assert TypeAdapter(form_of(CompoundFilter)).validate_python(given) == given


def test_a_form_is_found_where_it_lives_also_by_pickle() -> None:
    form = form_of(UserMessage)
    assert getattr(importlib.import_module(module_of(UserMessage)), name_of(UserMessage)) is form
    assert pickle.loads(pickle.dumps(form)) is form


def reserved_keys(tree: ast.Module, form: ast.ClassDef) -> dict[str, str]:
    """The keys that are words of Python: those of the base, which is written as a call."""
    written = {ast.unparse(each.targets[0]): each.value for each in tree.body if isinstance(each, ast.Assign)}
    call = written.get(ast.unparse(form.bases[0]))
    if not isinstance(call, ast.Call) or not isinstance(call.args[1], ast.Dict):
        return {}
    pairs = zip(call.args[1].keys, call.args[1].values, strict=True)
    return {ast.literal_eval(key): ast.unparse(value) for key, value in pairs if key is not None}


def test_stubs_and_run_time_say_the_same_keys() -> None:
    seen = 0
    for model in models():
        tree = ast.parse((STUBS / f"{module_of(model).partition('.')[2].replace('.', '/')}.pyi").read_text())
        (node,) = [each for each in tree.body if isinstance(each, ast.ClassDef) and each.name == name_of(model)]
        fields = [each for each in node.body if isinstance(each, ast.AnnAssign)]
        keys = {ast.unparse(each.target): ast.unparse(each.annotation) for each in fields} | reserved_keys(tree, node)
        described = description_of(model).keys
        assert keys.keys() == described.keys()
        assert {name for name, kind in keys.items() if kind.startswith("Required[")} == {
            name for name, key in described.items() if key.required
        }
        seen += 1
    assert seen > 300


def loaded_by(code: str) -> set[str]:
    asked = f"import sys\n{code}\nprint(*sorted(name for name in sys.modules if name.startswith('typed_openai.')))"
    run = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_a_call_loads_no_forms() -> None:
    used: Any = loaded_by("from typed_openai import OpenAI; OpenAI(api_key='k').chat.completions.create")
    assert "typed_openai.resources.chat" in used
    assert not {name for name in used if "form" in name or ".types" in name or "made_modules" in name}


def test_importing_an_area_of_types_loads_no_model_of_it() -> None:
    assert "typed_openai.models.chat.messages" not in loaded_by("import typed_openai.types.chat")
    assert "typed_openai.models.chat.messages" in loaded_by(
        "from typed_openai.types.chat import ChatCompletionMessageParam"
    )


def test_a_key_that_is_spelled_wrong_is_refused_and_not_dropped() -> None:
    messages: TypeAdapter[Any] = TypeAdapter(official("chat", "ChatCompletionMessageParam"))
    with pytest.raises(ValidationError, match="conten"):
        messages.validate_python({"role": "user", "content": "Hi", "conten": 1})
    picture = {"type": "image_url", "image_url": {"url": "https://x", "detial": "low"}}
    with pytest.raises(ValidationError, match="detial"):
        messages.validate_python({"role": "user", "content": [picture]})


def test_what_only_a_server_says_is_forgotten_of_a_dumped_answer() -> None:
    messages: TypeAdapter[Any] = TypeAdapter(official("chat", "ChatCompletionMessageParam"))
    said = {"role": "assistant", "content": "Yes.", "parsed": None}
    assert messages.validate_python(said) == {"role": "assistant", "content": "Yes."}


def official(area: str, name: str) -> Any:
    return getattr(importlib.import_module(f"typed_openai.types.{area}"), name)
