"""Containers for code and shells: make one, put files into it, get files out of it, delete it."""

from __future__ import annotations

from typed_openai import OpenAI


def main() -> None:
    client = OpenAI()

    container = client.containers.create(
        name="tables",
        expires_after={"anchor": "last_active_at", "minutes": 20},
        memory_limit="4g",
        network_policy={"type": "allowlist", "allowed_domains": ["example.com"]},
    )
    print("made", container.id, container.status)

    sent = client.containers.files.create(container.id, file=("prices.csv", b"tea,3\ncoffee,4\n"))
    print("put in", sent.path, sent.bytes, "bytes")
    notes = client.files.create(file=("notes.txt", b"Tea at five."), purpose="user_data")
    print("and", client.containers.files.create(container.id, file_id=notes.id).path)

    for file in client.containers.files.list(container.id, order="asc"):
        content = client.containers.files.content.retrieve(file.id, container_id=container.id)
        print(" ", file.path, "begins", content.read().split()[0].decode())

    client.containers.files.delete(sent.id, container_id=container.id)
    print("containers called tables:", len([*client.containers.list(name="tables")]))
    client.containers.delete(container.id)
    client.files.delete(notes.id)


if __name__ == "__main__":
    main()
