"""Vision: a picture behind a URL, and one made here, described by a model: in chat, and as a response.

python -m examples.vision
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from typed_openai import OpenAI, estimate_tokens, parts
from typed_openai.models.chat import ChatMessage, TextPart, UserMessage
from typed_openai.models.responses import EasyInputMessageParam

BOARDWALK = (
    "https://upload.wikimedia.org/wikipedia/commons/thumb/d/dd/Gfp-wisconsin-madison-the-nature-boardwalk.jpg/"
    "2560px-Gfp-wisconsin-madison-the-nature-boardwalk.jpg"
)


def red_square(side: int) -> bytes:
    """A PNG, written by hand: 8 bits for each of red, green and blue."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\xcc\x22\x22" * side) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def main() -> None:
    path = Path("square.png")
    path.write_bytes(red_square(64))
    with OpenAI() as client:
        for picture in (parts.image(BOARDWALK), parts.image(path, detail="low")):
            question: list[ChatMessage] = [UserMessage(content=[TextPart(text="What is in this image?"), picture])]
            print("about", estimate_tokens(model="gpt-4o", messages=question), "tokens")
            print(client.chat.completions.create(model="gpt-4o", messages=question).text)
            shown = EasyInputMessageParam(role="user", content=[TextPart(text="Which colours has it?"), picture])
            print(client.responses.create(model="gpt-4o", input=[shown]).output_text)


if __name__ == "__main__":
    main()
