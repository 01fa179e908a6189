"""A compact JSON Schema validator for the subset and the quirks of this OpenAPI description.

It is the judge over what the generator makes, so it shares no code with it: it walks the keywords as they stand and
turns each schema once into a closure (a few microseconds per check), while the generator flattens schemas first.

Rules
* `oneOf` is read like `anyOf`: the document is careless about exclusivity (branches that overlap are common).
* A boolean is not a number; an integral float (`1.0`) is an integer, as JSON Schema has it.
* Null is fine where any of the spellings allows it: `type: [.., "null"]`, a null branch, `nullable: true`, also as a
  bare `{nullable: true}` part of an `allOf`, which is how the document decorates a `$ref`.
* A schema with `properties` but no `type` speaks of objects only, one with `items` of arrays only.
* `additionalProperties: false` closes the object as a whole: names declared by other parts of the same `allOf` count.
* `format`, `default`, `discriminator` without `mapping` and `x-` keys say nothing about validity here.

Two readings
* strict (default): every part of an `allOf` must hold. For proving instances valid.
* `generous`: a property that several parts of an `allOf` define may satisfy any one of them. For proving mutations
  invalid: where the document contradicts itself, nothing is clear and nothing is claimed.
* `closed` on top of either: an object with declared properties and no `additionalProperties` takes no others, as
  request models are meant to.

Weak spots: no `if`/`then`, `patternProperties`, `dependent*`, `uniqueItems`, `contains`: the document has none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from tests.conformance.spec import Schema, is_array, is_object, resolve

Check: TypeAlias = Callable[[Any], bool]
Names: TypeAlias = frozenset[str]

NO_NAMES: Names = frozenset()
ANY_NAME = "*"
"""Stands among the known names when one part of an object says that it takes any."""


def _anything(_: Any) -> bool:
    return True


def _nothing(_: Any) -> bool:
    return False


def is_number(value: object) -> bool:
    """Whether a JSON value is a number; a boolean is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: dict[str, Check] = {
    "string": lambda v: isinstance(v, str),
    "number": is_number,
    "integer": lambda v: is_number(v) and v == int(v),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
    "array": is_array,
    "object": is_object,
}


