"""Modules that are made when they are imported: their names come from a table, their values from where they live.

    serve("typed_openai.dict_forms", modules, names_of, value_of)

Hundreds of small modules (`typed_openai.types.chat.chat_completion_message_param`, ...) are a table and this loader
in place of hundreds of files. To Python they are ordinary modules: `import`, `dir()`, `importlib.util.find_spec` and
pickles find them; a value is made when it is first asked for. Type checkers read the stubs that `tools/stubgen` writes.

Weak spot: tools that look for files (a freezer such as PyInstaller) see the packages and not the modules in them; the
table itself is a file of the package and travels with it.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Collection, Sequence
from types import ModuleType
from typing import Any

from typed_openai.core.lazy_names import looked_up


class MadeModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The modules below one package: which there are, what each is called to have, and how a value is found."""

    def __init__(
        self,
        package: str,
        modules: Collection[str],
        names_of: Callable[[str], Sequence[str]],
        value_of: Callable[[str, str], Any],
    ) -> None:
        self.package = package
        self.modules = modules
        self.names_of = names_of
        self.value_of = value_of

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Where a module below the package comes from: here."""
        if fullname not in self.modules:
            return None
        is_package = any(other.startswith(f"{fullname}.") for other in self.modules)
        return importlib.machinery.ModuleSpec(fullname, self, origin=self.package, is_package=is_package)

    def exec_module(self, module: ModuleType) -> None:
        """Give a module its names, each to be looked up when it is first used."""
        names = sorted(self.names_of(module.__name__))
        look_up, listed = looked_up(module.__name__, names, self.value_of)
        module.__dict__.update(__all__=names, __getattr__=look_up, __dir__=listed)


def serve(
    package: str,
    modules: Collection[str],
    names_of: Callable[[str], Sequence[str]],
    value_of: Callable[[str, str], Any],
) -> None:
    """Let Python find the modules (full names) below a package; `value_of(module, name)` finds what stands in one."""
    known = [finder for finder in sys.meta_path if isinstance(finder, MadeModules) and finder.package == package]
    for finder in known:  # the package is loaded once more (importlib.reload)
        sys.meta_path.remove(finder)
    sys.meta_path.append(MadeModules(package, modules, names_of, value_of))
