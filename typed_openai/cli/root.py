"""`typed-openai`: the commands of `commands/` and, below the areas of the API, one for each operation.

Nothing is imported for a command that is not run: names and sentences are read from source (`tree.py`), so `--help`
answers in about a tenth of a second. Errors end here: one message on standard error and an exit code (`failures.py`).
"""

from __future__ import annotations

import ast
import functools
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

import typed_openai.cli.commands
from typed_openai.cli import tree
from typed_openai.cli.failures import message_of
from typed_openai.cli.session import shared_options
from typed_openai.cli.terminal import Closed, clean
from typed_openai.core.exit_codes import INTERRUPTED, USAGE, exit_code
from typed_openai.errors import OpenAIError

NAME = "typed-openai"
_FOLDER = Path(typed_openai.cli.commands.__path__[0])
_ABOUT = """Ask models, and every operation of the OpenAI API and of servers that speak it.

OPENAI_API_KEY holds the key, OPENAI_ADMIN_KEY that of an administrator, OPENAI_BASE_URL the server; --provider names
one that is known.
"""
_EXITS = "0 done, 1 failed, 2 usage, 3 refused before sending, 4 key, 5 rate or quota, 6 connection, 130 interrupted"


class Group(click.Group):
    """A group that says what was probably meant by a command that does not exist."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """The command that the arguments name; raises a usage error with the nearest name."""
        name = args[0] if args else ""
        if name and self.get_command(ctx, name) is None and not ctx.resilient_parsing and not name.startswith("-"):
            from typed_openai.core.request.faults import meant

            why = meant(tree.as_command(name), self.list_commands(ctx), f"`{ctx.command_path} --help` lists them")
            if tree.as_command(name) in self.list_commands(ctx):
                why = "it takes functions or types, which cannot be typed; call it from Python"
            raise click.UsageError(f"no command {name!r} in `{ctx.command_path}`: {why}", ctx)
        return super().resolve_command(ctx, args)


class Area(Group):
    """An area of the API, its commands made when they are asked for."""

    def __init__(self, entry: tree.Entry, place: tuple[str, ...]) -> None:
        super().__init__(tree.as_command(entry.name), help=entry.about, short_help=entry.about)
        self.place = place
        self.entries = tree.entries(entry.where)
        self.where = entry.where

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the operations and areas in here."""
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; `_` for `-` is taken, too."""
        return _made(self.entries.get(tree.as_command(cmd_name)), self.where, self.place)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The names with their sentences, which nothing is imported for."""
        _sections(formatter, {"Commands": [(name, entry.about) for name, entry in self.entries.items()]})


class Both(Area):
    """A command that is an area of the API as well: alone it is the command, before an operation the area (`chat`)."""

    def __init__(self, entry: tree.Entry, own: click.Command) -> None:
        super().__init__(entry, (entry.name,))
        self.own = own
        self.params = own.params
        self.help, self.short_help = own.help, own.short_help
        self.invoke_without_command, self.no_args_is_help = True, False
        self.callback = self._alone

    def _alone(self, **given: object) -> Any:
        context = click.get_current_context()
        return None if context.invoked_subcommand is not None else self.own.invoke(context)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options of the command, then the operations of the area."""
        self.own.format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


def _made(entry: tree.Entry | None, where: str, place: tuple[str, ...]) -> click.Command | None:
    if entry is None:
        return None
    if entry.where:
        return Area(entry, (*place, entry.name))
    from typed_openai.cli.operations import command_for

    return command_for(where, entry.name, (*place, entry.name))


def _sections(formatter: click.HelpFormatter, sections: dict[str, list[tuple[str, str]]]) -> None:
    for title, rows in sections.items():
        longest = max(len(name) for name, _ in rows)
        width = formatter.width - longest - 8
        with formatter.section(title):
            formatter.write_dl([(name, text if len(text) <= width else _cut(text, width)) for name, text in rows])


def _cut(text: str, width: int) -> str:
    return f"{text[: max(10, width - 1)].rsplit(' ', 1)[0].rstrip('.,:;')}…"


@functools.cache
def own_commands() -> dict[str, str]:
    """The commands of `commands/`: name → sentence."""
    found: dict[str, str] = {}
    for path in sorted(_FOLDER.glob("*.py")):
        if path.stem != "__init__":
            sentence = tree.first_sentence(ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "")
            found[tree.as_command(path.stem)] = sentence
    return found


class Root(Group):
    """All commands. Run it with `main()`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name on the first level."""
        return [*own_commands(), *tree.entries()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        name = tree.as_command(cmd_name)
        if name in own_commands():
            module = importlib.import_module(f"{typed_openai.cli.commands.__name__}.{name.replace('-', '_')}")
            command: click.Command = module.command
            command.name = name
            area = tree.entries().get(name)
            return command if area is None else Both(area, command)
        return _made(tree.entries().get(name), tree.ROOT, ())

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What people do all day, then the areas of the API."""
        areas = [(name, entry.about) for name, entry in tree.entries().items()]
        _sections(formatter, {"Commands": list(own_commands().items()), "Operations of the API": areas})

    def main(self, args: Sequence[str] | None = None, *given: Any, **extra: Any) -> Any:
        """Run a command, and end the process with its exit code; in a program of yours `standalone_mode=False`."""
        if extra.pop("standalone_mode", True):
            sys.exit(self._run(args, extra))
        run: Any = super().main
        return run(args, *given, standalone_mode=False, **extra)

    def _run(self, args: Sequence[str] | None, extra: dict[str, Any]) -> int:
        given = list(sys.argv[1:] if args is None else args)
        try:
            code = self.main(given, standalone_mode=False, **{"prog_name": NAME, **extra})
            sys.stdout.flush()
            return code if isinstance(code, int) else 0
        except (Closed, BrokenPipeError):
            _forget_output()
            return 0
        except (KeyboardInterrupt, click.Abort):
            sys.stderr.write("Interrupted.\n")
            return INTERRUPTED
        except click.ClickException as error:
            error.show()
            return USAGE if isinstance(error, click.UsageError) else error.exit_code
        except (OSError, OpenAIError) as error:
            return _told(error, given)


def _told(error: Exception, given: Sequence[str]) -> int:
    if {"-v", "--verbose"} & set(given):
        sys.excepthook(type(error), error, error.__traceback__)
    sys.stderr.write(f"{clean(message_of(error))}\n")
    return exit_code(error)


def _forget_output() -> None:
    """Let nobody complain at exit that standard output is gone."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return  # not a real file: there is nothing to flush into


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from typed_openai import __version__

        click.echo(f"{NAME} {__version__}")
        ctx.exit()


def _nothing(**given: object) -> None:
    """Options before a command are read by the command."""


root = Root(
    NAME,
    help=_ABOUT,
    epilog=f"Exit codes: {_EXITS}.",
    params=[
        *shared_options(),
        click.Option(
            ["--version"], is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show it."
        ),
    ],
    callback=_nothing,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)
