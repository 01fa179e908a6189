"""Ask a model: `typed-openai ask "…"`; what is piped in is the context, and the answer streams.

git diff | typed-openai ask "Write a commit message" -s "Be brief"
typed-openai ask "What is this?" -f otter.png
typed-openai ask "Anna, 31, from Oslo" --schema "name, age int"
typed-openai ask "And in French?" -c
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from typed_openai.cli.completion import words
from typed_openai.cli.session import Command, Session


@click.command(cls=Command)
@click.argument("text", nargs=-1)
@click.option("-m", "--model", metavar="NAME", shell_complete=words("model", ()), help="Default: $TYPED_OPENAI_MODEL.")
@click.option("-s", "--system", metavar="TEXT", help="What the model shall be.")
@click.option("-f", "--file", "files", multiple=True, metavar="FILE", help="A file or picture (or its URL) to look at.")
@click.option("-c", "--continue", "goes_on", is_flag=True, help="Go on with the last conversation.")
@click.option("--schema", metavar="SCHEMA", help='"name, age int", JSON schema, @file or module:Model; gives JSON.')
@click.option("--many", is_flag=True, help="With --schema: as many of them as there are.")
@click.option("-t", "--tool", "tools", multiple=True, metavar="MODULE:FUNCTION", help="A function that may be called.")
@click.option("-o", "--option", "options", multiple=True, type=(str, str), metavar="NAME VALUE", help="A parameter.")
@click.option("-x", "--code", is_flag=True, help="Only the first code block of the answer.")
@click.option("-u", "--usage", is_flag=True, help="Say what it took: tokens, cost, seconds.")
@click.option("--stream/--no-stream", default=True, help="Show the answer while it comes (default).")
def command(
    session: Session,
    text: Sequence[str],
    model: str | None,
    system: str | None,
    files: Sequence[str],
    goes_on: bool,
    schema: str | None,
    many: bool,
    tools: Sequence[str],
    options: Sequence[tuple[str, str]],
    code: bool,
    usage: bool,
    stream: bool,
) -> None:
    """Ask a model. What is piped in stands before TEXT; the answer streams, rendered where somebody looks."""
    from typed_openai.cli.asking import Meter, Wanted, answer
    from typed_openai.cli.conversation import Conversation, model_for, schema_of, tools_of
    from typed_openai.cli.values import parameter
    from typed_openai.usage import usage_scope

    said = "\n\n".join(part for part in (session.piped(), " ".join(text)) if part)
    if not said and not files:
        raise click.UsageError('nothing to ask: typed-openai ask "…", or pipe something in')
    wanted = Wanted(
        params=dict(parameter(name, value) for name, value in options),
        tools=tools_of(tools),
        schema=None if schema is None else schema_of(schema, many),
        stream=stream,
        code=code,
    )
    talk = Conversation.last() if goes_on else Conversation("")
    talk.model = model or talk.model or model_for(session.client, None)
    if system is not None:
        talk.system(system)
    talk.say(said, files)
    with usage_scope() as used:
        meter = Meter(used)
        answer(session, talk, wanted)
        talk.keep()
        if usage:
            session.output.note(meter.told())
