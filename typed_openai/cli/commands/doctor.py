"""Examine a server: what it has, where it deviates, how fast it is; Markdown or JSON, exit code 1 where it is broken.

typed-openai doctor http://localhost:8000 -m my-model > report.md
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from typed_openai.cli.completion import words
from typed_openai.cli.session import Command, Session

if TYPE_CHECKING:
    from typed_openai.cli.diagnosis import Report, State

_MARKS: dict[State, str] = {"ok": "✓", "deviates": "~", "missing": "–", "broken": "✗"}


@click.command(cls=Command)
@click.argument("url", required=False)
@click.option("-m", "--model", metavar="NAME", shell_complete=words("model", ()), help="The model to ask.")
@click.option(
    "--embedding-model", default="text-embedding-3-small", show_default=True, metavar="NAME", help="Which one."
)
@click.option("--idle", default=2.0, show_default=True, metavar="SECONDS", help="How long a connection rests.")
def command(session: Session, url: str | None, model: str | None, embedding_model: str, idle: float) -> None:
    """Examine a server: operations, parameters, events, deviations, time to the first word, connections, rate limits.

    About forty small requests, some of which a model answers; nothing is made or deleted. URL is that of --base-url.
    Exit code 1 where something is broken: it fails, breaks off or answers nonsense.
    """
    from typed_openai import APIConnectionError, OpenAIError
    from typed_openai.cli.conversation import model_for
    from typed_openai.cli.diagnosis import Patient, examined
    from typed_openai.cli.progress import waiting
    from typed_openai.cli.terminal import clean
    from typed_openai.core.exit_codes import FAILED

    client = session.client.with_options(base_url=url, max_retries=False, validation="off")
    try:
        client.models.list()
        asked = model or model_for(client, None)
    except APIConnectionError:
        raise  # there is nobody to examine
    except (OpenAIError, click.UsageError):
        asked = model or "unknown"
    with waiting(session.terminal, f"examining {client.config.base_url}"):
        report = examined(Patient(client, asked, embedding_model, idle))
    output = session.output
    if output.format in ("json", "jsonl", "yaml", "table") or output.select is not None:
        output.result(data_of(report))
    elif output.for_people:
        from rich.markdown import Markdown

        output.terminal.console().print(Markdown(clean("\n".join(lines_of(report)))))
    else:
        output.terminal.line("\n".join(lines_of(report)))
    if report.broken:
        raise click.exceptions.Exit(FAILED)


def data_of(report: Report) -> dict[str, object]:
    """The report as JSON data."""
    return {
        "url": report.url,
        "model": report.model,
        "broken": report.broken,
        "counts": dict(Counter(finding.state for finding in report.findings)),
        "findings": [
            {
                "topic": finding.topic,
                "name": finding.name,
                "state": finding.state,
                "told": finding.told,
                "issues": [
                    {"pointer": issue.pointer, "expected": issue.expected, "got": issue.got} for issue in finding.issues
                ],
            }
            for finding in report.findings
        ],
    }


def lines_of(report: Report) -> Iterator[str]:
    """The report as Markdown."""
    yield f"# {report.url}"
    yield ""
    counts = Counter(finding.state for finding in report.findings)
    yield f"Model `{report.model}`. " + ", ".join(f"{counts[state]} {state}" for state in _MARKS if counts[state]) + "."
    for topic in dict.fromkeys(finding.topic for finding in report.findings):
        yield from ("", f"## {topic.capitalize()}", "", "| | | |", "|---|---|---|")
        for finding in report.findings:
            if finding.topic == topic:
                yield f"| {_MARKS[finding.state]} | {_cell(finding.name)} | {_cell(finding.told)} |"
    issues = [(finding, issue) for finding in report.findings for issue in finding.issues]
    if issues:
        yield from ("", "## Deviations", "", "| where | place | expected | got |", "|---|---|---|---|")
        for finding, issue in issues:
            yield f"| {_cell(finding.name)} | `{_cell(issue.pointer)}` | {_cell(issue.expected)} | {_cell(issue.got)} |"
    yield from ("", "✓ works, ~ works but deviates, – not there, ✗ broken")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
