"""Files: upload from a path or from memory, check JSONL before it is sent, list, read back, delete."""

from __future__ import annotations

import io
import json
from pathlib import Path

from typed_openai import OpenAI, RequestValidationError, check_jsonl


def examples(answer: str) -> bytes:
    """Three training examples, one JSON object in each line."""
    question = {"role": "user", "content": "Is it raining?"}
    line = json.dumps({"messages": [question, {"role": "assistant", "content": answer}]})
    return f"{line}\n{line}\n{line}\n".encode()


def main() -> None:
    client = OpenAI()

    path = Path("sentiment.jsonl")
    path.write_bytes(examples("Yes."))
    file = client.files.create(file=path, purpose="fine-tune")  # a str, an open file or bytes would do as well
    print("uploaded", file.id, file.filename, file.bytes, "bytes")
    file = client.files.wait_for_processing(file.id)
    print("it is", file.status)

    lines = io.StringIO('{"prompt": "Overjoyed with my new phone! ->", "completion": " positive"}\n')
    print("from memory:", client.files.create(file=lines, purpose="fine-tune").filename)

    notes = client.files.create(
        file=("notes.txt", b"Tea at five."),
        purpose="user_data",
        expires_after={"anchor": "created_at", "seconds": 3600},
    )
    print("notes expire at", notes.expires_at)

    broken = examples("Yes.").replace(b'"assistant"', b'"assistent"', 1) + b"{not JSON}\n"
    for fault in check_jsonl(broken, "fine-tune"):
        print("fault in", fault)
    try:
        client.files.create(file=("broken.jsonl", broken), purpose="fine-tune")  # check=False would send it
    except RequestValidationError as error:
        print("refused:", len(error.faults), "faults")

    for each in client.files.list(purpose="fine-tune"):
        print("listed", each.id, each.filename)
    print(client.files.retrieve(file.id).filename)
    content = client.files.content(file.id)
    content.write_to_file("copy.jsonl")
    print("first line:", content.read().splitlines()[0].decode())
    for identifier in (file.id, notes.id):
        print("deleted", client.files.delete(identifier).deleted)


if __name__ == "__main__":
    main()
