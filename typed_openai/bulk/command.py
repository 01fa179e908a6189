"""The command `typed-openai bulk IN OUT`, as a plain function: the command line hangs its own words on it.

    code = bulk_command(client, "in.jsonl", "out.jsonl", engine="map", concurrency=64, report="report.html")

Rules: progress and the final table go to stderr, or nothing with `quiet`; stdout stays free. What is wrong is one line
on stderr. Exit codes are those of the whole command line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from typed_openai.bulk.report import BulkReport, rows_of
from typed_openai.core.exit_codes import FAILED, exit_code
from typed_openai.core.standard_streams import tell
from typed_openai.errors import ConfigurationError, OpenAIError

if TYPE_CHECKING:
    from typed_openai.bulk.options import Engine


class CommandOptions(TypedDict, total=False):
    """The options of the command: those of `client.bulk` that can be written on a command line (`bulk/options.py`)."""

    engine: Engine
    concurrency: int
    workers: int
    address: str
    rpm: float
    tpm: float
    budget: int
    budget_usd: str
    enqueued_tokens: int
    url: str
    id_column: str
    report: str


def bulk_command(
    client: Any,
    source: str,
    out: str,
    *,
    template: str | None = None,
    quiet: bool = False,
    **options: Unpack[CommandOptions],
) -> int:
    """Run a job and tell of it; gives the exit code: 0 when every line has an answer, 1 when some have none, 2 and 3
    for what was refused before sending, 4 access, 5 rate or quota, 6 connection, 130 interrupted.

    source, out: paths.
    template: JSON text, or `@file` with it: parameters with `{column}` in their texts.
    quiet: say nothing but what is wrong.
    options: None stands for what was left out.
    """
    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    try:
        if template is not None:
            given["template"] = _template(template)
        found = client.bulk(source, out, progress=not quiet, **given)
    except OpenAIError as error:
        tell(f"typed-openai bulk: {error}")
        return exit_code(error)
    except KeyboardInterrupt as error:
        tell(f"typed-openai bulk: interrupted; the same command goes on from what is in {out}")
        return exit_code(error)
    if not quiet:
        _tell(found)
    return 0 if found.is_complete else FAILED


def _template(text: str) -> Mapping[str, object]:
    try:
        content = Path(text[1:]).read_text(encoding="utf-8-sig") if text.startswith("@") else text
        found = json.loads(content)
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"template: JSON, or @file with it: {error}") from error
    if not isinstance(found, dict):
        raise ConfigurationError(f"template: a JSON object, got {type(found).__name__}")
    return found


def _tell(report: BulkReport) -> None:
    """The final table: by rich where it is and stderr is a terminal, else in plain lines."""
    try:
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text
    except ImportError:
        return tell(str(report))
    console = Console(stderr=True)
    if not console.is_terminal:
        return tell(str(report))
    table = Table(show_header=False)
    for name, told in rows_of(report):
        table.add_row(name, Text(told), style="red" if name in ("error", "stopped") else "")
    console.print(table)
    return None
