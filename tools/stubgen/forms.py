"""The stubs of the dict forms: `dict_forms/<module>.pyi`, a `TypedDict` for each params model of that module.

What a form holds is said by `typed_openai.dict_forms.making`, which also makes the class that exists at run time.

Rules
* A key has the first paragraph of the prose of its field, which editors show.
* A key that is a word of Python (`async`) stands in a base, which is written as a call.
* Only models that a call takes, or that stand in such a model, have a form here: what nobody can give is not printed.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Iterator
from keyword import iskeyword

from tools.stubgen.model import Module
from tools.stubgen.printing import BANNER, Printer, indented, literal
from typed_openai.core.attribute_docs import attribute_docs
from typed_openai.dict_forms.making import (
    CALLS,
    HOME,
    Given,
    description_of,
    family_of,
    form_modules,
    form_of,
    forms_in,
    name_of,
)
from typed_openai.models.base import Model, Params, Result


@functools.cache
def modules_with_forms() -> tuple[str, ...]:
    """The modules of forms in which there is at least one."""
    parameters = [module for module in form_modules() if forms_in(module)]
    return tuple(sorted({*parameters, *(module for module in form_modules() if families_in(module))}))


def families_in(module: str) -> list[type[Model]]:
    """The nominal bases whose forms have a name together in that module."""
    if module.endswith(CALLS):
        return []
    source = importlib.import_module(module.replace(HOME, "typed_openai.models"))
    return [
        value
        for value in vars(source).values()
        if isinstance(value, type)
        and issubclass(value, Model)
        and not issubclass(value, Params | Result)
        and value.__module__ == source.__name__
        and value is not Model
        and len(family_of(value)) > 3
    ]


class FormPrinter(Printer):
    """Prints one module of forms."""

    def __init__(self, name: str) -> None:
        super().__init__(Module(name, False, []))
        self.taken |= dict.fromkeys([*forms_in(name), *map(name_of, families_in(name))], name)

    def text(self) -> str:
        """The whole file."""
        body = ["\n".join(self.form(model)) for model in forms_in(self.module.name).values()]
        body += [self.family(base) for base in families_in(self.module.name)]
        return "\n".join([BANNER, *sorted(self.imports), "", *body, ""])

    def family(self, base: type[Model]) -> str:
        """The forms of all models with one nominal base, by one name."""
        self.imports.add("from typing import TypeAlias")
        return f"{name_of(base)}: TypeAlias = {' | '.join(self.type(form_of(model)) for model in family_of(base))}"

    def form(self, model: type[Given]) -> Iterator[str]:
        """The form of one model."""
        described, docs = description_of(model), attribute_docs(model)
        self.imports |= {"from typing import Required", "from typing_extensions import TypedDict"}
        kinds = {name: self.type(key.annotation) for name, key in described.keys.items()}
        kinds = {
            name: f"Required[{kinds[name]}]" if key.required else kinds[name] for name, key in described.keys.items()
        }
        base, reserved = "TypedDict", {name: kind for name, kind in kinds.items() if iskeyword(name)}
        if reserved:
            base = f"_{described.name}Keywords"
            written = ", ".join(f"{name!r}: {kind}" for name, kind in reserved.items())
            yield f"{base} = TypedDict({base!r}, {{{written}}}, total=False)"
        yield f"class {described.name}({base}, total=False):"
        yield from indented([literal(" ".join((model.__doc__ or "").split()))])
        for name, key in described.keys.items():
            if name in reserved:
                continue
            yield from indented([f"{name}: {kinds[name]}"])
            prose = " ".join(docs.get(key.field, "").split("\n\n")[0].split())
            if prose:
                yield from indented([literal(prose)])
