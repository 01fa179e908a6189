"""What can be read in a file, and the chunks it is cut into: the part of a vector store that knows nothing of stores.

`text_of(name, content)` reads plain text, markdown, code and JSON as they are, HTML without its tags, and of everything
else (PDF, DOCX) what looks like text among its bytes. Pictures, sound, video and archives are not read at all.

Rules: no text gives an `Unreadable` with one of the API's codes; chunks are counted in the tokens of
`tokens/estimate.py`, and each repeats the last ones of the chunk before it.

Weak spots: a compressed document (most PDFs, every DOCX) yields next to nothing; the real service reads those.
"""

from __future__ import annotations

import codecs
import re
from html.parser import HTMLParser

from typed_openai.local import tokens

_PICTURES_AND_SUCH = """7z aac avi avif bmp exe flac gif gz heic ico jpeg jpg m4a mkv mov mp3 mp4 mpeg mpga ogg opus
png rar tar tiff wav webm webp zip"""
_NOT_TEXT = frozenset(_PICTURES_AND_SUCH.split())
_BINARY = frozenset(("doc", "docx", "pdf", "pptx", "xlsx"))
_HTML = frozenset(("htm", "html", "xhtml"))
_OWN_LINE = """address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5
h6 header hr li main nav ol p pre section table td th title tr ul"""
_BLOCKS = frozenset(_OWN_LINE.split())
_SILENT = frozenset(("script", "style", "template"))
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_READABLE = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]{4,}")


class Unreadable(Exception):
    """Nothing could be read; `code` is what the API calls the reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def text_of(name: str, content: bytes) -> str:
    """The text of a file. Raises `Unreadable` when there is none to be had."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix in _NOT_TEXT:
        raise Unreadable("unsupported_file", f"Files of type .{suffix} have no text that could be searched.")
    if suffix in _BINARY or (b"\0" in content and not content.startswith(tuple(mark for mark, _ in _MARKS))):
        text = "\n".join(_READABLE.findall(content.decode("utf-8", "replace")))
    else:
        coding = next((coding for mark, coding in _MARKS if content.startswith(mark)), "utf-8")
        text = content.decode(coding, "replace")
    if suffix in _HTML:
        page = _Page()
        page.feed(text)
        page.close()
        text = page.text()
    if not text.strip():
        raise Unreadable("invalid_file", f"There is no text in {name!r}.")
    return text


class _Page(HTMLParser):
    """Collects what a reader of the page would see; blocks stand on lines of their own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self._pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))
        if tag in _BLOCKS:
            self._pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._pieces.append(re.sub(r"\s+", " ", data))

    def text(self) -> str:
        """The text, a line for each block."""
        lines = (line.strip() for line in "".join(self._pieces).split("\n"))
        return "\n".join(line for line in lines if line)


def chunks(text: str, size: int, overlap: int) -> list[str]:
    """The text in pieces of at most `size` tokens; each begins with the last `overlap` ones of the piece before."""
    words = tokens.split(text.strip())
    pieces: list[str] = []
    start = 0
    while start < len(words):
        piece = "".join(words[start : start + size]).strip()
        if piece:
            pieces.append(piece)
        if start + size >= len(words):
            break
        start += size - overlap
    return pieces
