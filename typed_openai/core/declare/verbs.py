"""How operations are declared: `get`, `post` and `delete`, and all else that a file of declarations needs.

    class Files(Resource):
        retrieve = get("/files/{file_id}", FileObject)
        list = get("/files", FileListParams, CursorPage[FileObject])

The declarations are data (`endpoint.py`); what users hold (`operation.py`) is handed to them here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.operation import OPERATIONS
from typed_openai.core.declare.resource import Resource, nested
from typed_openai.core.request.deprecation import ends

__all__ = ["Resource", "delete", "ends", "get", "nested", "post"]


def _declared(method: str) -> Callable[..., Any]:
    def declare(path: str, *types: Any, **options: Any) -> Any:
        params = types[0] if len(types) == 2 else None
        streams, events = options.pop("stream", None), options.pop("events", None)
        return Endpoint(method, path, params, types[-1], streams=streams, events_at=events, binds=OPERATIONS, **options)

    declare.__doc__ = f"Declare a {method} operation: path, [params model,] result, options of `Endpoint`."
    return declare


get = _declared("GET")
post = _declared("POST")
delete = _declared("DELETE")
