"""Files that come back: pictures are shown where the terminal can (extra `[cli-images]`), else saved with their path
printed; sound and other bytes are saved, or go into a pipe as they are.

Rules: no file is ever overwritten unless `--output` names it (`speech.mp3`, `speech-2.mp3`, ...); what kind of file it
is, is told by its first bytes, then by what the server calls it; bytes are never written to a terminal.
"""

from __future__ import annotations

import io
import mimetypes
from base64 import b64decode
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from typed_openai.core.request.filetypes import suffix_of
from typed_openai.core.run.replacing import replacing

if TYPE_CHECKING:
    from typed_openai.cli.output import Output

_STEMS = {"image": "image", "audio": "speech", "text": "text"}


def write_file(output: Output, content: bytes, kind: str, stem: str = "") -> None:
    """Write a whole file: into the pipe or `--output`, or beside the other files here."""
    with FileWriter(output, kind, stem) as writer:
        writer.write(content)


class FileWriter:
    """Writes a file that comes bit by bit. Text goes to a terminal as text; everything else is saved there."""

    def __init__(self, output: Output, kind: str, stem: str = "") -> None:
        self._output = output
        self._kind = kind.partition(";")[0].strip().lower()
        self._stem = stem or _STEMS.get(self._kind.partition("/")[0], "file")
        self._file: BinaryIO | None = None
        self._path: Path | None = None
        self._head = b""
        self._text: list[bytes] | None = None

    @property
    def is_saved(self) -> bool:
        """Whether it becomes a file, by `--output` or because somebody looks."""
        return self._output.path is not None or self._output.terminal.seen

    def __enter__(self) -> Self:
        return self

    def write(self, block: bytes) -> None:
        """Write the next piece."""
        terminal = self._output.terminal
        if not terminal.seen:
            terminal.write_bytes(block)
            return
        if self._file is None and self._text is None:
            if _is_text(block, self._kind):
                self._text = []
            else:
                self._path = free(Path(self._stem + _suffix(block, self._kind)))
                self._file = open(self._path, "xb")  # noqa: SIM115 - closed in __exit__
        if self._text is not None:
            self._text.append(block)
        elif self._file is not None:
            self._file.write(block)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._text is not None:
            self._output.terminal.line(b"".join(self._text).decode("utf-8", "replace").rstrip("\n"))
        if self._file is not None:
            self._file.close()
        if error is None and self._path is not None:
            self._output.terminal.line(f"Saved {self._path}")
        if error is None and self._output.path is not None:
            self._output.note(f"Saved {self._output.path}")


def _is_text(block: bytes, kind: str) -> bool:
    if b"\0" in block or suffix_of(block) is not None:
        return False
    try:
        block.decode()
    except UnicodeDecodeError as error:
        return error.start > len(block) - 4 and kind.startswith("text/")
    return True


def _suffix(block: bytes, kind: str) -> str:
    known = suffix_of(block)
    return f".{known}" if known is not None else mimetypes.guess_extension(kind) or ".bin"


def free(path: Path) -> Path:
    """The path, or one like it where nothing is yet."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_stem(f"{path.stem}-{number}")
    return found


def pictures_in(result: Any) -> list[bytes]:
    """The pictures that an answer holds: of the images API, or made by a tool of a response."""
    texts = [getattr(each, "b64_json", None) for each in _listed(result, "data")]
    texts += [
        getattr(item, "result", None)
        for item in _listed(result, "output")
        if getattr(item, "type", None) == "image_generation_call"
    ]
    return [b64decode(text) for text in texts if isinstance(text, str)]


def _listed(result: Any, name: str) -> list[Any]:
    found = getattr(result, name, None)
    return found if isinstance(found, list) else []


def show_pictures(output: Output, result: Any) -> bool:
    """Show or save the pictures of an answer, and say where they are; False where it has none."""
    found = pictures_in(result)
    for content in found:
        show_picture(output, content)
    for url in [getattr(each, "url", None) for each in _listed(result, "data")]:
        if isinstance(url, str):
            output.terminal.line(url)
            found.append(b"")
    return bool(found)


def show_picture(output: Output, content: bytes, save_as: Path | None = None) -> None:
    """Show a picture where the terminal can, and save it."""
    if output.terminal.seen:
        _draw(output, content)
    path = save_as if save_as is not None else free(Path(f"image{_suffix(content, 'image/png')}"))
    with replacing(path) as target:
        target.write(content)
    told = f"Saved {path}"
    output.note(told) if output.path is not None else output.terminal.line(told)


def _draw(output: Output, content: bytes) -> None:
    """Draw a picture with textual-image, where that is installed and knows the picture; else nothing."""
    try:
        from PIL import Image as pictures
        from textual_image.renderable import Image
    except ImportError:
        return
    try:
        picture = pictures.open(io.BytesIO(content))
        output.terminal.console().print(Image(picture, width=min(60, output.terminal.width)))
    except (OSError, ValueError, SyntaxError):  # Pillow: not a picture that it can read
        return
