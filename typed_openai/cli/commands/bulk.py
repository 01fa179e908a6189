"""Ask all requests of a file, and write the answers to another: `client.bulk` as a command.

typed-openai bulk in.jsonl out.jsonl --concurrency 64
typed-openai bulk rows.csv out.jsonl --url /v1/chat/completions --template @template.json --report report.html
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from typed_openai.cli.session import Command, Session

ENGINES = ("map", "batch", "ray")


@click.command(cls=Command)
@click.argument("source", metavar="IN")
@click.argument("out", metavar="OUT")
@click.option("--engine", type=click.Choice(ENGINES), default="map", show_default=True, help="What asks the lines.")
@click.option("--concurrency", type=click.IntRange(1), metavar="N", help="How many requests are under way at once.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes of the Ray engine.")
@click.option("--address", metavar="ADDRESS", help='The Ray cluster ("auto" for the one that runs here).')
@click.option("--rpm", type=float, metavar="N", help="Requests a minute, at most.")
@click.option("--tpm", type=float, metavar="N", help="Tokens a minute, at most.")
@click.option("--budget", type=click.IntRange(0), metavar="TOKENS", help="Stop when so many tokens are used.")
@click.option("--budget-usd", metavar="DOLLARS", help="Stop when so much money is used.")
@click.option("--enqueued-tokens", type=click.IntRange(1), metavar="N", help="Tokens that the Batch service queues.")
@click.option("--url", metavar="/v1/...", help="What rows ask (with --template).")
@click.option("--template", metavar="JSON|@FILE", help="Parameters for each row, with {column} in their texts.")
@click.option("--id-column", metavar="NAME", help="The column that names a row.")
@click.option("--report", metavar="FILE.html", help="Write a report as a page.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but what is wrong.")
def command(session: Session, source: str, out: str, quiet: bool, **options: Any) -> None:
    """Ask all requests of IN and write the answers to OUT, lines of the Batch service both.

    IN may also be rows (.csv, .tsv, .parquet) with --template. What OUT answers already is not asked again, so the same
    command goes on with a job that was killed. Progress and the table at the end go to stderr.
    """
    from typed_openai.bulk.command import bulk_command

    with TemporaryDirectory() as nowhere:
        if session.curl:  # the first request is shown, and no answer comes
            options["concurrency"] = 1 if options["engine"] == "map" else None
            out = str(Path(nowhere) / "out.jsonl")
        code = bulk_command(session.client, source, out, quiet=quiet or session.curl, **options)
    raise click.exceptions.Exit(code)
