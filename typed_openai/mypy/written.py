"""One argument that is written out at a call, checked against the dict forms that its parameter takes.

Rules: those of the plugin (`mypy/__init__.py`). Types of values are asked of mypy only where a value is not written
out: the whole argument is looked at once, with what a comprehension or a condition says of its names, and a
value that does not fit a second time by itself, with what is wanted there: only what fits neither way is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mypy.checker import TypeChecker
from mypy.messages import format_type_bare
from mypy.nodes import Context, Expression, ListExpr, SetExpr, StarExpr, TupleExpr
from mypy.subtypes import is_subtype
from mypy.types import (
    AnyType,
    Instance,
    LiteralType,
    ProperType,
    TupleType,
    Type,
    TypedDictType,
    UnionType,
    get_proper_type,
)

from typed_openai.mypy.expressions import Entry, branches_of, entries_of, items_of, text_of
from typed_openai.mypy.wording import (
    ANY_DICT,
    DICTS,
    LISTS,
    UNKNOWN,
    did_you_mean,
    in_words,
    is_known_text,
    is_one_of,
    keys_holding,
    keys_in_words,
    listed,
    literals_of,
    members_of,
    names_near,
    tag_of,
    with_article,
)


class Fault(NamedTuple):
    """Something that is wrong, and where it is written."""

    where: Context
    text: str


class Written:
    """One argument that is written out at a call, and what its parameter takes."""

    def __init__(self, api: TypeChecker, argument: Expression, takes: Type) -> None:
        self.api = api
        self.argument = argument
        self.takes = takes
        self._types: dict[Expression, Type] | None = None

    def faults(self, name: str) -> list[Fault]:
        """What is wrong with it."""
        return list(self._check(self.argument, self.takes, name))

    def _check(self, written: Expression, takes: Type, place: str) -> Iterator[Fault]:
        members = list(members_of(takes))
        if any(isinstance(member, AnyType) or is_one_of(member, {"builtins.object"}) for member in members):
            return
        for branch in branches_of(written):
            if entries_of(branch) is not None:
                yield from self._dict(branch, members, place)
            elif items_of(branch) is not None:
                yield from self._list(branch, members, place)
            elif branch is not self.argument:
                yield from self._single(branch, members, place)

    # -- dicts

    def _dict(self, written: Expression, takes: Sequence[ProperType], place: str) -> Iterator[Fault]:
        entries = entries_of(written) or []
        forms = [member for member in takes if isinstance(member, TypedDictType)]
        values = [member.args[-1] for member in takes if isinstance(member, Instance) and is_one_of(member, DICTS)]
        if forms:
            yield from self._one_of(written, entries, forms, place)
        elif any(is_one_of(member, ANY_DICT) for member in takes):
            return  # an object of which there is no form
        elif values:
            for entry in entries:
                if entry.key is not None:
                    yield from self._check(entry.value, UnionType.make_union(values), f'{place}["{entry.key}"]')
        elif written is not self.argument:  # of which mypy itself says so
            yield Fault(written, f"{place} is a dict; it must be {in_words(takes)}")

    def _one_of(
        self, written: Expression, entries: list[Entry], forms: list[TypedDictType], place: str
    ) -> Iterator[Fault]:
        """The faults of a dict that must be one of several forms."""
        tag = tag_of(forms) if len(forms) > 1 else None
        given = next((entry for entry in entries if entry.key == tag), None) if tag is not None else None
        if tag is None or (given is None and any(entry.key is None for entry in entries)):
            yield from self._best(written, entries, forms, place)
        elif given is None:
            possible = [form for form in forms if tag not in form.required_keys]
            if possible:
                yield from self._best(written, entries, possible, place)
            else:
                yield Fault(written, self._without_tag(entries, forms, tag, place))
        else:
            value = text_of(given.value)
            possible = [form for form in forms if value is None or value in literals_of(form.items[tag])]
            if value is None:
                yield from self._check(given.value, UnionType([form.items[tag] for form in forms]), f'{place}["{tag}"]')
            elif not possible:
                every = sorted({text for form in forms for text in literals_of(form.items[tag])})
                near = names_near(value, every)
                said = f'{place}["{tag}"] is "{value}"; it must be {listed(every)}{did_you_mean(near)}'
                yield Fault(given.value, said)
                possible = [form for form in forms if near and near[0] in literals_of(form.items[tag])]
            yield from self._best(written, entries, possible, place, tag)

    def _without_tag(self, entries: list[Entry], forms: list[TypedDictType], tag: str, place: str) -> str:
        every = sorted({text for form in forms for text in literals_of(form.items[tag])})
        known = {key for form in forms for key in form.items}
        near = names_near(tag, [entry.key for entry in entries if entry.key is not None and entry.key not in known])
        hint = f'; did you mean "{tag}" where it says "{near[0]}"?' if near else ""
        return f'"{tag}" is missing in {place}: it says which it is, {listed(every)}{hint}'

    def _best(
        self, written: Expression, entries: list[Entry], forms: list[TypedDictType], place: str, tag: str = ""
    ) -> Iterator[Fault]:
        """The faults by the form that fits best; `tag` is a key whose value has been looked at."""
        best: list[Fault] | None = None
        for form in forms:
            found = list(self._form(written, entries, form, place, tag))
            if best is None or len(found) < len(best):
                best = found
            if not best:
                return
        yield from best or ()

    def _form(
        self, written: Expression, entries: list[Entry], form: TypedDictType, place: str, tag: str
    ) -> Iterator[Fault]:
        given = [entry.key for entry in entries]
        missing = [] if None in given else sorted(form.required_keys - set(given))
        name = form.fallback.type.name
        for entry in entries:
            if entry.key is None or entry.key == tag:
                continue
            if entry.key in form.items:
                yield from self._check(entry.value, form.items[entry.key], f'{place}["{entry.key}"]')
                continue
            meant = names_near(entry.key, missing) or names_near(entry.key, list(form.items))
            inside = [] if meant else keys_holding(entry.key, form, missing)
            missing = [key for key in missing if key not in meant and key not in inside[:1]]
            hint = did_you_mean(meant) or (
                f'; it belongs into "{inside[0]}"' if inside else keys_in_words(entry.key, form)
            )
            yield Fault(entry.where, f'"{entry.key}" is not a key of {place} ({name}){hint}')
        for key in missing:
            yield Fault(written, f'"{key}" is missing in {place} ({name})')

    # -- lists

    def _list(self, written: Expression, takes: Sequence[ProperType], place: str) -> Iterator[Fault]:
        if any(isinstance(member, TupleType) for member in takes):
            return
        kinds = [member.args[0] for member in takes if isinstance(member, Instance) and is_one_of(member, LISTS)]
        if not kinds and written is not self.argument:  # of which mypy itself says so
            yield Fault(written, f"{place} is a list; it must be {in_words(takes)}")
        if not kinds:
            return
        number: int | None = 0
        for item in items_of(written) or ():
            if isinstance(item, StarExpr):
                number = None
                if items_of(item.expr) is not None:
                    yield from self._list(item.expr, takes, place)
                continue
            shown = "..." if number is None or not isinstance(written, ListExpr | TupleExpr | SetExpr) else number
            yield from self._check(item, UnionType.make_union(kinds), f"{place}[{shown}]")
            number = None if number is None else number + 1

    # -- everything else

    def _single(self, written: Expression, takes: Sequence[ProperType], place: str) -> Iterator[Fault]:
        wanted = UnionType.make_union(list(takes))
        text = text_of(written)
        if text is not None:
            literal = LiteralType(text, self.api.named_type("builtins.str"))
            others = UnionType.make_union([member for member in takes if not is_one_of(member, LISTS)])
            if not is_subtype(literal, others):  # a text is a list of its letters to mypy, and nobody means that
                hint = did_you_mean(
                    names_near(text, sorted({each for member in takes for each in literals_of(member)}))
                )
                yield Fault(written, f'{place} is "{text}"; it must be {in_words(takes)}{hint}')
            return
        known = self._type(written)
        free = self._widened(wanted, texts=not is_known_text(known))
        if known is None or is_subtype(known, free):
            return
        with self.api.msg.filter_errors(), self.api.local_type_map:
            again = get_proper_type(self.api.get_expression_type(written, wanted))
        if not isinstance(again, UNKNOWN) and not is_subtype(again, free):
            shown = format_type_bare(known, self.api.options)
            yield Fault(written, f"{place} is {with_article(shown)}; it must be {in_words(takes)}")

    def _type(self, written: Expression) -> ProperType | None:
        """The type that an expression has where it stands; None when that is not known."""
        if self._types is None:
            with self.api.msg.filter_errors(), self.api.local_type_map as types:
                self.api.get_expression_type(self.argument, self.takes)
            self._types = dict(types)
        found = get_proper_type(self._types.get(written))
        return None if found is None or isinstance(found, UNKNOWN) else found

    def _widened(self, kind: Type, texts: bool) -> Type:
        """A type with what may stand in a variable in place of what is written: any mapping, any text."""
        found: list[Type] = []
        for member in members_of(kind):
            if isinstance(member, TypedDictType):
                of: list[Type] = [self.api.named_type("builtins.str"), self.api.named_type("builtins.object")]
                found.append(self.api.named_generic_type("typing.Mapping", of))
            elif texts and literals_of(member):
                found.append(self.api.named_type("builtins.str"))
            if isinstance(member, Instance) and member.args:
                found.append(member.copy_modified(args=[self._widened(arg, texts) for arg in member.args]))
            else:
                found.append(member)
        return UnionType.make_union(found)
