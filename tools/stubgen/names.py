"""The stubs of `typed_openai.types`: the official names as aliases of our classes and dict forms, a file a package.

The names come from the table that the run time reads too (`typed_openai.dict_forms.official_names`).
"""

from __future__ import annotations

from typing import Any

from tools.stubgen.model import Module
from tools.stubgen.printing import BANNER, Printer
from typed_openai.dict_forms.making import module_of, name_of
from typed_openai.dict_forms.official_names import ROOT, found_at, names_in, own_names, place_of, table


def packages() -> list[str]:
    """The modules of `typed_openai.types` that have modules below them, and that itself."""
    places = {place for place in table() if any(other.startswith(f"{place}.") for other in table())}
    return [ROOT, *(f"{ROOT}.{place}" for place in sorted(places) if place)]


def _is_place(value: Any) -> bool:
    return isinstance(value, str) and ":" in value


class NamesPrinter(Printer):
    """Prints one module of official names."""

    def __init__(self, name: str) -> None:
        super().__init__(Module(name, True, []))
        self.rows: dict[str, Any] = {**table().get(place_of(name), {})}
        self.rows |= {own: value for own, value in own_names(self.rows).items() if own not in self.rows}
        handed_on = {row: self.found(value) for row, value in self.rows.items() if _is_place(value)}
        self.handed_on = {row: module for row, (module, own) in handed_on.items() if own == row}
        self.taken |= {**dict.fromkeys(names_in(name), name), **self.handed_on}

    def text(self) -> str:
        """The whole file."""
        aliases = [name for name in sorted(self.rows) if name not in self.handed_on]
        body = [f"{name}: {self.imported('typing', 'TypeAlias')} = {self.written(self.rows[name])}" for name in aliases]
        handed_on = {f"from {module} import {name} as {name}" for name, module in self.handed_on.items()}
        single = {line for line in self.imports if f"{line} as {line.rpartition(' ')[2]}" not in handed_on}
        return "\n".join([BANNER, *sorted(single | handed_on), "", *body, ""])

    def written(self, value: Any) -> str:
        """A value of the table as a type."""
        if isinstance(value, list):
            return " | ".join(map(self.written, value))
        if isinstance(value, dict):
            ((kind, inner),) = value.items()
            if kind == "literal":
                return f"{self.imported('typing', 'Literal')}[{', '.join(map(repr, inner))}]"
            if kind == "list":
                return f"{self.imported('collections.abc', 'Sequence')}[{self.written(inner)}]"
            return f"dict[{', '.join(map(self.written, inner))}]"
        return self.imported(*self.found(value)) if _is_place(value) else str(value)

    @staticmethod
    def found(value: str) -> tuple[str, str]:
        """Where a class, an alias or a form is defined, and its name there."""
        if value.startswith("form "):
            model = found_at(value)
            return module_of(model), name_of(model)
        module, _, name = value.partition(":")
        return f"typed_openai.{module}", name
