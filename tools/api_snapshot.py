"""What users may build on, one line a name, so that nothing of it goes away unseen.

    python -m tools.api_snapshot            rewrite tests/api/snapshot.txt; says what breaks in it
    python -m tools.api_snapshot --check    only say what is new or breaks; exit 1 when the file is not what there is

    client:OpenAI                    a class, a constant, an alias, a method, an attribute
    bulk:check_jsonl(0 path)         a parameter: 0 is its place; `path` alone is by name only, `=` behind it: optional

Rules
* Public is what the package and its folders export (`__all__`), what a page or an example imports, every operation with
  its parameters (from the stubs, of one colour: both are made from one declaration) and the fields of every model.
  A name that begins with `_` is nobody's business.
* A class stands where it is imported from: `models.chat:ChatCompletion`, whichever file of the folder defines it.
* `breaking` judges: what went away, a parameter that moved or became required, a new required one of an old callable.
  What is new needs no one's consent; it is a promise from the next rewriting on (`make release` wants it written).

Weak spot: types are not compared, mypy and `typing_tests/` do that; nor are the methods that a model inherits.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import griffe

ROOT = Path(__file__).parent.parent
SNAPSHOT = ROOT / "tests" / "api" / "snapshot.txt"
EXPORTING = ("", "local", "middleware", "otel", "prices", "testing")
"""Packages that say in `__all__` what they export; what stands behind it is shown with what it inherits."""
FILES = ("azure", "errors", "observers", "pagination", "parts", "providers", "settings.names", "usage", "webhooks")
"""Modules that users import from as they are."""
_BASES = tuple(f"typed_openai.models.{name}" for name in ("base", "returned", "shape", "value_texts"))
_CALLED = ("__init__", "__call__")
_IMPORT = re.compile(r"^ *from typed_openai\.(?P<module>[\w.]+) import (?P<names>\([^)]*\)|[^\n#]+)", re.MULTILINE)
_PARAMETER = re.compile(r"(?P<owner>.*)\((?:(?P<place>\d+) )?(?P<name>[^=]+)(?P<optional>=)?\)")


def snapshot() -> list[str]:
    """The lines of what there is now, sorted."""
    package = _loaded("typed_openai", ROOT)
    lines: set[str] = set()
    for name in EXPORTING:
        module = package[name] if name else package
        for exported in module.exports or ():
            lines.update(_written(name, module.members[str(exported)], inherited=True))
    for name in FILES:
        lines.update(_module(name, package[name]))
    stubs = {name: _loaded(name, ROOT / "stubs" / "typed_openai-stubs") for name in ("models", "resources")}
    models = set(_folder("models", package["models"]))
    lines.update(models)
    for source in (package["models"], stubs["models"]):
        lines.update(_called_otherwise("models", source, models))
    for name, imported in _told():
        lines.update(_handed_on(name, package[name], imported))
    for name, module in stubs["resources"].modules.items():
        lines.update(_operations(f"resources.{name}", module))
    return sorted(lines)


def _loaded(name: str, where: Path) -> griffe.Module:
    found = griffe.GriffeLoader(search_paths=[where], allow_inspection=False, store_source=False).load(name)
    if not isinstance(found, griffe.Module):
        raise TypeError(f"{name} in {where}: not a module, but {type(found).__name__}")
    return found


def _told() -> list[tuple[str, str]]:
    """What the pages and examples import by name: modules below the package, and names in them."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md")), *sorted((ROOT / "examples").glob("**/*.py"))]
    found = {
        (line["module"], name.strip().partition(" ")[0])
        for page in pages
        for line in _IMPORT.finditer(page.read_text("utf-8"))
        for name in line["names"].strip("()").split(",")
    }
    ours = {(module, name) for module, name in found if name and not module.startswith(("cli", "models", "types"))}
    return sorted(ours)


def _handed_on(place: str, module: griffe.Object, name: str) -> Iterator[str]:
    """A name of a module, or of one of the files of a folder that hands on what these define."""
    for home in (module, *module.modules.values()):
        if name in home.members and not home.members[name].is_alias:
            yield from _written(place, home.members[name])
            return
    if name in module.members:
        yield from _written(place, module.members[name], inherited=True)


def _folder(place: str, folder: griffe.Object) -> Iterator[str]:
    """A folder hands on what its files define; the files of `models` itself are modules of their own."""
    yield from _module(place, folder)
    for name, module in folder.modules.items():
        if name.startswith("_"):
            continue
        if module.is_init_module or place == "models":
            yield from _folder(f"{place}.{name}", module)
        else:
            yield from _module(place, module)


def _called_otherwise(place: str, folder: griffe.Object, lines: set[str]) -> Iterator[str]:
    """Other names of models: aliases in their modules, and in the stub of a folder (`Folder`)."""
    for name, member in folder.members.items():
        if not member.is_alias and member.is_module:
            module = folder.modules[name]
            is_place = module.is_init_module or place == "models"
            yield from _called_otherwise(f"{place}.{name}" if is_place else place, module, lines)
        elif isinstance(member, griffe.Attribute) and str(member.annotation) == "TypeAlias":
            today, former = f"{place}:{member.value}", f"{place}:{name}"
            yield from (
                former + line.removeprefix(today) for line in lines if line == today or line.startswith(today + ".")
            )


def _module(place: str, module: griffe.Object) -> Iterator[str]:
    for member in module.members.values():
        if not member.is_alias and not member.is_module:
            yield from _written(place, member)
            if place.startswith("models") and isinstance(member, griffe.Class) and not member.name.startswith("_"):
                yield from _inherited_fields(f"{place}:{member.name}", member)


