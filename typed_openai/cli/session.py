"""What every command has: the options for a server and for the output, and the `Session` that is made of them.

    @click.command(cls=Command)
    @click.argument("text")
    def ask(session: Session, text: str) -> None: ...

A `Command` takes the options below beside its own, shows them in a section of their own, and hands its function a
`Session` first. The same options may stand before the name of the command (`typed-openai --provider groq ask ...`);
those after it win.

Rules
* The client is made when it is first asked for, so that what needs none needs no key.
* A key comes from the environment, never from an option, which every process of the machine could read.
* What a command sends is captured (`curl`) or recorded (`logs`) by middleware here, so that no command knows of it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from typed_openai.cli.terminal import Terminal

if TYPE_CHECKING:
    from typed_openai import OpenAI
    from typed_openai.cli.output import Output
    from typed_openai.cli.values import Typed
    from typed_openai.middleware import Middleware

FORMATS = ("auto", "text", "table", "json", "jsonl", "yaml")
CURL = "typed_openai.cli.curl"
"""In `click.Context.meta`: whether requests are printed instead of sent."""


def shared_options() -> list[click.Parameter]:
    """The options of every command, new ones each time; all default to None, which is *not given*."""
    choice = click.Choice
    return [
        click.Option(["--format", "format"], type=choice(FORMATS), help="How results are written; auto: see the docs."),
        click.Option(["--select"], metavar="PATH", help="Only this part: a JSON pointer (/data/0/id) or JMESPath."),
        click.Option(["--output", "output"], metavar="FILE", help="Write the result here instead of standard output."),
        click.Option(["--base-url"], metavar="URL", help="The server. Environment: OPENAI_BASE_URL."),
        click.Option(["--provider"], metavar="NAME", help="A server known by name (groq, ollama, ...), with its key."),
        click.Option(["--azure-endpoint"], metavar="URL", help="An Azure resource; AZURE_OPENAI_API_KEY is its key."),
        click.Option(
            ["--api-version"], metavar="VERSION", help="Of the URL (none: nothing is appended), or a date (Azure)."
        ),
        click.Option(["--header", "headers"], metavar="NAME:VALUE", multiple=True, help="Sent with every request."),
        click.Option(["--timeout"], type=float, metavar="SECONDS", help="For each network operation."),
        click.Option(["--deadline"], type=float, metavar="SECONDS", help="For each call, attempts included."),
        click.Option(["--retries"], type=int, metavar="N", help="Further attempts of a failed request (default 2)."),
        click.Option(["--validation"], type=choice(("strict", "warn", "off")), help="What becomes of wrong requests."),
        click.Option(["--budget-usd"], type=float, metavar="DOLLARS", help="Send nothing more once this is spent."),
        click.Option(["-v", "--verbose"], is_flag=True, default=None, help="Log requests; show tracebacks."),
    ]


SHARED = tuple(str(option.name) for option in shared_options())


class Command(click.Command):
    """A command that gets a `Session` before its own parameters."""

    def __init__(self, name: str | None = None, **settings: Any) -> None:
        super().__init__(name, **settings)
        own = {parameter.name for parameter in self.params}
        self.shared = [option for option in shared_options() if option.name not in own]
        self.params = [*self.params, *self.shared]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the function of the command inside a session."""
        own = {option.name for option in self.params} - {option.name for option in self.shared}
        given = dict(ctx.find_root().params)
        for name in SHARED:
            if name not in own:
                here = ctx.params.pop(name, None)
                given[name] = (
                    (*(given.get(name) or ()), *here) if isinstance(here, tuple) else _first(here, given, name)
                )
        if self.callback is None:
            return None
        with Session(given, curl=bool(ctx.meta.get(CURL))) as session:
            return ctx.invoke(functools.partial(self.callback, session), **ctx.params)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """First the options of the command, then those of every one."""
        for title, options in (
            ("Options", [option for option in self.get_params(ctx) if option not in self.shared]),
            ("Options of every command", self.shared),
        ):
            rows = [record for option in options if (record := option.get_help_record(ctx)) is not None]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def _first(here: Any, given: Mapping[str, Any], name: str) -> Any:
    return given.get(name) if here is None else here


class Session:
    """One run of a command: where it asks, where it writes."""

    def __init__(self, given: Mapping[str, Any], curl: bool = False) -> None:
        self.given = given
        self.curl = curl
        self.terminal = Terminal()
        self.opened = ExitStack()

    def __enter__(self) -> Session:
        if self.given.get("verbose"):
            self._log()
        if self.given.get("output") not in (None, "-"):
            from typed_openai.cli.output import require_writable

            require_writable(Path(self.given["output"]))
        if self.given.get("select") is not None:
            from typed_openai.cli.selecting import require_expression

            require_expression(self.given["select"])
        if self.given.get("budget_usd") is not None:
            from typed_openai.usage import usage_scope

            self.opened.enter_context(usage_scope(budget_usd=self.given["budget_usd"]))
        return self

    def __exit__(self, *failure: object) -> None:
        self.opened.close()

    @functools.cached_property
    def client(self) -> OpenAI:
        """The client of this run; raises `ConfigurationError` for settings that make no sense."""
        from typed_openai import AzureOpenAI, OpenAI
        from typed_openai.cli import recording

        settings: dict[str, Any] = {
            name: self.given.get(name) for name in ("base_url", "provider", "api_version", "validation", "deadline")
        }
        if settings["api_version"] == "none":
            settings["api_version"] = False
        settings |= {"timeout": self.given.get("timeout"), "max_retries": self.given.get("retries")}
        settings["default_headers"] = dict(map(_header, self.given.get("headers") or ())) or None
        settings["middleware"] = list(self._middleware()) or None
        if recording.is_on() and not self.curl:
            from typed_openai.observers import Recorder

            settings["observers"] = [Recorder(recording.path(), self.output.note)]
        if self.given.get("azure_endpoint"):
            return self.opened.enter_context(AzureOpenAI(azure_endpoint=self.given["azure_endpoint"], **settings))
        return self.opened.enter_context(OpenAI(**settings))

    def _middleware(self) -> Iterable[Middleware]:
        if self.given.get("verbose"):
            from typed_openai.middleware import log_requests

            yield log_requests()
        if self.curl:
            from typed_openai.cli.curling import printing

            yield printing(self.terminal)

    @functools.cached_property
    def output(self) -> Output:
        """Where results are written."""
        from typed_openai.cli.output import Output

        return Output(
            self.terminal,
            self.given.get("format") or "auto",
            self.given.get("select"),
            self.given.get("output"),
            self.opened,
        )

    @functools.cached_property
    def stdin(self) -> Typed:
        """Standard input, which one option may read."""
        from typed_openai.cli.values import Typed

        return Typed()

    def piped(self) -> str:
        """What is piped in, as text; `""` where nothing is."""
        from typed_openai.cli.values import decoded, is_piped

        return decoded(self.stdin.content("standard input"), "standard input").strip() if is_piped() else ""

    def _log(self) -> None:
        import logging

        handler = logging.StreamHandler(self.terminal.err)
        handler.setFormatter(logging.Formatter("%(message)s"))
        logger = logging.getLogger("typed_openai")
        level = logger.level
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        self.opened.callback(logger.setLevel, level)
        self.opened.callback(logger.removeHandler, handler)


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise click.BadParameter(f"--header: NAME:VALUE, got {text!r}")
    return name.strip(), value.strip()
