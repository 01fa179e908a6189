"""Scenarios of `files` and `uploads`: contents of every kind, every purpose, every filter."""

from __future__ import annotations

import io

from tests.interop.scenario import scenario

EXAMPLE = b'{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n'
FILES = [
    scenario("files.create", "from bytes with a name", file=("train.jsonl", EXAMPLE), purpose="fine-tune"),
    scenario("files.create", "from an open file", file=io.BytesIO(b"\x89PNG\r\n\x1a\n\x00\xff"), purpose="vision"),
    scenario(
        "files.create",
        "that expires, with a name that is not plain",
        file=('ünï "x".txt', b"text", "text/plain"),
        purpose="user_data",
        expires_after={"anchor": "created_at", "seconds": 3600},
    ),
    scenario("files.create", "for assistants", file=b"%PDF-1.7", purpose="assistants"),
    scenario("files.create", "for evals", file=("e.jsonl", b'{"item": {"q": 1}}'), purpose="evals"),
    scenario("files.create", "for a batch, unchecked", file=("b.jsonl", b"{}"), purpose="batch", check=False),
    scenario("files.retrieve", "by id", "file-abc123"),
    scenario("files.list", "all of them"),
    scenario("files.list", "with every filter", after="file-1", limit=2, order="asc", purpose="fine-tune"),
    scenario("files.delete", "by id", "file-abc123"),
    scenario("files.content", "by id", "file-abc123"),
    scenario("files.retrieve_content", "by id", "file-abc123"),
]

UPLOADS = [
    scenario(
        "uploads.create",
        "of a large file",
        bytes=2147483648,
        filename="a.jsonl",
        mime_type="text/jsonl",
        purpose="batch",
    ),
    scenario(
        "uploads.create",
        "that expires",
        bytes=1,
        filename="a.pdf",
        mime_type="application/pdf",
        purpose="assistants",
        expires_after={"anchor": "created_at", "seconds": 2592000},
    ),
    scenario("uploads.parts.create", "from bytes", "upload_1", data=b"\x00\xff\r\n--"),
    scenario("uploads.complete", "in order", "upload_1", part_ids=["part_1", "part_2"]),
    scenario(
        "uploads.complete", "with a checksum", "upload_1", part_ids=["part_1"], md5="d41d8cd98f00b204e9800998ecf8427e"
    ),
    scenario("uploads.cancel", "by id", "upload_1"),
]

FILE_SCENARIOS = [*FILES, *UPLOADS]
