"""First drafts of the models of an area, to be made into models by hand: `python -m tools.draft_models evals`.

From the API description (`tests/conformance/openapi.json`: operations whose path or tag begins with it), or where
that knows no such area, from the types of the official package (`openai.types.<area>`).

Drafted: types, bounds, tags, what is required, unions told apart by a tag with their Unknown; `Shape` for what both
directions use, `Params` for what is only given, `Result` for what is only said; a base for fields that three or more
classes share (`id`, `created_at`, `metadata`, ...). A class that is here already, by name and fields, is imported.
To fill: the prose, at every `…`; prose of the sources is not copied. Nothing that this prints is committed as it is.

Weak spots: a schema that is a union of anything is an alias, also where two optional fields would say the same; query
parameters of lists are not drafted (`after`, `limit`, `order` are written once).
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import json
import keyword
import pkgutil
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter
from typing_extensions import is_typeddict

from tools.official_names import our_classes, place_of

DESCRIPTION = Path(__file__).resolve().parent.parent / "tests" / "conformance" / "openapi.json"
REF = "#/components/schemas/"
SHARED = ("id", "created_at", "metadata", "name", "project_id", "updated_at")
"""Fields that make a base where several classes have them alike."""
PROSE = '"""…"""'
SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
STRICT = {"int": "StrictInt", "float": "StrictFloat", "bool": "StrictBool"}
BOUNDS = {"minimum": "ge", "maximum": "le", "exclusiveMinimum": "gt", "exclusiveMaximum": "lt"}
SIZES = {"minLength": "min_length", "maxLength": "max_length", "minItems": "min_length", "maxItems": "max_length"}
Way = Literal["Params", "Result", "Shape"]
Schema = dict[str, Any]


class Source:
    """The schemas of an area by name, and the names at which each direction begins."""

    def __init__(self) -> None:
        self.schemas: dict[str, Schema] = {}
        self.given: list[str] = []
        self.said: list[str] = []

    def reached(self, roots: Sequence[str]) -> list[str]:
        """All names that some lead to, themselves first."""
        found: dict[str, None] = {}
        waiting = list(roots)
        while waiting:
            name = waiting.pop(0)
            if name not in found and name in self.schemas:
                found[name] = None
                waiting += _references(self.schemas[name])
        return list(found)

    def ways(self) -> dict[str, Way]:
        """Each name, and which class it is."""
        given, said = set(self.reached(self.given)), set(self.reached(self.said))
        names = dict.fromkeys([*self.reached(self.given), *self.reached(self.said)])
        return {n: "Shape" if n in given and n in said else "Params" if n in given else "Result" for n in names}


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].rpartition("/")[2]
        node = list(node.values())
    for inner in node if isinstance(node, list) else ():
        yield from _references(inner)


def from_description(area: str) -> Source:
    """What the API description says of the area; empty where it knows none."""
    source, document = Source(), json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    source.schemas = document["components"]["schemas"]
    for path, verbs in document["paths"].items():
        for operation in (each for each in verbs.values() if isinstance(each, dict)):
            tags = [str(tag).lower().replace(" ", "_") for tag in operation.get("tags", ())]
            if not path.strip("/").replace("/", ".").startswith(area) and area not in tags:
                continue
            good = [answer for code, answer in operation["responses"].items() if code.startswith("2")]
            for roots, bodies in ((source.given, [operation.get("requestBody", {})]), (source.said, good)):
                contents = [content for body in bodies for content in body.get("content", {}).values()]
                roots += [name for content in contents for name in _references(content.get("schema"))]
    return source


def from_official(area: str) -> Source:
    """What the types of the official package say; a TypedDict is given, a model is said."""
    source, package = Source(), importlib.import_module(f"openai.types.{area}")
    modules = [package.__name__]
    if hasattr(package, "__path__"):
        modules += [found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    for module in map(importlib.import_module, modules):
        for name, cls in inspect.getmembers(module, inspect.isclass):
            is_given = is_typeddict(cls)
            if cls.__module__ != module.__name__ or not (is_given or issubclass(cls, BaseModel)):
                continue
            schema = TypeAdapter(cls).json_schema(ref_template=f"{REF}{{model}}", by_alias=True)
            for inner, each in {**schema.pop("$defs", {}), name: schema}.items():
                own = inner.rpartition("__")[2].removesuffix("Param")  # pydantic's name of one of several
                source.schemas.setdefault(own, _renamed(each))
            (source.given if is_given else source.said).append(name.removesuffix("Param"))
    return source


def _renamed(schema: Any) -> Any:
    text = json.dumps(schema)
    return json.loads(re.sub(rf'"{REF}(?:\w+__)?(\w+?)(?:Param)?"', rf'"{REF}\1"', text))


class Draft:
    """The text of the classes of an area."""

    def __init__(self, source: Source) -> None:
        self.source, self.ways = source, source.ways()
        self.known = {cls.__name__: cls for cls in our_classes()}
        self.imported: dict[str, str] = {}
        self.done: dict[str, str] = {}
        self.fields: dict[str, dict[str, str]] = {}
        for name in self.ways:
            self.reference(name)

    def reference(self, name: str) -> str:
        """The name of the class or alias that stands for a schema, which is drafted by then."""
        schema, own = self.source.schemas.get(name, {}), _class_name(name)
        known = self.known.get(own)
        properties = _merged(schema, self.source.schemas).get("properties", {})
        if known is not None and {i.alias or n for n, i in known.model_fields.items()} == properties.keys() != set():
            self.imported[own] = place_of(known).partition(":")[0]
        elif own not in self.done:
            self.done[own] = ""  # that it leads back to itself
            way = self.ways.get(name, "Result")
            text = self.model(own, properties, _required(schema, self.source.schemas), way) if properties else ""
            text = text or f'{own}: TypeAlias = {self.kind(schema, own, way)}\n"""…"""\n'
            self.done.pop(own)
            self.done[own] = text  # after what it is made of
        return own

    def model(self, own: str, properties: Schema, required: set[str], way: Way) -> str:
        """A class."""
        fields = {name: self.field(own, name, each, name in required, way) for name, each in properties.items()}
        self.fields[own] = fields
        return f"class {own}({way}):\n    {PROSE}\n\n" + "".join(f"    {line}\n" for line in fields.values())

    def field(self, own: str, name: str, schema: Any, is_required: bool, way: Way) -> str:
        """A field, with room for its prose."""
        attribute = f"{name}_" if keyword.iskeyword(name) or name in ("schema", "json") else name
        kind, only = self.kind(schema, own + _camel(name), way), _values(schema)
        default = f'alias="{name}"' if attribute != name else ""
        if name == "object" and way == "Result" and kind.startswith("Literal["):
            kind = f"Open[{kind}]"
        if len(only) == 1 and way != "Result":
            return f"{attribute}: Literal[{only[0]!r}] = {only[0]!r}"
        if not is_required and not kind.endswith("| None"):
            kind += " | None"
        if default:
            return f"{attribute}: {kind} = Field({'' if is_required else 'default=None, '}{default})\n    {PROSE}"
        return f"{attribute}: {kind}{'' if is_required else ' = None'}" + ("" if len(only) == 1 else f"\n    {PROSE}")

    def kind(self, schema: Any, own: str, way: Way) -> str:
        """An annotation."""
        if not isinstance(schema, dict) or not schema:
            return "Any"
        if "$ref" in schema:
            return self.reference(schema["$ref"].rpartition("/")[2])
        if len(schema.get("allOf", ())) == 1:
            return self.kind(schema["allOf"][0], own, way)
        if values := _values(schema):
            literal = f"Literal[{', '.join(map(repr, values))}]"
            return f"Open[{literal}]" if way == "Result" and len(values) > 1 else literal
        branches = schema.get("anyOf") or schema.get("oneOf")
        if branches is None and isinstance(schema.get("type"), list):
            branches = [{**schema, "type": each} for each in schema["type"]]
        if branches:
            return self.union(branches, own, way)
        if schema.get("type") == "array":
            return _bounded(f"list[{self.kind(schema.get('items'), own, way)}]", schema, way)
        if schema.get("properties"):
            while own in self.done:
                own += "Item"
            self.done[own] = ""
            text = self.model(own, schema["properties"], set(schema.get("required", ())), way)
            self.done.pop(own)
            self.done[own] = text
            return own
        if schema.get("type") == "object" or "additionalProperties" in schema:
            inner = schema.get("additionalProperties")
            return f"dict[str, {self.kind(inner, own, way) if isinstance(inner, dict) else 'Any'}]"
        kind = SCALARS.get(str(schema.get("type")), "Any")
        null = " | None" if schema.get("nullable") and kind != "Any" else ""
        return _bounded(STRICT.get(kind, kind) if way == "Params" else kind, schema, way) + null

    def union(self, branches: list[Any], own: str, way: Way) -> str:
        """Told apart by `type` where all of them have one, with room for kinds that are newer where they are said."""
        names = [str(each.get("title") or f"{own}{place}") for place, each in enumerate(branches, 1)]
        names = [_class_name(name) if name != own else f"{own}{place}" for place, name in enumerate(names, 1)]
        kinds = list(dict.fromkeys(self.kind(each, name, way) for name, each in zip(names, branches, strict=True)))
        rest = [kind for kind in kinds if kind != "None"]
        null = " | None" if len(rest) < len(kinds) else ""
        if len(rest) < 2 or not all("type" in self.fields.get(kind, {}) for kind in rest):
            return " | ".join(rest) + null
        if way != "Params":
            unknown = f"Unknown{own}"
            self.done[unknown] = (
                f'class {unknown}(Result):\n    """A kind that is newer than this package."""\n\n    type: UnknownTag\n'
            )
            rest.append(unknown)
        return f'Annotated[{" | ".join(rest)}, Tagged("type")]{null}'

    def shared(self) -> set[str]:
        """The fields of a base: those that most classes, three at least, have alike and together."""
        held = [{line for n, line in fields.items() if n in SHARED} for fields in self.fields.values()]
        alike = sorted({line for lines in held for line in lines})
        groups = [set(group) for size in range(2, 5) for group in combinations(alike, size)]
        worth = {frozenset(group): sum(group <= lines for lines in held) for group in groups}
        best = max(worth, key=lambda group: (worth[group] > 2) * worth[group] * len(group), default=frozenset())
        return set(best) if worth.get(best, 0) > 2 else set()

    def text(self, area: str) -> str:
        """The whole draft: imports, bases, classes."""
        shared = self.shared()
        base = _class_name(area) + "Base"
        bases: dict[str, str] = {}
        for own, text in self.done.items():
            way = next((each for each in ("Params", "Result", "Shape") if text.startswith(f"class {own}({each}):")), "")
            if len(shared) > 1 and way and shared <= set(self.fields.get(own, {}).values()):
                lines = [f"    {line}\n" for line in sorted(shared)]
                bases[way] = f"class {base}{way}({way}):\n    {PROSE}\n\n" + "".join(lines)
                self.done[own] = _without(text.replace(f"({way})", f"({base}{way})", 1), lines)
        imports = sorted(f"from typed_openai.{module} import {name}" for name, module in self.imported.items())
        head = _HEAD.format(area=area) + "\n".join(imports)
        return "\n\n\n".join(text.rstrip("\n") for text in [head, *bases.values(), *self.done.values()]) + "\n"


_HEAD = '''"""… (drafted for {area}; not to be committed as it is)"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StringConstraints

