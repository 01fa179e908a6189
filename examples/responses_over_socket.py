"""Many answers on one connection, each in a lane of its own, read at the same time."""

from __future__ import annotations

import asyncio

from typed_openai import AsyncOpenAI

GREETINGS = {"english": "Hello", "french": "Bonjour", "italian": "Buongiorno"}


async def greet() -> None:
    async with AsyncOpenAI().responses.connect() as connection:

        async def ask(language: str, text: str) -> str:
            lane = connection.lane(language)
            await lane.create(model="gpt-5", input=text)
            return f"{language}: {(await lane.get_final_response()).output_text}"

        print(*await asyncio.gather(*(ask(*each) for each in GREETINGS.items())), sep="\n")


def main() -> None:
    asyncio.run(greet())


if __name__ == "__main__":
    main()
