"""One declared operation as a command: made when it is asked for, from what the declaration says.

    typed-openai files list --purpose batch
    typed-openai fine-tuning jobs create --model gpt-4.1-mini --training-file @data.jsonl
    echo '{"messages": [{"role": "user", "content": "Hi"}]}' | typed-openai chat completions create --model gpt-4o

* A body from standard input (a pipe or a file) or from `--body` lies below what options say.
* Where a file id is wanted, `@path` uploads that file first, for the purpose that the area has for it.
* On a terminal what a model says is streamed, unless something else was asked for.

Rules: an operation costs no line here. What it prints follows from the type of its result; what it refuses is refused
by its own params model, in its own words.
"""

from __future__ import annotations

import functools
import importlib
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from typed_openai.cli.parameters import LIMIT, Parameter, as_option, ids_of, parameters_of
from typed_openai.cli.session import Command, Session
from typed_openai.cli.tree import as_command
from typed_openai.cli.values import Shape, decoded, is_piped, structure, value_of
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.flow_methods import FlowMethod

MOST_OF_A_PAGE = 100
_UPLOADED = ("training_file", "validation_file", "input_file_id", "file_id", "file_ids")
"""Parameters that hold the id of a file, for which `@path` may stand."""
_PURPOSES = {"fine_tuning": "fine-tune", "batches": "batch", "vector_stores": "assistants", "beta": "assistants"}
"""By area: what its files are for."""
_ANY_PURPOSE = "user_data"


def command_for(where: str, name: str, place: Sequence[str]) -> click.Command | None:
    """The command for an operation: the class it stands in (`files.Files`), its name there, and its place below the
    client. None where it takes what cannot be typed."""
    module, _, owner = where.rpartition(".")
    area = getattr(importlib.import_module(f"typed_openai.resources.{module}"), owner)
    declaration: Endpoint | FlowMethod = vars(area)[name]
    try:
        parameters = parameters_of(declaration)
    except TypeError:
        return None
    return OperationCommand(declaration, tuple(place), parameters)


