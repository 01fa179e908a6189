"""Types of mypy as far as dict forms are concerned, and what is said of them to people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from mypy.types import (
    AnyType,
    DeletedType,
    Instance,
    LiteralType,
    NoneType,
    PartialType,
    ProperType,
    Type,
    TypedDictType,
    UnboundType,
    UninhabitedType,
    UnionType,
    get_proper_type,
)

LISTS = {"builtins.list", "typing.Sequence", "typing.Iterable", "typing.Collection", "typing.MutableSequence"}
ANY_DICT = {"typed_openai.models.base.AnyDict"}
DICTS = {"builtins.dict", "typing.Mapping", "typing.MutableMapping"}
UNKNOWN = (AnyType, DeletedType, PartialType, UnboundType, UninhabitedType)
_SHOWN = 10


def members_of(kind: Type | None) -> Iterator[ProperType]:
    """The members of a type that may be a union, at whatever depth of aliases."""
    found = get_proper_type(kind)
    if isinstance(found, UnionType):
        for item in found.items:
            yield from members_of(item)
    elif found is not None:
        yield found


def is_one_of(kind: ProperType, names: set[str]) -> bool:
    return isinstance(kind, Instance) and kind.type.fullname in names


def has_forms(kind: Type | None) -> bool:
    return any(
        isinstance(member, TypedDictType) or (isinstance(member, Instance) and any(map(has_forms, member.args)))
        for member in members_of(kind)
    )


def literals_of(kind: Type) -> list[str]:
    """The texts that a type consists of."""
    found = [member for member in members_of(kind) if isinstance(member, LiteralType)]
    texts = [member.value for member in found if is_one_of(member.fallback, {"builtins.str"})]
    return [text for text in texts if isinstance(text, str)]


def is_known_text(kind: ProperType | None) -> bool:
    """Whether a type says which text it is, or which ones."""
    members = list(members_of(kind))
    return bool(members) and all(literals_of(member) for member in members)


def tag_of(forms: Sequence[TypedDictType]) -> str | None:
    """The key by which several forms are told apart: all have it, as a literal, and not all the same."""
    shared = [key for key in forms[0].items if all(key in form.items for form in forms)]
    for key in sorted(shared, key=lambda key: ("type", "role").index(key) if key in ("type", "role") else 2):
        values = [frozenset(literals_of(form.items[key])) for form in forms]
        if all(values) and len(set(values)) > 1:
            return key
    return None


def names_near(name: str, names: Sequence[str]) -> list[str]:
    """What somebody may have meant by a name: what is spelled alike, or has a word that is."""
    alike = get_close_matches(name, names, 1, 0.65)
    if alike or len(name) < 3:
        return alike
    words = {word for each in names for word in each.split("_")}
    near = {name, *get_close_matches(name, sorted(words), 1, 0.75)}
    found = [each for each in names if near & set(each.split("_"))]
    return found if len(found) < 4 else []


def did_you_mean(names: Sequence[str]) -> str:
    return f"; did you mean {listed(names)}?" if names else ""


def keys_holding(key: str, form: TypedDictType, missing: Sequence[str]) -> list[str]:
    """The keys of a form in whose dicts a key would be right, those that are missing first."""
    names = dict.fromkeys([*missing, *form.items])
    return [
        name
        for name in names
        if any(isinstance(member, TypedDictType) and key in member.items for member in members_of(form.items[name]))
    ]


def keys_in_words(key: str, form: TypedDictType) -> str:
    """Which keys there are; whether one is known as a kind of thing, whose keys stand beside its name here."""
    every = listed(sorted(form.items), "and")
    is_kind = any(key in literals_of(kind) for kind in form.items.values())
    return f"; what is in it stands beside the other keys here: {every}" if is_kind else f"; its keys are {every}"


def in_words(kinds: Sequence[ProperType], article: bool = True) -> str:
    """What may stand somewhere, in words; models are passed over where their dicts are named."""
    texts = [f'"{text}"' for kind in kinds for text in literals_of(kind)]
    forms = any(isinstance(kind, TypedDictType) for kind in kinds)
    others = [kind for kind in kinds if not literals_of(kind)]
    shown = [kind for kind in others if not (forms and isinstance(kind, Instance) and _is_model(kind))]
    return listed(list(dict.fromkeys([*texts, *(_name(kind, article) for kind in shown)])), quoted=False)


def _is_model(kind: Instance) -> bool:
    return kind.type.fullname.startswith("typed_openai.models.")


def _name(kind: ProperType, article: bool) -> str:
    if isinstance(kind, Instance) and is_one_of(kind, LISTS):
        return f"a list of {in_words(list(members_of(kind.args[0])), article=False)}"
    if isinstance(kind, NoneType):
        return "None"
    name = str(kind)
    if isinstance(kind, Instance | TypedDictType):
        info = kind.type if isinstance(kind, Instance) else kind.fallback.type
        name = "dict" if is_one_of(kind, DICTS) else info.name
    return with_article(name) if article else name


def with_article(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def listed(names: Sequence[str], word: str = "or", quoted: bool = True) -> str:
    shown = [f'"{name}"' if quoted else name for name in names[:_SHOWN]]
    if len(names) > _SHOWN:
        return f"{', '.join(shown)}, ..."
    return f" {word} ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
