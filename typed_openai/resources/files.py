"""Files: upload documents, fetch them back (API reference: Files).

`create` looks into JSONL before it sends it (`typed_openai/bulk/jsonl.py`) where the purpose says what the lines must
be; `create(..., check=False)` goes without.
"""

from typing import Any

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.answer.raw import Binary
from typed_openai.core.caller import Caller
from typed_openai.core.declare.verbs import Resource, delete, get, post
from typed_openai.core.declare.waits import waits
from typed_openai.core.request.multipart import is_file, named
from typed_openai.core.run.effects import Flow, Request
from typed_openai.models.files import FileCreateParams, FileDeleted, FileListParams, FileObject

_PENDING = ("uploaded", "pending", "running", "uploading")
"""States of a file that is not ready yet; the last three are of other servers (Azure)."""

_LINED = ("fine-tune", "batch", "evals")
"""Purposes whose files are JSONL."""


def _check_lines(client: Caller, request: Request) -> Flow[None]:
    """Look into a JSONL file before it is sent."""
    from typed_openai.bulk.jsonl import check_before_sending  # brings the models of chat, for those who upload lines

    yield from check_before_sending(client, request)


def _named_lines(client: Caller, params: dict[str, Any]) -> dict[str, Any]:
    """Lines without a name are called `upload.jsonl`: the service takes them under no other suffix."""
    file: Any = params.get("file")
    if params.get("purpose") not in _LINED or isinstance(file, str) or not is_file(file) or named(file)[0] is not None:
        return {}
    return {"file": ("upload.jsonl", file)}


class Files(Resource):
    """Upload documents and fetch them back."""

    path = "files"

    create = post("/files", FileCreateParams, FileObject, multipart=True, prepare=_named_lines, check=_check_lines)
    """Upload a file of up to 512 MB; the lines of JSONL for `fine-tune`, `batch` and `evals` are checked first."""
    retrieve = get("/files/{file_id}", FileObject)
    """Describe a file: its name, size, purpose and state."""
    list = get("/files", FileListParams, CursorPage[FileObject])
    """List the files of the project, newest first unless `order` says otherwise."""
    delete = delete("/files/{file_id}", FileDeleted)
    """Delete a file; it vanishes from vector stores, too."""
    content = get("/files/{file_id}/content", Binary, headers={"accept": "application/binary"})
    """Fetch the bytes of a file: `read()`, `iter_bytes()`, `write_to_file(path)`; some purposes do not allow it."""
    retrieve_content = get(
        "/files/{file_id}/content",
        str,
        deprecated="files.content gives bytes and text of a file",
    )
    """Fetch the content of a file as text. Deprecated by the service: use `content`."""

    wait_for_processing = waits(
        retrieve,
        "id",
        pending=_PENDING,
        failed=("error",),
        wait={"deadline": 1800.0},
        spelled=("poll_interval", "max_wait_seconds"),
    )
    """Wait until a file is processed; that of most purposes is at once.

    Raises `WaitFailedError` when it ended in an error and `WaitTimeoutError` when it took longer than the deadline
    of `wait` (half an hour), the file on their `result`. `poll_interval` and `max_wait_seconds` are the names
    that other packages have for `interval` (then kept) and `deadline`.
    """
