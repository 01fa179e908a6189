"""What a docstring says about a function and its arguments, in the three styles that people write. Pure.

    first_paragraph(text)      what the function does, as one line
    argument_texts(text)       name → what is said about that argument

Understood: Google (`Args:` and an indented list `name (type): text`), numpy (`Parameters` underlined, `name : type`,
the text indented below), Sphinx (`:param name: text`, `:param type name: text`). A text over several lines is joined
to one. Weak spots: a mixture of styles is read as far as each goes; Markdown lists are no style that is known here.
"""

from __future__ import annotations

import inspect
import re

_GOOGLE = re.compile(r"^(?:Args|Arguments|Parameters|Params|Keyword Args|Keyword Arguments|Attributes):\s*$")
_NUMPY = re.compile(r"^(?:Parameters|Other Parameters|Attributes)\s*$")
_SECTION = re.compile(
    r"^(?:Args|Arguments|Params|Parameters|Keyword Arg(?:ument)?s|Attributes|Returns?|Yields?|Raises|Examples?|Notes?"
    r"|Warnings?|See Also|References|Todo):\s*$"
)
_FIELD = re.compile(r"^:(?:param|parameter|arg|argument|key|keyword)\s+(?:[^:]*?\s)?\*{0,2}(\w+)\s*:\s*(.*)$")
_ANY_FIELD = re.compile(r"^:\w+[^:]*:")
_GOOGLE_ITEM = re.compile(r"^\*{0,2}(\w+)\s*(?:\(.*?\))?\s*:\s*(.*)$")
_NUMPY_ITEM = re.compile(r"^\*{0,2}\w+(?:\s*,\s*\*{0,2}\w+)*\s*(?::.*)?$")


def first_paragraph(text: str | None) -> str | None:
    """The text up to the first empty line, section or field, on one line; None when there is none."""
    kept: list[str] = []
    lines = inspect.cleandoc(text or "").splitlines()
    for number, line in enumerate(lines):
        underlined = number + 1 < len(lines) and _is_rule(lines[number + 1])
        if not line.strip() or _SECTION.match(line) or _ANY_FIELD.match(line) or underlined:
            break
        kept.append(line.strip())
    return " ".join(kept) or None


def argument_texts(text: str | None) -> dict[str, str]:
    """What is said about each argument, by name."""
    lines = inspect.cleandoc(text or "").splitlines()
    found: dict[str, list[str]] = {}
    for number, line in enumerate(lines):
        rest = lines[number + 1 :]
        field = _FIELD.match(line)
        if field:
            found[field[1]] = [field[2], *_indented(rest)]
        elif _GOOGLE.match(line):
            _google(_indented(rest), found)
        elif _NUMPY.match(line) and rest and _is_rule(rest[0]):
            _numpy(rest[1:], found)
    joined = {name: " ".join(part.strip() for part in parts if part.strip()) for name, parts in found.items()}
    return {name: said for name, said in joined.items() if said}


def _is_rule(line: str) -> bool:
    return len(line.strip()) >= 3 and not line.strip("- ")


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _indented(lines: list[str]) -> list[str]:
    """The lines up to the first that is not indented; empty ones between them count."""
    kept: list[str] = []
    for line in lines:
        if line.strip() and not _depth(line):
            break
        kept.append(line)
    return kept


def _google(lines: list[str], found: dict[str, list[str]]) -> None:
    depth = min((_depth(line) for line in lines if line.strip()), default=0)
    name = ""
    for line in lines:
        item = _GOOGLE_ITEM.match(line.strip()) if _depth(line) == depth else None
        if item:
            name = item[1]
            found[name] = [item[2]]
        elif name:
            found[name].append(line)


def _numpy(lines: list[str], found: dict[str, list[str]]) -> None:
    names: list[str] = []
    for number, line in enumerate(lines):
        if number + 1 < len(lines) and line.strip() and _is_rule(lines[number + 1]):
            return  # the title of the next section
        if line.strip() and not _depth(line):
            if not _NUMPY_ITEM.match(line):
                return
            names = [name.strip().lstrip("*") for name in line.partition(":")[0].split(",")]
            found.update((name, []) for name in names)
        else:
            for name in names:
                found[name].append(line)
