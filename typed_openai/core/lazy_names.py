"""Names of a module that are looked up when they are first used, so that importing the module loads nothing.

    _names = Folder(__name__)                                 # in a folder's `__init__.py`: the names of its modules
    __getattr__, __dir__ = _names.find, _names.listed
    __getattr__, __dir__ = looked_up(__name__, names, find)   # names from a table, values from a function
    named("typed_openai.streaming.chat.EVENTS")               # one name, of which a declaration says where it is

Rules
* Importing a folder loads nothing; each of its names is looked up when it is first used.
* A folder hands on what its modules define (classes, functions, constants, aliases without an underscore), and what the
  modules named in `also` define. Where two modules define the same name, the first by name wins, as in the stub, unless
  it is one of `several`, which the folder does not have.
* Type checkers read the stub of the folder, which `tools/stubgen` writes from the same list (`defined_in`).

Weak spot: `dir()` and `import *` read the sources of the folder; where there are none, they list only submodules.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any


def looked_up(
    module: str, names: Sequence[str], value_of: Callable[[str, str], Any]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a module whose names are looked up, each when it is first used."""

    def look_up(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        value = value_of(module, name)
        setattr(sys.modules[module], name, value)
        return value

    return look_up, lambda: sorted({*vars(sys.modules[module]), *names})


def named(place: Any) -> Any:
    """What a full name stands for (`"typed_openai.streaming.chat.EVENTS"`), loaded now; anything else is what it is."""
    if not isinstance(place, str):
        return place
    module, _, name = place.rpartition(".")
    return getattr(importlib.import_module(module), name)


class Folder:
    """The names of a folder: those that its modules define, and those of the modules `also`.

    `former`: names of before → those of today. With `both_ways` a class that goes both ways (`Shape`) has its name with
    `Param` behind it too, as it was called where it is given. `several`: names that stand for other things in other
    modules, and so have to be imported from there.
    """

    def __init__(
        self,
        package: str,
        also: Sequence[str] = (),
        former: Mapping[str, str] | None = None,
        both_ways: bool = False,
        several: Collection[str] = (),
    ) -> None:
        self.package = package
        self.also = also
        self.former: dict[str, str] = dict(former or {})
        self.both_ways = both_ways
        self.several = several

    def find(self, name: str) -> Any:
        """What a name of the folder stands for (`__getattr__`)."""
        if name == "__all__":  # `from ... import *`
            return sorted(self.homes())
        if name in self.several:
            homes = [home for home in modules_in(self.package) if name in defined_in(home)]
            raise AttributeError(f"{self.package} has several {name!r}: import it from {' or '.join(homes)}", name=name)
        for home in () if name.startswith("_") else (*modules_in(self.package), *self.also):
            value = vars(importlib.import_module(home)).get(name, sys)
            if not inspect.ismodule(value):
                setattr(sys.modules[self.package], name, value)
                return value
        today = self.former.get(name) or (name.removesuffix(_GIVEN) if self.both_ways else name)
        if today != name and (name in self.former or _goes_both_ways(self.find(today))):
            return self.find(today)
        raise AttributeError(f"module {self.package!r} has no attribute {name!r}", name=name)

    def listed(self) -> list[str]:
        """All names there are (`__dir__`)."""
        return sorted({*vars(sys.modules[self.package]), *self.homes()})

    def homes(self) -> dict[str, tuple[str, str]]:
        """Every name that the folder hands on: the module that defines it, and its name there."""
        found: dict[str, tuple[str, str]] = {}
        for home in (*modules_in(self.package), *self.also):
            for name in (each for each in defined_in(home) if each not in self.several):
                found.setdefault(name, (home, name))
        for name in [*found] if self.both_ways else ():
            if f"{name}{_GIVEN}" not in found and _goes_both_ways(self.find(name)):
                found[f"{name}{_GIVEN}"] = found[name]
        return found | {name: found[today] for name, today in self.former.items()}


_GIVEN = "Param"


def _goes_both_ways(value: object) -> bool:
    """Whether something is a `Shape` (which nobody imports here)."""
    return isinstance(value, type) and any(base.__name__ == "Shape" for base in value.__mro__[1:])


def modules_in(package: str) -> list[str]:
    """The full names of the modules in a folder."""
    places = importlib.import_module(package).__path__
    return sorted(f"{package}.{found.name}" for found in pkgutil.iter_modules(places) if not found.ispkg)


def defined_in(module: str) -> list[str]:
    """The public names that the source of a module defines, in its order; none where there is no source."""
    try:
        source = inspect.getsource(importlib.import_module(module))
    except OSError:
        return []
    return list(dict.fromkeys(name for name in _assigned(ast.parse(source).body) if not name.startswith("_")))


def _assigned(body: Sequence[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.If):
            yield from _assigned([*node.body, *node.orelse])
