"""JSONL files before they are uploaded: every fault of every line, for the purposes whose lines have a known shape.

    for fault in check_jsonl("training.jsonl", "fine-tune"):
        print(fault)                      # line 3, messages[0].role: one of 'developer', 'system', ..., got 'usr'

What a line must be
* `fine-tune`: a chat example (`messages`), a preference (`input`, `preferred_output`, `non_preferred_output`) or a
  legacy one (`prompt`, `completion`), the same kind in the whole file;
* `batch`: a request with a `custom_id` of its own, one `url` in the whole file, and a `body` that the operation behind
  the url would accept;
* `evals`: an object with an `item`.

`files.create` and `uploads.upload_file_chunked` look before they send: with `validation="strict"` a fault is a
`RequestValidationError`, with `"warn"` it is logged, `"off"` and `check=False` do not look. Files of all other purposes
are never looked into.

Rules: lines end with LF (CRLF is taken too), so U+2028 inside a text is not an end; the last line may have no end, and
empty lines may only stand after it. Nothing is kept in memory but one line at a time.

Weak spots: the service has rules of its own beyond shapes (ten examples at least, limits of tokens), which are its
business. A stream that cannot be read again is not looked into before it is sent.
"""

from __future__ import annotations

import io
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from pydantic import ValidationError
from pydantic_core import PydanticCustomError, from_json

from typed_openai.bulk.batches import Lines
from typed_openai.bulk.endpoints import operation_at
from typed_openai.core.redact import logger
from typed_openai.core.request.faults import shown
from typed_openai.core.request.multipart import can_seek, content_of, put_back
from typed_openai.core.request.refusals import faults
from typed_openai.core.run.effects import Flow, Work
from typed_openai.errors import Fault, RequestValidationError
from typed_openai.models.base import Params
from typed_openai.models.batches import BatchRequestInput
from typed_openai.models.file_input import FileCheck, FileInput
from typed_openai.models.fine_tuning import training

if TYPE_CHECKING:
    from typed_openai.core.caller import Caller
    from typed_openai.core.run.effects import Request

PURPOSES = ("fine-tune", "batch", "evals")
"""The purposes whose lines are known."""

_BLOCK = 1 << 20
_PLACE = re.compile(r"(.*) at line \d+ column (\d+)$", re.DOTALL)
_SHOWN = 60


class LineFault(Fault):
    """One thing that is wrong in a JSONL file: in which line (from 1), where in it, what is allowed, what was given."""

    __slots__ = ("line",)

    def __init__(self, line: int, path: str, allowed: str, given: str, hint: str = "") -> None:
        super().__init__(path, allowed, given, hint)
        self.line = line

    def __str__(self) -> str:
        text = super().__str__()
        return f"line {self.line}, {text}" if self.path else f"line {self.line}{text}"

    def __reduce__(self) -> tuple[Any, ...]:
        return LineFault, (self.line, self.path, self.allowed, self.given, self.hint)


def check_jsonl(source: FileInput, purpose: str) -> list[LineFault]:
    """Everything that is wrong with a JSONL file; an empty list when it is fine, or its purpose is not known here.

    `source` is anything that `files.create` takes: a path, bytes, an open binary file (read from its beginning and left
    where it stood), a `StringIO`, `(name, content)`. What cannot be rewound is read to its end. Raises
    `RequestValidationError` when the source is not a file that can be read.
    """
    if purpose not in PURPOSES:
        return []
    return look_at(source, _KINDS[purpose]())


def look_at(source: FileInput, kind: Kind) -> list[LineFault]:
    """Everything that is wrong with a file whose lines are of this kind; raises as `check_jsonl` does."""
    try:
        content = content_of(FileCheck(allow_empty=True)(source))
    except PydanticCustomError as error:
        raise RequestValidationError("check_jsonl", [Fault("source", str(error), shown(source))]) from None
    look = _Look(kind)
    with ExitStack() as stack:
        for number, line in _lines(_reader(content, stack)):
            if not look.at(number, line):
                break
    return look.found


def check_before_sending(client: Caller, request: Request) -> Flow[None]:
    """A step before an upload: refuse (or log) what is wrong with the file in this form, if its purpose is known."""
    files = dict(request.form.files) if request.form is not None else {}
    purpose = request.form.fields.get("purpose", [""])[-1] if request.form is not None else ""
    if "file" in files:
        yield from refuse_faulty(client, request.operation, files["file"], purpose)