class OperationCommand(Command):
    """The command of one operation."""

    def __init__(self, declaration: Endpoint | FlowMethod, place: tuple[str, ...], parameters: list[Parameter]) -> None:
        self.declaration = declaration
        self.place = place
        self.wanted = {parameter.name: parameter for parameter in parameters}
        self.ids = ids_of(declaration)
        self.lists = isinstance(declaration, Endpoint) and declaration.page is not None
        self.takes_body = declaration.params is not None and getattr(declaration, "method", "POST") == "POST"
        options: list[click.Parameter] = [self._id(name) for name in self.ids]
        options += [self._option(parameter) for parameter in sorted(parameters, key=lambda each: not each.required)]
        if self.lists and LIMIT not in self.wanted:
            options.append(self._option(Parameter(LIMIT, Shape(whole=True), False)))
        if self.takes_body:
            about = "The parameters as JSON or YAML, below those of the options: text, @file or - (a pipe is read)."
            options.append(click.Option(["--body"], metavar="OBJECT", help=about))
        purpose = getattr(declaration, "purpose", "") or (declaration.__doc__ or "").split("\nArgs:")[0]
        super().__init__(
            as_command(place[-1]),
            params=options,
            callback=self.run,
            help=purpose,
            short_help=purpose.split("\n\n")[0],
            deprecated=bool(getattr(declaration, "deprecated", None)),
        )

    def _id(self, name: str) -> click.Argument:
        from typed_openai.cli.completion import ids

        return click.Argument([name], metavar=name.upper(), shell_complete=ids(name, self.place))

    def _option(self, parameter: Parameter) -> click.Option:
        from typed_openai.cli.completion import words

        about = "How many are shown, over all pages; 0: all." if self.lists and parameter.name == LIMIT else ""
        option = as_option(parameter, about)
        complete = words(parameter.name, parameter.shape.words)
        if complete is not None:
            option._custom_shell_complete = complete
        return option

    # -- a run -----------------------------------------------------------------------------------------------------

    def run(self, session: Session, /, **given: Any) -> None:
        """Ask, and write what comes."""
        ids = [given.pop(name) for name in self.ids]
        whole = given.pop("body", None)
        typed = self._typed(session, given)  # first: what an option has read of standard input is not the body
        params = self._uploaded(session, {**self._body(session, whole), **typed})
        ids = [self._upload(session, text[1:]) if text.startswith("@") else text for text in ids]
        most = self._page_size(params) if self.lists else None
        operation: Any = functools.reduce(getattr, self.place, session.client)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", DeprecationWarning)
            self._ask(session, operation, ids, params, most)
        for warning in {str(each.message): each for each in told if "is deprecated" in str(each.message)}:
            session.output.note(f"Note: {warning}")

    def _ask(self, session: Session, operation: Any, ids: list[str], params: dict[str, Any], most: int | None) -> None:
        from typed_openai.cli import results

        if isinstance(self.declaration, FlowMethod):
            named = dict(zip(self.ids, ids, strict=True))
            results.write(session, results.waited(session, self.declaration, operation, named, params))
            return
        results.write(session, results.asked(session, self.declaration, operation, ids, params), most)

    def _typed(self, session: Session, given: Mapping[str, Any]) -> dict[str, Any]:
        """The values of the options that were given."""
        found: dict[str, Any] = {}
        for name, texts in given.items():
            parameter = self.wanted.get(name) or Parameter(name, Shape(whole=True), False)
            if isinstance(texts, bool):
                found[name] = texts
            elif texts:
                if name in _UPLOADED and any(text.startswith("@") for text in texts):
                    found[name] = list(texts) if parameter.shape.items is not None else texts[-1]
                else:
                    found[name] = value_of(texts, parameter.shape, parameter.option, session.stdin)
        return found

    def _body(self, session: Session, text: str | None) -> dict[str, Any]:
        if not self.takes_body or (text is None and (session.stdin.taken or not is_piped())):
            return {}
        name = "--body" if text is not None else "standard input"
        if text is None or text == "-":
            text = decoded(session.stdin.content(name), name)
        elif text.startswith("@"):
            try:
                text = decoded(Path(text[1:]).read_bytes(), name)
            except OSError as error:
                raise click.BadParameter(f"--body: cannot read {text[1:]!r}: {error.strerror}") from None
        if not text.strip():
            return {}
        found = structure(text, name)
        if not isinstance(found, dict):
            raise click.BadParameter(f"{name}: an object with the parameters is wanted, got {type(found).__name__}")
        return found

    def _uploaded(self, session: Session, params: dict[str, Any]) -> dict[str, Any]:
        """The parameters with ids in the place of `@path`."""
        found = dict(params)
        for name in _UPLOADED:
            value = found.get(name)
            if isinstance(value, str) and value.startswith("@"):
                found[name] = self._upload(session, value[1:])
            elif isinstance(value, list):
                found[name] = [
                    self._upload(session, item[1:]) if isinstance(item, str) and item.startswith("@") else item
                    for item in value
                ]
        return found

    def _upload(self, session: Session, path: str) -> str:
        from typed_openai.cli.progress import uploading

        if session.curl:
            return f"ID_OF_{Path(path).name}"
        purpose: Any = _PURPOSES.get(self.place[0], _ANY_PURPOSE)
        with uploading(session.terminal, path) as file:
            made = session.client.files.create(file=file, purpose=purpose)
        session.output.note(f"Uploaded {path} as {made.id}")
        return str(made.id)

    def _page_size(self, params: dict[str, Any]) -> int | None:
        """How many items are wanted; the pages are made no larger than that. None where nobody said."""
        wanted = params.get(LIMIT)
        if self.lists and wanted is not None and (not isinstance(wanted, int) or wanted < 0):
            raise click.BadParameter(f"--{LIMIT}: a whole number, 0 or more, got {wanted!r}")
        if LIMIT not in self.wanted or wanted == 0:
            params.pop(LIMIT, None)
        elif isinstance(wanted, int) and wanted > MOST_OF_A_PAGE:
            params[LIMIT] = MOST_OF_A_PAGE
        return wanted if isinstance(wanted, int) and not isinstance(wanted, bool) else None
