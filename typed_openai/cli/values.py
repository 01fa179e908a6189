"""What people type, as values of a parameter: texts, numbers, JSON, YAML, `key=value`, files, standard input.

    --temperature 0.5                  a number where the parameter takes one, else a text
    --stop END --stop STOP             a list is given one by one, or as JSON
    --metadata a=1 --metadata b.c=2    an object member by member, or as JSON or YAML
    --messages @chat.yaml              the content of a file; `@@x` is the text `@x`
    --input -                          standard input, once
    --temperature null                 an explicit null, where the API takes one

Nothing is judged here: a value that fits nothing goes on as the text it is, and is refused by the request itself, in
its words. Only what cannot be read at all is an error of usage (`click.BadParameter`).

Weak spot: where a text and an object are both allowed, what begins with `{` or `[` and is JSON is an object.
"""

from __future__ import annotations

import io
import json
import os
import stat
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args, get_origin

import click
from pydantic import BaseModel

from typed_openai.core.declare.signature import members_of
from typed_openai.core.request.multipart import BinaryReader
from typed_openai.models.base import NULL, Null

_FILES = (os.PathLike, bytes, bytearray, memoryview, BinaryReader, io.StringIO, tuple)
_STRUCTURED = (".json", ".yaml", ".yml")


@dataclass(slots=True)
class Shape:
    """Which kinds of values a parameter takes."""

    text: bool = False
    null: bool = False
    whole: bool = False
    number: bool = False
    boolean: bool = False
    file: bool = False
    object: bool = False
    members: Any = None
    """Of an object whose members all have one type: that type."""
    items: Shape | None = None
    """Of a list: what is in it."""
    words: tuple[str, ...] = ()
    """The texts that are known."""
    foreign: bool = False
    """Takes nothing that can be typed: functions, classes, clients."""

    @property
    def repeats(self) -> bool:
        """Whether the option may be given several times."""
        return self.items is not None or self.object

    @property
    def typeable(self) -> bool:
        """Whether anything that it takes can be typed."""
        return self.text or self.whole or self.number or self.boolean or self.file or self.repeats or bool(self.words)

    def metavar(self) -> str:
        """How `--help` names what is wanted."""
        if self.file:
            return "FILE"
        names = ["|".join(self.words)] if self.words and len("|".join(self.words)) < 60 else []
        names += ["TEXT"] if self.text or (self.words and not names) else []
        names += ["NUMBER"] if self.number else ["INTEGER"] if self.whole else []
        names += ["true|false"] if self.boolean and names else []
        names += ["OBJECT"] if self.object else []
        if self.items is not None and not names:
            names.append(self.items.metavar())
        return "|".join(dict.fromkeys(names)) or "TEXT"


def shape_of(annotation: Any) -> Shape:
    """The shape of what a parameter with that annotation takes."""
    shape = Shape()
    for member in members_of(annotation):
        _add(shape, member, get_origin(member))
    return shape


def _add(shape: Shape, member: Any, origin: Any) -> None:
    if member is None or member is Null:
        shape.null = shape.null or member is Null
    elif origin is Literal:
        shape.words += tuple(word for word in get_args(member) if isinstance(word, str))
    elif member in (str, int, float, bool):
        name = {str: "text", int: "whole", float: "number", bool: "boolean"}[member]
        setattr(shape, name, True)
    elif member in _FILES or origin in _FILES:
        shape.file = True
    elif origin is not None and issubclass(origin, Mapping):
        shape.object, shape.members = True, get_args(member)[1]
    elif origin is not None and issubclass(origin, Iterable):
        shape.items = shape_of(get_args(member)[0])
    elif isinstance(member, type) and (issubclass(member, BaseModel) or _is_typed_dict(member)):
        shape.object = True
    elif member in (Any, object):
        shape.text = shape.object = True
    else:
        shape.foreign = True


def _is_typed_dict(member: type[Any]) -> bool:
    return issubclass(member, dict) and hasattr(member, "__total__")


@dataclass
class Typed:
    """Standard input, read at most once, and what it was read for."""

    stream: BinaryIO | None = None
    taken: str = ""
    _content: bytes = field(default=b"", repr=False)

    def content(self, wanted: str) -> bytes:
        """All of it; raises a usage error when another option has it already."""
        if self.taken and self.taken != wanted:
            raise click.UsageError(f"{wanted} and {self.taken} both want standard input, which is read once")
        if not self.taken:
            self.taken = wanted
            patience = threading.Timer(_PATIENCE, _waits)
            patience.daemon = True
            patience.start()
            try:
                self._content = (self.stream or sys.stdin.buffer).read()
            finally:
                patience.cancel()
        return self._content


_PATIENCE = 2.0
"""Seconds after which it is said that standard input is waited for: a pipe that nobody closes never ends."""


def _waits() -> None:
    sys.stderr.write("Waiting for standard input to end; `< /dev/null` goes on without it.\n")
    sys.stderr.flush()


