"""Print what makes a tab complete commands, options and ids, for bash, zsh or fish.

eval "$(typed-openai completion bash)"
"""

from __future__ import annotations

import click


@click.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def command(shell: str) -> None:
    """Print what makes a tab complete commands, options, and ids of models and files.

    \b
    bash  eval "$(typed-openai completion bash)"            in ~/.bashrc
    zsh   eval "$(typed-openai completion zsh)"             in ~/.zshrc
    fish  typed-openai completion fish | source             in ~/.config/fish/config.fish
    """
    from click.shell_completion import get_completion_class

    from typed_openai.cli.root import NAME, root

    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(kind(root, {}, NAME, "_TYPED_OPENAI_COMPLETE").source())
