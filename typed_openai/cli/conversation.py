"""A conversation from the command line: its model, what was said, files, tools, and the form of the answer.

The last conversation is kept for `ask -c` in `$TYPED_OPENAI_HOME/last.json`, for its owner alone (mode 0600).

Rules
* Pictures, wav and mp3 are parts of a message; text files are text, with their names; everything else is a file part.
* A schema is `name, age int, tags: what it is about` (`Fields`), JSON (`{...}`, `@file.json`), or `module:Model`.
* Modules are found from the folder where one is, as `python -m` finds them.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import GenericAlias
from typing import TYPE_CHECKING, Any

import click
from pydantic import Field, create_model

from typed_openai.cli.home import home
from typed_openai.cli.values import decoded, structure
from typed_openai.core.hosts import is_openai
from typed_openai.core.run.replacing import replacing

if TYPE_CHECKING:
    from typed_openai import OpenAI

DEFAULT_MODEL = "gpt-4o-mini"
MODEL_VARIABLE = "TYPED_OPENAI_MODEL"
_NOT_FOR_TALK = ("embed", "moderation", "whisper", "tts", "transcribe", "dall-e", "image", "realtime", "sora")
_TYPES = {"str": str, "int": int, "float": float, "bool": bool}


@dataclass
class Conversation:
    """A model and what was said so far, in the words of chat."""

    model: str
    messages: list[Any] = field(default_factory=list[Any])

    def system(self, text: str) -> None:
        """Replace what stands before everything else."""
        rest = [message for message in self.messages if _role(message) != "system"]
        self.messages = [{"role": "system", "content": text}, *rest] if text else rest

    def say(self, text: str, files: Sequence[str] = ()) -> None:
        """Add what the user says, and shows."""
        parts: list[Any] = [part_of(path) for path in files]
        if text:
            parts.append({"type": "text", "text": text})
        only_text = all(isinstance(part, dict) for part in parts)
        content = "\n\n".join(part["text"] for part in parts) if only_text else parts
        self.messages.append({"role": "user", "content": content})

    def keep(self) -> None:
        """Keep it for `ask -c`; what cannot be kept is no reason to fail."""
        path = _last()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path, 0o600) as target:
                said = {"model": self.model, "messages": [_plain(each) for each in self.messages]}
                target.write(json.dumps(said).encode())
        except OSError:
            return

    @classmethod
    def last(cls) -> Conversation:
        """The one that was kept; raises a usage error where there is none."""
        try:
            kept = json.loads(_last().read_text("utf-8"))
            return cls(kept["model"], kept["messages"])
        except (OSError, ValueError, KeyError, TypeError):
            raise click.UsageError("there is no conversation to go on with") from None


def _last() -> Path:
    return Path(home()) / "last.json"


def _role(message: Any) -> Any:
    return message.get("role") if isinstance(message, Mapping) else getattr(message, "role", None)


def _plain(message: Any) -> Any:
    """A message as JSON data: of an answer what it says, as the next request takes it."""
    if isinstance(message, Mapping):
        return {name: _plain(value) for name, value in message.items()}
    if isinstance(message, list):
        return [_plain(part) for part in message]
    if hasattr(message, "as_input"):
        return message.as_input()
    return message.model_dump(mode="json", exclude_none=True) if hasattr(message, "model_dump") else message


def model_for(client: OpenAI, given: str | None) -> str:
    """The model to ask: the one that was named, that of `$TYPED_OPENAI_MODEL`, the default of OpenAI's own service,
    else the first of the server that is not meant for something else. Raises a usage error where there is none."""
    named = given or os.environ.get(MODEL_VARIABLE)
    if named:
        return named
    if is_openai(client.config.host):
        return DEFAULT_MODEL
    found = [item.id for item in client.models.list().data]
    talking = [name for name in found if not any(word in name.lower() for word in _NOT_FOR_TALK)]
    if not talking:
        raise click.UsageError(f"which model? {client.config.host} names none: -m MODEL, or ${MODEL_VARIABLE}")
    return str(talking[0])


def part_of(path: str) -> Any:
    """A file (or the address of a picture) as a part of a message; raises `PartError` where it cannot be one."""
    from typed_openai import parts
    from typed_openai.core.request.filetypes import type_of_content

    if path.lower().startswith(("http://", "https://", "data:image/")):
        return parts.image(path)
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise parts.PartError(f"{path}: cannot be read: {error.strerror}") from None
    kind = type_of_content(content) or ""
    if kind.startswith("image/") and "svg" not in kind:
        return parts.image(path)
    if kind in ("audio/wav", "audio/x-wav", "audio/mpeg"):
        return parts.audio(path)
    if kind.startswith("text/") or not kind:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return parts.file(path)
        return {"type": "text", "text": f"{Path(path).name}:\n\n{text}"}
    return parts.file(path)


def loaded(where: str, wanted: str) -> Any:
    """What `module:name` names; raises a usage error that says which half of it is wrong."""
    module, colon, name = where.partition(":")
    if not colon or not name:
        raise click.BadParameter(f"{wanted}: module:name, got {where!r}")
    if "" not in sys.path and os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        found: Any = importlib.import_module(module)
    except ImportError as error:
        raise click.BadParameter(f"{wanted}: cannot import {module!r}: {error}") from None
    for part in name.split("."):
        if not hasattr(found, part):
            from typed_openai.core.request.faults import closest

            near = closest(part, [each for each in vars(found) if not each.startswith("_")])
            hint = f"; did you mean {near!r}?" if near else ""
            raise click.BadParameter(f"{wanted}: {module} has no {part!r}{hint}")
        found = getattr(found, part)
    return found


def tools_of(names: Sequence[str]) -> list[Callable[..., Any]]:
    """The functions of `-t module:function`; all functions with a docstring where only a module is named."""
    found: list[Callable[..., Any]] = []
    for name in names:
        function = loaded(name, "-t")
        if not callable(function):
            raise click.BadParameter(f"-t: {name} is not a function")
        found.append(function)
    return found


def schema_of(text: str, many: bool = False) -> Any:
    """The type that an answer shall have (to be given to `parse`), or a JSON schema as data."""
    given = text.strip()
    if given.startswith("@"):
        try:
            given = decoded(Path(given[1:]).read_bytes(), "--schema").strip()
        except OSError as error:
            raise click.BadParameter(f"--schema: cannot read {given[1:]!r}: {error.strerror}") from None
    if given.startswith("{"):
        schema = structure(given, "--schema")
        return {"type": "object", "properties": {"items": {"type": "array", "items": schema}}} if many else schema
    kind: Any = loaded(given, "--schema") if ":" in given.split(",")[0] and " " not in given else fields(given)
    listed: Any = GenericAlias(list, (kind,))
    return create_model("Items", items=(listed, ...)) if many else kind


def fields(text: str) -> Any:
    """A model of `name, age int, tags: what it is about`; raises `click.BadParameter` for what makes no sense."""
    found: dict[str, Any] = {}
    for entry in text.replace("\n", ",").split(","):
        head, _, about = entry.partition(":")
        words = head.split()
        if not words:
            continue
        name, kind = words[0], words[1] if len(words) > 1 else "str"
        if not name.isidentifier() or kind not in _TYPES or len(words) > 2:
            known = ", ".join(_TYPES)
            raise click.BadParameter(f'--schema: "name, age int, note: what it is", types are {known}; got {entry!r}')
        found[name] = (_TYPES[kind], Field(description=about.strip()) if about.strip() else ...)
    if not found:
        raise click.BadParameter("--schema: at least one field")
    return create_model("Answer", **found)