def refuse_faulty(client: Caller, operation: str, file: Any, purpose: str) -> Flow[None]:
    """As `check_before_sending`, for a file that goes out some other way."""
    content = content_of(file)
    again = isinstance(content, bytes | bytearray | memoryview | PathLike) or can_seek(content)
    if purpose not in PURPOSES or not again:
        return
    found: list[LineFault] = yield Work(check_jsonl, file, purpose)
    if not found:
        return
    error = RequestValidationError(operation, found)
    if client.config.validation == "warn":
        logger.warning("%s: sent as given although %s", operation, error)
        return
    error.add_note("check=False uploads the file as it is")
    raise error


# --- lines -----------------------------------------------------------------------------------------------------------


def _reader(content: Any, stack: ExitStack) -> Callable[[int], bytes]:
    """How to read a file from its beginning; an open one is put back where it stood."""
    if isinstance(content, PathLike):
        return stack.enter_context(open(content, "rb")).read
    if isinstance(content, io.StringIO):
        content = content.getvalue().encode("utf-8", "surrogatepass")
    if isinstance(content, bytes | bytearray | memoryview):
        return io.BytesIO(content).read
    if can_seek(content):
        stack.callback(put_back, content, content.tell())
        content.seek(0)
    read: Callable[[int], bytes] = content.read
    return read


