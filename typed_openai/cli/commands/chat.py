"""Talk with a model: history, streamed Markdown, files, tools; Ctrl-C stops the answer, not the program.

typed-openai chat -m gpt-4o-mini -s "Be brief"
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from typed_openai.cli.completion import words
from typed_openai.cli.session import Command, Session


@click.command(cls=Command)
@click.option("-m", "--model", metavar="NAME", shell_complete=words("model", ()), help="Default: $TYPED_OPENAI_MODEL.")
@click.option("-s", "--system", metavar="TEXT", help="What the model shall be.")
@click.option("-t", "--tool", "tools", multiple=True, metavar="MODULE:FUNCTION", help="A function that may be called.")
@click.option("-c", "--continue", "goes_on", is_flag=True, help="Go on with the last conversation.")
def command(session: Session, model: str | None, system: str | None, tools: Sequence[str], goes_on: bool) -> None:
    """Talk with a model; /help lists what else may be typed.

    Ctrl-C stops the answer that is coming; Ctrl-D ends the talk.
    """
    from typed_openai.cli.conversation import Conversation, model_for, tools_of
    from typed_openai.cli.prompt import Prompt

    talk = Conversation.last() if goes_on else Conversation("")
    talk.model = model or talk.model or model_for(session.client, None)
    if system is not None:
        talk.system(system)
    Prompt(session, talk, tools_of(tools)).run()
