"""Count the tokens of a text or of a whole request: exactly with tiktoken (extra `[tokens]`), else about.

typed-openai tokens "How many?" ; typed-openai tokens < request.json
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from typed_openai.cli.session import Command, Session


@click.command(cls=Command)
@click.argument("text", nargs=-1)
@click.option("-m", "--model", default="gpt-4o", show_default=True, metavar="NAME", help="Whose tokens.")
def command(session: Session, text: Sequence[str], model: str) -> None:
    """Count the tokens of a text, or of a request (an object with messages, input or prompt) that is piped in.

    Exactly with tiktoken (extra [tokens]), else about. Nothing is sent.
    """
    from typed_openai.cli.values import parameter
    from typed_openai.tokens.estimate import TokenizerUnavailableError, count_tokens, estimate_tokens, rough_token_count

    said = " ".join(text) or session.piped()
    if not said:
        raise click.UsageError('nothing to count: typed-openai tokens "…", or pipe something in')
    _, request = parameter("", said)
    if isinstance(request, dict) and {"messages", "input", "prompt"} & set(request):
        estimate = estimate_tokens({"model": model, **request})
        found: dict[str, Any] = {"tokens": int(estimate), "method": estimate.method}
        found["uncounted"] = list(estimate.uncounted)
    else:
        try:
            found = {"tokens": count_tokens(said, model), "method": "tiktoken"}
        except TokenizerUnavailableError:
            found = {"tokens": rough_token_count(said), "method": "rough"}
    if session.output.format not in ("auto", "text") or session.output.select is not None:
        session.output.result(found)
        return
    session.output.terminal.line(str(found["tokens"]))
    if found["method"] != "tiktoken":
        session.output.note("About: without tiktoken (extra [tokens]) texts are counted by their characters and words.")
    for path in found.get("uncounted", []):
        session.output.note(f"Not counted: {path}")
