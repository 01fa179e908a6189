"""What the organization spent or used: bars in the terminal, JSON in a pipe, a picture in a file.

typed-openai usage ; typed-openai usage --by project --days 30 --plot costs.svg
typed-openai usage completions --by model | jq
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from typed_openai.cli.session import Command, Session

KINDS = (
    *("costs", "audio-speeches", "audio-transcriptions", "code-interpreter-sessions", "completions", "decisions"),
    *("embeddings", "file-search-calls", "images", "moderations", "vector-stores", "web-search-calls"),
)
_TIMES = ("day", "month")
_IDS = ("project", "user", "api_key", "vector_store")
_DATE = click.DateTime(["%Y-%m-%d"])


@click.command(cls=Command)
@click.argument("kind", type=click.Choice(KINDS), default="costs", metavar="[KIND]")
@click.option(
    "--by", "names", multiple=True, metavar="NAME", help="What to tell apart: day (default), month, model, ..."
)
@click.option(
    "--days", default=7, show_default=True, type=click.IntRange(1), help="How many days back, today included."
)
@click.option("--since", type=_DATE, metavar="DATE", help="From this day on (2025-06-01, UTC), in place of --days.")
@click.option("--until", type=_DATE, metavar="DATE", help="Up to this day, which is included. Default: today.")
@click.option("--plot", metavar="FILE", help="Draw it into a file: .svg, .html, or .png (extra [plots]).")
def command(
    session: Session,
    kind: str,
    names: Sequence[str],
    days: int,
    since: datetime | None,
    until: datetime | None,
    plot: str | None,
) -> None:
    """Show what the organization spent, or used of a KIND, day by day: bars, or JSON where nobody looks.

    KIND is costs (default), completions, embeddings, moderations, images, audio-speeches, audio-transcriptions,
    web-search-calls, file-search-calls, vector-stores, code-interpreter-sessions or decisions. --by project (user,
    api-key; of costs line-item, of most others model) tells it apart, given twice by both. OPENAI_ADMIN_KEY is asked
    with; days are those of UTC.
    """
    from typed_openai.cli.bars import Chart
    from typed_openai.cli.plots import drawn, writer_of

    write = None if plot is None else writer_of(plot)
    last = (until or datetime.now(UTC)).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    try:
        first = since.replace(tzinfo=UTC) if since else last - timedelta(days=days - 1)
        end = last + timedelta(days=1)
    except OverflowError:
        raise click.BadParameter(f"--days {days} up to {last:%Y-%m-%d}: no calendar has such days") from None
    if last < first:
        raise click.BadParameter(f"--since {first:%Y-%m-%d} is after --until {last:%Y-%m-%d}")
    told = [name.replace("-", "_") for name in names] or ["day"]
    rows = _rows(session, kind.replace("-", "_"), told, first, end)
    if session.output.for_people or write is not None:
        chart = Chart(kind.replace("-", " "), told, rows, first.date(), last.date(), _projects(session, told))
        if write is not None and plot is not None:
            write(drawn(chart))
            session.output.note(f"Saved {plot}")
            return
        session.output.show(chart)
        return
    session.output.items(rows, 0)


def _rows(session: Session, kind: str, told: Sequence[str], first: datetime, end: datetime) -> list[dict[str, Any]]:
    """The rows of a span of time, added up over what is not told apart."""
    operation: Any = getattr(session.client.admin.organization.usage, kind)
    apart = [f"{name}_id" if name in _IDS else name for name in told if name not in _TIMES]
    most = min((end - first).days, 180 if kind == "costs" else 31)
    page = operation(
        start_time=int(first.timestamp()), end_time=int(end.timestamp()), group_by=apart or None, limit=most
    )
    rows: list[dict[str, Any]] = page.records(by=told)
    return rows


def _projects(session: Session, told: Sequence[str]) -> dict[str, str]:
    """What projects are called, for people."""
    if not {"project", "project_id"} & set(told):
        return {}
    every = session.client.admin.organization.projects.list(include_archived=True, limit=100)
    return {project.id: project.name or project.id for project in every}