def value_of(texts: Sequence[str], shape: Shape, name: str, stdin: Typed) -> Any:
    """The value of an option that was given these texts; `name` is how messages call it."""
    read = [_one(text, shape if shape.items is None else _item(shape), name, stdin) for text in texts]
    if shape.items is not None:
        if len(read) == 1 and (isinstance(read[0], list) or (shape.text and isinstance(read[0], str))):
            return read[0]  # JSON of the whole list, or the one text that may stand for it
        return [part for value in read for part in (value if isinstance(value, list) else [value])]
    if shape.object and len(read) > 1 and all(isinstance(value, dict) for value in read):
        return _merged(read)
    return read[-1]


def _item(shape: Shape) -> Shape:
    """What one occurrence of a repeated option may be: an item, or the whole list as JSON."""
    item = shape.items or shape
    return Shape(
        text=item.text or shape.text,
        null=item.null,
        whole=item.whole or shape.whole,
        number=item.number or shape.number,
        boolean=item.boolean,
        file=item.file,
        object=item.object,
        members=item.members,
        items=shape.items,
        words=item.words,
    )


def _merged(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Objects as one, the last ones on top, at any depth."""
    whole: dict[str, Any] = {}
    for part in parts:
        for name, value in part.items():
            known = whole.get(name)
            whole[name] = _merged([known, value]) if isinstance(known, dict) and isinstance(value, dict) else value
    return whole


def _one(text: str, shape: Shape, name: str, stdin: Typed) -> Any:
    if shape.file:
        return stdin.content(name) if text == "-" else text.removeprefix("@")
    if text == "-":
        return _content(decoded(stdin.content(name), name), shape, name, not shape.text)
    if text.startswith("@@"):
        return text[1:]
    if text.startswith("@"):
        path = Path(text[1:])
        structured = path.suffix.lower() in _STRUCTURED and (shape.object or shape.items is not None)
        return _content(decoded(_file(path, name), name), shape, name, structured or not shape.text)
    return _content(text, shape, name, False)


def _content(text: str, shape: Shape, name: str, structured: bool) -> Any:
    takes_more = shape.object or shape.items is not None
    if structured and takes_more:
        return structure(text, name)
    if takes_more and text.lstrip().startswith(("{", "[")):
        try:
            return structure(text, name)
        except click.BadParameter:
            if shape.text:
                return text  # a text that only begins like that
            raise
    if shape.null and text == "null":
        return NULL
    if shape.boolean and text in ("true", "false"):
        return text == "true"
    if text in shape.words:
        return text
    if shape.whole or shape.number:
        scalar = _scalar(text)
        if isinstance(scalar, int | float) and not isinstance(scalar, bool):
            return scalar
    if shape.object and not shape.text:
        return _pair(text, shape.members, name)
    return text


def _pair(text: str, members: Any, name: str) -> Any:
    """`a.b=1` as `{"a": {"b": 1}}`; any other text as it is."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        return text
    whole: Any = value if members is str else _scalar(value)
    for part in reversed(key.strip().split(".")):
        whole = {part: whole}
    return whole


def _scalar(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def structure(text: str, name: str) -> Any:
    """JSON or YAML as a value; raises `click.BadParameter` with the place of what is wrong."""
    try:
        return json.loads(text)
    except ValueError as error:
        first = error
    import yaml

    try:
        return yaml.load(text, _loader())  # noqa: S506 - a SafeLoader with less
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark is not None else str(error)
        said = first if text.lstrip().startswith(("{", "[")) else f"{getattr(error, 'problem', '')} at {where}"
        raise click.BadParameter(f"{name} is not JSON, nor YAML: {said}") from None


def _loader() -> Any:
    """YAML as JSON has it: dates stay texts, and so do `yes` and `no`."""
    import yaml

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = {
            first: [(tag, pattern) for tag, pattern in known if not tag.endswith((":timestamp", ":bool"))]
            for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    import re

    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), ["t", "f"])
    return Loader


def _file(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        hint = "" if path.exists() else f"; for the text itself type @@{path}"
        raise click.BadParameter(f"{name}: cannot read {str(path)!r}: {error.strerror}{hint}") from None


def decoded(content: bytes, name: str) -> str:
    """Bytes as text; raises `click.BadParameter` where they are none."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"{name}: not text in UTF-8 (byte {error.start})") from None


def parameter(name: str, text: str) -> tuple[str, Any]:
    """A parameter that was given as name and value (`-o temperature 0.5`): JSON where it is some, else a text."""
    return name.replace("-", "_"), _scalar(text)


def is_piped() -> bool:
    """Whether standard input is a pipe or a file, and not a terminal, nothing, or somebody else's socket."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError, AttributeError):
        return not (sys.stdin is None or sys.stdin.closed or sys.stdin.isatty())
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode)
