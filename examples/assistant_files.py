"""Files in threads: a picture that is looked at, and the chunks that a file search found.

Run it with `python -m examples.assistant_files` (`OPENAI_API_KEY`, or `OPENAI_BASE_URL` of a local server).
"""

from __future__ import annotations

import base64

from typed_openai import OpenAI

MODEL = "gpt-4o-mini"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
TEXT = """Nociceptors are the receptors of the skin that report pain.

Meissner corpuscles report light touch, Pacinian corpuscles vibration.
"""


def look_at_a_picture(client: OpenAI) -> None:
    """A message of a text and an uploaded picture."""
    picture = client.files.create(file=("example.png", PICTURE), purpose="vision")
    assistant = client.beta.assistants.create(model=MODEL, instructions="You describe the contents of images.")
    thread = client.beta.threads.create()
    client.beta.threads.messages.create(
        thread.id,
        role="user",
        content=[
            {"type": "text", "text": "What's in this image?"},
            {"type": "image_file", "image_file": {"file_id": picture.id}},
        ],
    )
    run = client.beta.threads.runs.create_and_poll(thread.id, assistant_id=assistant.id, poll_interval_ms=100)
    print(run.status, "-", client.beta.threads.messages.list(thread.id, order="desc").data[0].text)


def explore_chunks(client: OpenAI) -> None:
    """Which pieces of which files an answer stands on."""
    store = client.vector_stores.create(name="Somatosensory")
    client.vector_stores.files.upload_and_poll(vector_store_id=store.id, file=("somatosensory.md", TEXT.encode()))
    assistant = client.beta.assistants.create(
        model=MODEL,
        name="Answer finder",
        instructions="You are a file search tool. Find the answer in the given files, please.",
        tools=[{"type": "file_search"}],
        tool_resources={"file_search": {"vector_store_ids": [store.id]}},
    )
    question = "Find the description of a nociceptor."
    thread = client.beta.threads.create(messages=[{"role": "user", "content": question}])
    run = client.beta.threads.runs.create_and_poll(thread.id, assistant_id=assistant.id)
    for chunk in client.beta.threads.runs.file_search_chunks(run.id, thread.id):  # the closest match first
        print(f"{chunk.score:.2f} {chunk.file_name}: {chunk.text[:60]!r}")
    print(client.beta.threads.messages.list(thread.id).data[0].text)


def main() -> None:
    with OpenAI() as client:
        look_at_a_picture(client)
        explore_chunks(client)


if __name__ == "__main__":
    main()