def _inherited_fields(title: str, model: griffe.Class) -> Iterator[str]:
    """The fields that a model has from others; what all models have is written once, with their bases."""
    for name, member in model.inherited_members.items():
        home = member.final_target.canonical_path.rpartition(".")[0].rpartition(".")[0]
        if not name.startswith("_") and member.is_attribute and home not in _BASES:
            yield f"{title}.{name}"


def _written(place: str, member: griffe.Object | griffe.Alias, *, inherited: bool = False) -> Iterator[str]:
    """The lines of a name of a module: its own, and those of what it has."""
    if member.name.startswith("_"):
        return
    title = f"{place}:{member.name}"
    yield title
    try:
        target = member.final_target if isinstance(member, griffe.Alias) else member
    except griffe.AliasResolutionError:  # what is handed on from another package: its name is ours, the rest is not
        return
    if isinstance(target, griffe.Function):
        yield from _parameters(title, [target.parameters])
    if isinstance(target, griffe.Class):
        yield from _members(title, target, inherited=inherited)


def _members(title: str, owner: griffe.Class, *, inherited: bool) -> Iterator[str]:
    names = dict(owner.all_members if inherited else owner.members)
    for name, member in names.items():
        if (name.startswith("_") and name not in _CALLED) or name == "model_config":
            continue
        if name == "__init__" and title.endswith("Error"):
            continue  # errors are caught by users, and made here
        if member.is_alias and not (isinstance(member, griffe.Alias) and member.inherited):
            continue  # an import in the body of a class
        if name not in _CALLED:
            yield f"{title}.{name}"
        if isinstance(member, griffe.Function) or (isinstance(member, griffe.Alias) and member.is_function):
            overloads = [each.parameters for each in owner.overloads.get(name, ())]
            yield from _parameters(f"{title}.{name}", overloads or [member.parameters])


def _parameters(title: str, forms: list[griffe.Parameters]) -> Iterator[str]:
    """A line for each parameter of a callable; of several overloads, what all want is required."""
    lines: set[str] = set()
    optional: set[str] = set()
    for form in forms:
        given = [each for each in form if each.name not in ("self", "cls")]
        lines.update(f"{title}({_place(index, each)})" for index, each in enumerate(given))
        optional.update(f"{title}({_place(index, each)})" for index, each in enumerate(given) if not each.required)
    if len(forms) > 1:
        everywhere = [{each.name for each in form} for form in forms]
        optional.update(line for line in lines if not all(_name(line) in names for names in everywhere))
    yield from (f"{line[:-1]}=)" if line in optional and "*" not in line else line for line in lines)


def _place(index: int, parameter: griffe.Parameter) -> str:
    kind = griffe.ParameterKind
    if parameter.kind in (kind.var_positional, kind.var_keyword):
        return f"{'*' if parameter.kind is kind.var_positional else '**'}{parameter.name}"
    return parameter.name if parameter.kind is kind.keyword_only else f"{index} {parameter.name}"


def _name(line: str) -> str:
    return line.rpartition("(")[2].rstrip("=)").rpartition(" ")[2].lstrip("*")


def _operations(place: str, module: griffe.Module) -> Iterator[str]:
    """The operations of the stubs in the colour of threads, and what each takes by name."""
    for name, owner in module.classes.items():
        if owner.is_alias or name.startswith(("_", "Async")) or "With" in name:
            continue
        title = f"{place}:{name}"
        yield title
        bases = [
            module.classes[found] for base in owner.bases if (found := str(base).partition("[")[0]) in module.classes
        ]
        for holder in (owner, *bases):
            for operation in {*holder.members, *holder.overloads}:
                if operation.startswith("_") and operation not in _CALLED:
                    continue
                yield f"{title}.{operation}"
                member = holder.members.get(operation)
                forms = [each.parameters for each in holder.overloads.get(operation, ())]
                if not forms and isinstance(member, griffe.Function):
                    forms = [member.parameters]
                for line in _parameters(f"{title}.{operation}", forms):
                    if not line.endswith(("(**options)", "(_open_set)", "(_open_set=)")):
                        yield line


def breaking(before: Iterable[str], now: Iterable[str]) -> list[str]:
    """What code that was written against `before` would miss, or be asked for, in words."""
    old, new = set(before), set(now)
    faults = [f"gone: {line}" for line in sorted(old - new) if not _loosened(line, new)]
    callables = {found["owner"] for line in old if (found := _PARAMETER.fullmatch(line))} | old
    for line in sorted(new - old):
        found = _PARAMETER.fullmatch(line)
        if found and not found["optional"] and found["owner"] in callables and not found["name"].startswith("*"):
            faults.append(f"now required: {line}")
    return faults


def _loosened(line: str, new: set[str]) -> bool:
    """Whether a parameter is there still, and takes more than before: no longer required, or by place as well."""
    found = _PARAMETER.fullmatch(line)
    if found is None or found["name"].startswith("*"):
        return False
    places = [f"{found['place']} "] if found["place"] else ["", *(f"{index} " for index in range(12))]
    optional = ["="] if found["optional"] else ["", "="]
    return any(f"{found['owner']}({place}{found['name']}{end})" in new for place in places for end in optional)


def written() -> list[str]:
    """The lines of the file."""
    return SNAPSHOT.read_text("utf-8").splitlines() if SNAPSHOT.exists() else []


def main() -> int:
    """Rewrite the file or check it; the exit status."""
    before, now = written(), snapshot()
    faults = breaking(before, now)
    for fault in faults:
        print(f"BREAKING  {fault}")
    added = len(set(now) - set(before))
    print(f"{len(now)} names and parameters, {added} new, {len(faults)} breaking")
    if "--check" in sys.argv[1:]:
        return int(before != now)
    SNAPSHOT.parent.mkdir(exist_ok=True)
    SNAPSHOT.write_text("\n".join(now) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