from typed_openai.models.base import Open, Params, Result, Tagged, UnknownTag
from typed_openai.models.shape import Shape
'''


def _without(text: str, lines: Sequence[str]) -> str:
    for line in lines:
        text = text.replace(line, "", 1)
    return text if re.search(r"^    \w+:", text, re.MULTILINE) else text.rstrip("\n") + "\n"


def _merged(schema: Schema, schemas: dict[str, Schema]) -> Schema:
    """The properties of a schema, with those of what it is made of (`allOf`)."""
    found: dict[str, Any] = {}
    for part in schema.get("allOf", ()):
        inner = schemas.get(part["$ref"].rpartition("/")[2], {}) if "$ref" in part else part
        found |= _merged(inner, schemas).get("properties", {})
    return {"properties": found | schema.get("properties", {})}


def _required(schema: Schema, schemas: dict[str, Schema]) -> set[str]:
    found = set(schema.get("required", ()))
    for part in schema.get("allOf", ()):
        found |= _required(schemas.get(part["$ref"].rpartition("/")[2], {}) if "$ref" in part else part, schemas)
    return found


def _values(schema: Any) -> list[str]:
    if not isinstance(schema, dict):
        return []
    found = [schema["const"]] if "const" in schema else schema.get("enum", [])
    return [value for value in found if isinstance(value, str)]


def _bounded(kind: str, schema: Schema, way: Way) -> str:
    if way == "Result":
        return kind
    sizes = [f"{ours}={schema[name]}" for name, ours in SIZES.items() if name in schema]
    if "pattern" in schema:
        sizes.append(f"pattern={schema['pattern']!r}")
    bounds = [f"{ours}={schema[name]}" for name, ours in BOUNDS.items() if isinstance(schema.get(name), int | float)]
    marks = f"StringConstraints({', '.join(sizes)})" if kind == "str" else f"Field({', '.join([*bounds, *sizes])})"
    return f"Annotated[{kind}, {marks}]" if sizes or bounds else kind


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"\W+|_", name))


def _class_name(name: str) -> str:
    return re.sub(r"Resource$|Schema$", "", _camel(name)) or name


def drafted(area: str) -> str:
    """The draft of an area. Raises ModuleNotFoundError for one that neither source knows."""
    source = from_description(area)
    return Draft(source if source.given or source.said else from_official(area)).text(area)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the draft; 1 for an area that nobody knows."""
    parser = argparse.ArgumentParser(prog="python -m tools.draft_models", description="Draft the models of an area.")
    parser.add_argument("area", help="beginning of paths or a tag (evals), or a module of openai.types")
    area = parser.parse_args(arguments).area
    try:
        print(drafted(area))
    except ModuleNotFoundError:
        print(f"draft_models: neither the API description nor openai.types knows {area!r}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