def _lines(read: Callable[[int], bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers, without their ends; empty ones only if something follows, or nothing is there."""
    lines, number, empty = Lines(), 0, 0
    while block := read(_BLOCK):
        for line in lines.feed(block):
            number += 1
            if not line.strip():
                empty += 1
                continue
            yield from ((number - back, b"") for back in range(empty, 0, -1))
            empty = 0
            yield number, line
    rest = lines.close()
    if rest.strip():
        number += 1
        yield from ((number - back, b"") for back in range(empty, 0, -1))
        yield number, rest
    elif number == empty:
        yield 1, b""


class _Look:
    """Goes through the lines of one file and collects what is wrong."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.found: list[LineFault] = []

    def at(self, number: int, line: bytes) -> bool:
        """Look at one line; False when there is no point in looking at the rest."""
        line = line.rstrip(b"\r")
        if number == 1 and line.startswith(BOM_UTF8):
            self._add(
                number, Fault("", "JSON from its first byte", "a byte order mark", "save it as UTF-8 without BOM")
            )
            line = line.removeprefix(BOM_UTF8)
        if number == 1 and line.strip() in (b"[", b"{"):
            hint = "the file is one long JSON text: write each object into one line, without [ ] around them"
            self._add(number, Fault("", "a whole JSON object", line.decode(), hint))
            return False
        if self.kind.is_fine(number, line):
            return True
        try:
            line.decode()
            data = from_json(line, allow_inf_nan=False)
        except UnicodeDecodeError as error:
            self._add(number, Fault("", "text in UTF-8", f"byte 0x{line[error.start]:02x} at column {error.start + 1}"))
        except ValueError as error:
            self._add(number, _no_json(line, str(error)))
        else:
            if isinstance(data, dict):
                for fault in self.kind.faults(number, data):
                    self._add(number, fault)
            else:
                self._add(number, Fault("", "a JSON object", shown(data)))
        return True

    def _add(self, number: int, fault: Fault) -> None:
        hint = fault.hint
        if "extra_body" in hint:  # a way around that a line does not have
            hint = f"{hint.partition('?')[0]}?" if hint.startswith("did you mean") else ""
        self.found.append(LineFault(number, fault.path, fault.allowed, fault.given, hint))


def _no_json(line: bytes, said: str) -> Fault:
    if not line.strip():
        return Fault("", "a JSON object", "an empty line")
    place = _PLACE.match(said)
    why, column = (place[1], int(place[2])) if place else (said, 0)
    begin = max(0, column - _SHOWN // 2) if len(line) > _SHOWN else 0
    near = line[begin : begin + _SHOWN].decode("utf-8", "replace")
    return Fault("", f"a JSON object; {why} at column {column}", f"{'…' if begin else ''}{near!r}")


# --- what a line must be ---------------------------------------------------------------------------------------------


class Kind(Protocol):
    """What the lines of one file must be; remembers what earlier lines said."""

    def is_fine(self, number: int, line: bytes) -> bool:
        """Whether a line is surely right: what most lines are told by, in one call into Rust."""
        ...

    def faults(self, number: int, data: dict[str, Any]) -> list[Fault]:
        """What is wrong with a line that may not be."""
        ...


class _Examples:
    """Fine-tuning: examples of one kind."""

    names: ClassVar[dict[type[Params], tuple[str, ...]]] = {
        training.ChatExample: ("messages",),
        training.PreferenceExample: ("input", "preferred_output", "non_preferred_output"),
        training.CompletionExample: ("prompt", "completion"),
    }

    def __init__(self) -> None:
        self.model: type[Params] | None = None
        self.first = 0

    def is_fine(self, number: int, line: bytes) -> bool:
        return self.model is not None and _read(self.model, line) is not None

    def faults(self, number: int, data: dict[str, Any]) -> list[Fault]:
        model = next((model for model, names in self.names.items() if not data.keys().isdisjoint(names)), None)
        if model is None:
            allowed = " or ".join(" + ".join(names) for names in self.names.values())
            return [Fault("", f"an object with {allowed}", shown(list(data)))]
        if self.model is None:
            self.model, self.first = model, number
        if model is not self.model:
            wanted, given = (" + ".join(self.names[each]) for each in (self.model, model))
            return [Fault("", f"an object with {wanted}, as line {self.first}", f"one with {given}")]
        return _faults_of(model, data)


class Requests:
    """Batches: requests to one url (unless `mixed`), each with a name of its own. Bodies are looked into unless `look`
    is False; what `lets_through` names is not a fault in them."""

    def __init__(self, *, mixed: bool = False, look: bool = True, lets_through: Collection[str] = ()) -> None:
        self.mixed = mixed
        self.look = look
        self.lets_through = lets_through
        self.lines: dict[str, int] = {}
        self.url: str | None = None
        self.first = 0
        self.bodies: dict[str, type[Params] | None] = {}

    def is_fine(self, number: int, line: bytes) -> bool:
        request = _read(BatchRequestInput, line)
        if request is None or request.custom_id in self.lines or (request.url != self.url and not self.mixed):
            return False
        if request.body.get("stream") is True:
            return False
        model = self._body(request.url)
        if model is not None and _faults_of(model, request.body, "", self.lets_through):
            return False
        self.lines[request.custom_id] = number
        return True

    def faults(self, number: int, data: dict[str, Any]) -> list[Fault]:
        found = _faults_of(BatchRequestInput, data)
        name, url, body = data.get("custom_id"), data.get("url"), data.get("body")
        if isinstance(name, str):
            first = self.lines.setdefault(name, number)
            if first != number:
                found.append(Fault("custom_id", f"a name that no other line has, as line {first} does", shown(name)))
        if isinstance(body, dict) and body.get("stream") is True:
            found.append(Fault("body.stream", "left out or False", "True", "there are no streams: answers come whole"))
        if isinstance(url, str) and not any(fault.path == "url" for fault in found):
            if self.url is None:
                self.url, self.first = url, number
            if url != self.url and not self.mixed:
                found.append(Fault("url", f"{self.url!r} as in line {self.first}", shown(url)))
            model = self._body(url)
            if model is not None and isinstance(body, dict):
                found += _faults_of(model, body, "body.", self.lets_through)
        return found

    def _body(self, url: str) -> type[Params] | None:
        """What the operation behind a url takes, where it takes JSON."""
        if url not in self.bodies:
            operation = operation_at(url) if self.look else None
            self.bodies[url] = None if operation is None or operation.multipart else operation.params
        return self.bodies[url]


class _Data:
    """Evals: items."""

    def is_fine(self, number: int, line: bytes) -> bool:
        return _read(training.EvalLine, line) is not None

    def faults(self, number: int, data: dict[str, Any]) -> list[Fault]:
        return _faults_of(training.EvalLine, data)


_KINDS: Mapping[str, Callable[[], Kind]] = {"fine-tune": _Examples, "batch": Requests, "evals": _Data}
P = TypeVar("P", bound=Params)


def _read(model: type[P], line: bytes) -> P | None:
    """A line as its model, None when it may be wrong."""
    if b"NaN" in line or b"Infinity" in line:  # perhaps inside a text: the slow path tells
        return None
    try:
        return model.__pydantic_validator__.validate_json(line)  # type: ignore[no-any-return]  # pydantic says Any
    except ValidationError:
        return None


def _faults_of(model: type[Params], data: object, at: str = "", lets_through: Collection[str] = ()) -> list[Fault]:
    try:
        model.__pydantic_validator__.validate_python(data)
    except ValidationError as error:
        found = faults(error, data, model, lets_through)
        return [Fault(at + each.path, each.allowed, each.given, each.hint) for each in found]
    return []
