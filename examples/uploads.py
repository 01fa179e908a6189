"""A large file in parts: several at once, checked by its checksum, resumed after a failure."""

from __future__ import annotations

from pathlib import Path

from typed_openai import OpenAI, UploadError
from typed_openai.models.uploads import UploadProgress


def show(progress: UploadProgress) -> None:
    """Called after each part; what it gets can be kept as JSON and resumes the upload, in another process too."""
    Path("upload.json").write_text(progress.model_dump_json())
    print(f"{progress.sent} of {progress.bytes} bytes")


def main() -> None:
    client = OpenAI()
    path = Path("large.txt")
    path.write_bytes(b"A line of a large file.\n" * 5000)

    try:
        upload = client.uploads.upload_file_chunked(
            file=path, purpose="user_data", mime_type="text/plain", part_size=32_000, concurrency=2, on_progress=show
        )
    except UploadError as error:  # nothing is lost: the parts that arrived are not sent again
        upload = client.uploads.upload_file_chunked(file=path, purpose="user_data", resume=error.progress)
    print(upload.status, upload.file.id if upload.file else "")

    # The same by hand:
    begun = client.uploads.create(bytes=10, filename="small.txt", mime_type="text/plain", purpose="user_data")
    parts = [client.uploads.parts.create(begun.id, data=piece) for piece in (b"first", b"third")]
    done = client.uploads.complete(begun.id, part_ids=[part.id for part in parts])
    print(done.status, client.files.content(done.file.id).text if done.file else "")

    begun = client.uploads.create(bytes=10, filename="never.txt", mime_type="text/plain", purpose="user_data")
    print(client.uploads.cancel(begun.id).status)


if __name__ == "__main__":
    main()
