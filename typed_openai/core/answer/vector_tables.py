"""The Arrow stream of vectors: float32 lists of one length over the bytes that hold the numbers, beside other columns.

Loaded when somebody asks for one; pyarrow is that of the extra `[parquet]`. Weak spot: a stream that outlives its
vectors keeps their bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

from typed_openai.core.answer.records import Row, table_of
from typed_openai.core.extras import needed

_FLOAT = 4


def stream_of(rows: Sequence[Row], data: bytes | bytearray, size: int, requested_schema: object) -> object:
    """The rows, each with its vector of `size` numbers of `data` (float32 in the order of this machine)."""
    found = needed("pyarrow", "an Arrow stream")
    table = table_of(rows)
    numbers = found.Array.from_buffers(found.float32(), len(data) // _FLOAT, [None, found.py_buffer(data)])
    if rows:
        table = table.append_column("embedding", found.FixedSizeListArray.from_arrays(numbers, size))
    stream: object = table.__arrow_c_stream__(requested_schema)
    return stream
