"""Print the request of any command as curl, instead of sending it.

typed-openai curl chat completions create --model gpt-4o --messages '{role: user, content: Hi}'
"""

from __future__ import annotations

import click

from typed_openai.cli.root import Root
from typed_openai.cli.session import CURL

_ABOUT = "Print the request of any command as curl, instead of sending it: `typed-openai curl files list`."


class Curl(Root):
    """All commands once more, their requests printed."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command with nothing sent."""
        ctx.meta[CURL] = True
        return super().invoke(ctx)


command = Curl("curl", help=_ABOUT, callback=lambda: None)
