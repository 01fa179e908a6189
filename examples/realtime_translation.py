"""A translated stream: sound goes in as it is heard, and comes out in another language, with what both sides said."""

from __future__ import annotations

import asyncio
import math
from array import array
from collections.abc import AsyncIterator

from typed_openai import AsyncOpenAI
from typed_openai.sockets import Transcript


async def microphone() -> AsyncIterator[bytes]:
    """Sound as it comes, a tenth of a second at a time."""
    for part in range(10):
        yield array(
            "h", [round(9000 * math.sin(number / 8)) for number in range(part * 2400, part * 2400 + 2400)]
        ).tobytes()


async def translate() -> None:
    transcript = Transcript()
    async with AsyncOpenAI().realtime.translations.connect(model="gpt-realtime-translate") as connection:
        connection.on("event", transcript.add)
        await connection.session.update(session={"audio": {"output": {"language": "fr"}}})

        async def listen() -> int:
            return sum([len(pcm) async for pcm in connection.audio()])

        listening = asyncio.create_task(listen())
        await connection.send_audio(microphone())
        await connection.session.close()
        print(f"{await listening} bytes of translated sound")
    print(transcript)


def main() -> None:
    asyncio.run(translate())


if __name__ == "__main__":
    main()
