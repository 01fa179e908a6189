"""The generator's face: instances of a schema that must be accepted, and mutations that must be refused.

`valid_instances(schema, root)` and `invalid_instances(schema, root)` return lists that are the same at every run. What
they promise is proved before it is given out: each instance is judged by `validate.py`, which shares no code with the
generator; what fails there is dropped and counted (`report(...)`).

Rules
* Everything is made at the first call and kept. The drafts of a component are shared by all schemas that refer to it.
* Values share structure with one another: pass them on, copy them before changing them.
* `closed=True` reads every object that declares properties as closed, as request models (extra="forbid") are, and
  adds mutations of kind `unknown_property` for them; without it only `additionalProperties: false` counts.

Which mutations a model may overlook is for the caller to say, by `kind` and `coercible`: see `invalid.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.conformance.extremes import NOTHING, Extremes
from tests.conformance.invalid import InvalidMaker
from tests.conformance.shapes import Shapes
from tests.conformance.spec import Schema
from tests.conformance.valid import Draft, ValidMaker
from tests.conformance.validate import Validator, validator

MOST_VALID = 300
"""Valid instances given out per schema; the deepest go first."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A JSON value and why it was made. `str()` gives a line fit for a test id."""

    value: Any
    kind: str
    """Valid: minimal, full, optional, branch, enum, range, length, type, null, default, extra; invalid: see there."""
    pointer: str
    """JSON pointer of the place where it differs from a plain value; empty for the whole."""
    why: str
    """Pointer and reason in words: "/temperature at maximum 2"."""
    coercible: bool = False
    """A wrong type that a lax parser would turn into the right one ("12" for a number, "yes" for a boolean)."""

    def __str__(self) -> str:
        return f"{self.kind}: {self.why}"


@dataclass(frozen=True, slots=True)
class Report:
    """What was made of one schema: the instances given out, and those that the validator did not bear out."""

    instances: tuple[Instance, ...]
    dropped: tuple[Instance, ...]


class Generator:
    """All that is made of one document; use the functions below, which keep one per document."""

    def __init__(self, root: Schema) -> None:
        self.root = root
        self.strict = validator(root)
        self.extremes = Extremes(Shapes(root), self.strict)
        self.valid = ValidMaker(self.extremes)
        self._invalid = {
            closed: InvalidMaker(self.extremes, validator(root, generous=True, closed=closed), closed=closed)
            for closed in (False, True)
        }
        self._reports: dict[tuple[int, str], tuple[object, Report]] = {}

    def valid_report(self, schema: object) -> Report:
        """Valid instances, and drafts that turned out invalid (the schema contradicts itself there)."""
        key = (id(schema), "valid")
        if key not in self._reports:
            report = _judged(self.valid.drafts(schema), schema, self.strict, wanted=True)
            self._reports[key] = (schema, Report(report.instances[:MOST_VALID], report.dropped))
        return self._reports[key][1]

    def invalid_report(self, schema: object, *, closed: bool) -> Report:
        """Mutations, and drafts that turned out valid after all."""
        key = (id(schema), "closed" if closed else "open")
        if key not in self._reports:
            maker = self._invalid[closed]
            drafts = [*maker.mutations(schema), *maker.in_full(schema)]
            self._reports[key] = (schema, _judged(drafts, schema, maker.judge, wanted=False))
        return self._reports[key][1]


def _judged(drafts: Iterable[Draft], schema: object, judge: Validator, *, wanted: bool) -> Report:
    kept: dict[str, Instance] = {}
    dropped: list[Instance] = []
    for draft in drafts:
        why = f"{draft.pointer} {draft.text}".strip()
        instance = Instance(draft.value, draft.kind, draft.pointer, why, draft.coercible)
        if judge.is_valid(schema, draft.value) is wanted:
            kept.setdefault(json.dumps(draft.value), instance)
        else:
            dropped.append(instance)
    return Report(tuple(kept.values()), tuple(dropped))


_generators: dict[int, Generator] = {}


def generator(root: Schema) -> Generator:
    """The generator of a document, made once."""
    if id(root) not in _generators:
        _generators[id(root)] = Generator(root)
    return _generators[id(root)]


def valid_instances(schema: object, root: Schema) -> list[Instance]:
    """Instances that the schema accepts, minimal first, at most 300 (the least deep); empty when there is none."""
    return list(generator(root).valid_report(schema).instances)


def invalid_instances(schema: object, root: Schema, *, closed: bool = False) -> list[Instance]:
    """Values that the schema clearly refuses, each wrong in one place; `closed` as explained at the top."""
    return list(generator(root).invalid_report(schema, closed=closed).instances)


def minimal_instance(schema: object, root: Schema) -> Instance | None:
    """The smallest valid instance, or None; cheap, nothing else is made for it."""
    made = generator(root)
    value = made.extremes.minimal(schema)
    if value is NOTHING or not made.strict.is_valid(schema, value):
        return None
    return Instance(value, "minimal", "", "minimal")


def full_instance(schema: object, root: Schema) -> Instance | None:
    """A valid instance with every property, or None; of a union, its first object branch."""
    value = generator(root).extremes.full(schema)
    return None if value is NOTHING else Instance(value, "full", "", "with every property")
