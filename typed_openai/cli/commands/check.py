"""Look into a JSONL file before it is uploaded: every fault with its line, its tokens, what it will cost.

typed-openai check requests.jsonl
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from typed_openai.cli.session import Command, Session


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--purpose",
    type=click.Choice(("auto", "batch", "fine-tune", "evals")),
    default="auto",
    help="What its lines are for; told by the first one otherwise.",
)
def command(session: Session, files: Sequence[str], purpose: str) -> None:
    """Look into JSONL files: every fault with its line; their tokens, and what they cost at least.

    Nothing is sent. Exit code 3 where something is wrong.
    """
    from typed_openai.cli.checking import checked, read
    from typed_openai.core.exit_codes import REFUSED

    reports = [checked(name, read(name, session.stdin), purpose) for name in files]
    if session.output.format in ("json", "jsonl", "yaml") or session.output.select is not None:
        session.output.items((report.data() for report in reports), 0)
    else:
        for report in reports:
            for line in report.lines():
                session.output.terminal.line(line)
    if any(report.faults for report in reports):
        raise click.exceptions.Exit(REFUSED)