def same(one: object, other: object) -> bool:
    """Equality as JSON has it: `1` equals `1.0`, but not `true`."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


class Validator:
    """Compiles the schemas of one document in one reading; keeps what it compiled."""

    def __init__(self, root: Schema, *, generous: bool = False, closed: bool = False) -> None:
        self.root = root
        self.generous = generous
        self.closed = closed
        self._compiled: dict[tuple[int, Names, Names], tuple[object, Check]] = {}

    def is_valid(self, schema: object, value: Any) -> bool:
        """Whether `value` satisfies `schema` (an object or a boolean)."""
        return self._check(schema)(value)

    def _check(self, schema: object, known: Names = NO_NAMES, skip: Names = NO_NAMES) -> Check:
        # `known`: property names declared next to this schema; `skip`: properties that somebody else judges.
        if not is_object(schema):
            return _nothing if schema is False else _anything
        key = (id(schema), known, skip)
        if key not in self._compiled:
            self._compiled[key] = (
                schema,
                self._compile(schema, known, skip),
            )  # the schema is kept, so its id stays its own
        return self._compiled[key][1]

    def _compile(self, schema: Schema, known: Names, skip: Names) -> Check:
        parts = schema.get("allOf", [])
        branches = [schema[word] for word in ("anyOf", "oneOf") if word in schema]
        inside = known  # what union branches may know: a branch does not know the names of its neighbours
        if parts or (schema.keys() & {"$ref", "anyOf", "oneOf"} and "properties" in schema):
            inside |= self._names(schema, depth=0)
            known |= self._names(schema)
        checks = [*self._value_checks(schema), *self._number_checks(schema), *self._string_checks(schema)]
        checks += [*self._array_checks(schema), *self._object_checks(schema, known, skip)]
        if "$ref" in schema:
            checks.append(self._reference(schema["$ref"], known, skip))
        if parts and self.generous:
            shared = self._shared(schema)
            checks.append(self._any_definition(shared, skip))
            checks += [self._check(part, known, skip | frozenset(shared)) for part in parts]
        else:
            checks += [self._check(part, known, skip) for part in parts]
        for union in branches:
            checks.append(self._union(union, schema, inside, skip))
        if "not" in schema:
            refused = self._check(schema["not"])
            checks.append(lambda v: not refused(v))
        everything = _all(checks)
        if schema.get("nullable") is True or any(_is_bare_nullable(part) for part in parts):
            return lambda v: v is None or everything(v)
        return everything

    def _reference(self, ref: str, known: Names, skip: Names) -> Check:
        # Compiled at the first call, because a reference may lead back to where it stands.
        target = resolve(ref, self.root)
        compiled: list[Check] = []

        def check(value: Any) -> bool:
            if not compiled:
                compiled.append(self._check(target, known, skip))
            return compiled[0](value)

        return check

    def _union(self, branches: list[Any], schema: Schema, known: Names, skip: Names) -> Check:
        either = _any([self._check(branch, known, skip) for branch in branches])
        discriminator = schema.get("discriminator")
        mapping: dict[str, str] = discriminator.get("mapping", {}) if is_object(discriminator) else {}
        if not mapping:
            return either
        tag = schema["discriminator"]["propertyName"]
        mapped = {value: self._reference(ref, known, skip) for value, ref in mapping.items()}

        def check(value: Any) -> bool:
            if not is_object(value):
                return either(value)
            chosen = value.get(tag)
            return isinstance(chosen, str) and chosen in mapped and mapped[chosen](value)

        return check

    # Which property names are declared for one and the same object.

    def _pieces(self, schema: object) -> Iterable[Schema]:
        """The schemas that one object must satisfy together: this one, its reference and its `allOf` parts."""
        if is_object(schema):
            yield schema
            if "$ref" in schema:
                yield from self._pieces(resolve(schema["$ref"], self.root))
            for part in schema.get("allOf", []):
                yield from self._pieces(part)

    def _names(self, schema: object, depth: int = 4) -> Names:
        """Property names of this object, those of union branches included."""
        found: set[str] = set()
        for piece in self._pieces(schema):
            found.update(piece.get("properties", {}))
            if piece.get("additionalProperties", False) is not False:
                found.add(ANY_NAME)
            if depth:
                for branch in [*piece.get("anyOf", []), *piece.get("oneOf", [])]:
                    found |= self._names(branch, depth - 1)
        return frozenset(found)

    def _shared(self, schema: Schema) -> dict[str, list[object]]:
        """Properties that more than one part of an `allOf` defines, with all their definitions."""
        definitions: dict[str, list[object]] = {}
        for piece in self._pieces(schema):
            for name, definition in piece.get("properties", {}).items():
                definitions.setdefault(name, []).append(definition)
        return {name: found for name, found in definitions.items() if len(found) > 1}

    def _any_definition(self, shared: dict[str, list[object]], skip: Names) -> Check:
        judged = {name: _any([self._check(d) for d in found]) for name, found in shared.items() if name not in skip}
        return lambda v: not is_object(v) or all(check(v[name]) for name, check in judged.items() if name in v)

    # Keyword groups. Each check accepts what is not of its type: refusing that is the business of `type`.

    def _value_checks(self, schema: Schema) -> Iterable[Check]:
        kind = schema.get("type")
        if isinstance(kind, str):
            yield _TYPES[kind]
        elif is_array(kind):
            yield _any([_TYPES[k] for k in kind])
        elif "properties" in schema:
            yield is_object
        elif "items" in schema:
            yield is_array
        if "enum" in schema:
            members: list[object] = schema["enum"]
            if all(isinstance(member, str) for member in members):
                words = frozenset(members)
                yield lambda v: isinstance(v, str) and v in words
            else:
                yield lambda v: any(same(v, member) for member in members)
        if "const" in schema:
            constant = schema["const"]
            yield lambda v: same(v, constant)

    def _number_checks(self, schema: Schema) -> Iterable[Check]:
        low, high = schema.get("minimum"), schema.get("maximum")
        above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
        if above is True:  # OpenAPI 3.0 spelling: a flag on `minimum`
            above, low = low, None
        if below is True:
            below, high = high, None
        if low is not None:
            yield lambda v: not is_number(v) or v >= low
        if high is not None:
            yield lambda v: not is_number(v) or v <= high
        if above is not None and above is not False:
            yield lambda v: not is_number(v) or v > above
        if below is not None and below is not False:
            yield lambda v: not is_number(v) or v < below
        if "multipleOf" in schema:
            step = schema["multipleOf"]
            yield lambda v: not is_number(v) or v % step == 0

    def _string_checks(self, schema: Schema) -> Iterable[Check]:
        least, most = schema.get("minLength", 0), schema.get("maxLength", float("inf"))
        if "minLength" in schema or "maxLength" in schema:
            yield lambda v: not isinstance(v, str) or least <= len(v) <= most
        if "pattern" in schema:
            matches = re.compile(schema["pattern"]).search
            yield lambda v: not isinstance(v, str) or matches(v) is not None

    def _array_checks(self, schema: Schema) -> Iterable[Check]:
        # `min_items`/`max_items` are slips of the pen for minItems/maxItems: honoured, but not held against anybody.
        slips = {} if self.generous else schema
        least = schema.get("minItems", slips.get("min_items", 0))
        most = schema.get("maxItems", slips.get("max_items", float("inf")))
        if least or most != float("inf"):
            yield lambda v: not is_array(v) or least <= len(v) <= most
        if is_object(schema.get("items")):
            item = self._check(schema["items"])
            yield lambda v: not is_array(v) or all(map(item, v))

    def _object_checks(self, schema: Schema, known: Names, skip: Names) -> Iterable[Check]:
        required: list[str] = schema.get("required", [])
        declared: Schema = schema.get("properties", {})
        checks = {name: self._check(child) for name, child in declared.items() if name not in skip}
        # Constants are judged first, for speed: they tell the branches of a union apart.
        ordered = sorted(checks.items(), key=lambda pair: not _is_listed(declared[pair[0]]))
        names = known | frozenset(declared)
        extra = schema.get("additionalProperties")
        closes = extra is False or (extra is None and declared and self.closed and ANY_NAME not in names)
        other = self._check(extra) if is_object(extra) and extra else None

        def members(value: Any) -> bool:
            if not is_object(value):
                return True
            for name in required:
                if name not in value:
                    return False
            for name, check in ordered:
                if name in value and not check(value[name]):
                    return False
            if closes:
                return value.keys() <= names
            return other is None or all(name in names or other(x) for name, x in value.items())

        if required or ordered or closes or other:
            yield members
        if is_object(schema.get("propertyNames")):
            name_check = self._check(schema["propertyNames"])
            yield lambda v: not is_object(v) or all(map(name_check, v))
        if "minProperties" in schema or "maxProperties" in schema:
            least, most = schema.get("minProperties", 0), schema.get("maxProperties", float("inf"))
            yield lambda v: not is_object(v) or least <= len(v) <= most


def _is_listed(schema: object) -> bool:
    return is_object(schema) and not schema.keys().isdisjoint({"enum", "const"})


def _is_bare_nullable(part: object) -> bool:
    return (
        is_object(part)
        and part.get("nullable") is True
        and not part.keys() & {"type", "$ref", "anyOf", "oneOf", "enum"}
    )


def _all(checks: list[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]

    def every(value: Any) -> bool:  # a plain loop: twice as fast as all(...) over a generator
        for check in checks:  # noqa: SIM110
            if not check(value):
                return False
        return True

    return every if checks else _anything


def _any(checks: list[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]

    def some(value: Any) -> bool:
        for check in checks:  # noqa: SIM110  (as above)
            if check(value):
                return True
        return False

    return some


_validators: dict[tuple[int, bool, bool], Validator] = {}


def validator(root: Schema, *, generous: bool = False, closed: bool = False) -> Validator:
    """The validator of a document in one reading, made once."""
    key = (id(root), generous, closed)
    if key not in _validators:
        _validators[key] = Validator(root, generous=generous, closed=closed)
    return _validators[key]


def is_valid(schema: object, value: Any, root: Schema, *, generous: bool = False, closed: bool = False) -> bool:
    """Whether `value` satisfies `schema`, whose references point into `root`; for the two readings see the module."""
    return validator(root, generous=generous, closed=closed).is_valid(schema, value)
