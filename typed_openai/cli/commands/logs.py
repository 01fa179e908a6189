"""What was asked and answered: recorded when you switch it on, redacted, in a file of yours.

typed-openai logs on
typed-openai logs list -n 5 --search Paris
"""

from __future__ import annotations

import datetime

import click

from typed_openai.cli import recording
from typed_openai.cli.root import Group
from typed_openai.cli.session import Command, Session


@click.group(cls=Group)
def command() -> None:
    """What was asked and answered: recorded when you switch it on, redacted, in a file of yours."""


@command.command("on")
def switch_on() -> None:
    """Record calls from now on."""
    recording.switch(True)
    click.echo(f"Calls are recorded in {recording.path()}, without keys; `typed-openai logs off` ends it.")


@command.command("off")
def switch_off() -> None:
    """Record no more; what was recorded stays."""
    recording.switch(False)
    click.echo("Calls are not recorded.")


@command.command("path")
def show_path() -> None:
    """Print where calls are kept."""
    click.echo(recording.path())


@command.command("clear")
@click.confirmation_option("--yes", prompt="Drop all recorded calls?", help="Do not ask.")
def clear() -> None:
    """Drop all recorded calls."""
    click.echo(f"{recording.forget()} calls dropped.")


@command.command("list", cls=Command)
@click.option("-n", "--limit", default=10, show_default=True, help="How many, newest first.")
@click.option("--search", default="", metavar="TEXT", help="Only calls whose request or answer holds this text.")
def show(session: Session, limit: int, search: str) -> None:
    """List the latest calls; piped or with --format json, with what was said."""
    rows = [dict(row) for row in recording.recorded(limit, search)]
    if not recording.is_on():
        session.output.note("Calls are not recorded now; `typed-openai logs on` begins.")
    for row in rows:
        row["at"] = datetime.datetime.fromtimestamp(row["at"]).astimezone().isoformat(timespec="seconds")
    if session.output.for_people:
        rows = [{name: value for name, value in row.items() if name not in ("request", "answer")} for row in rows]
    session.output.items(rows, 0)
