"""The parts of a job that the Batch service does: files of lines within its limits, and where each of them stands.

They live in a folder beside the output (`out.jsonl.batch/`): `state.json`, the lines of each part as they are uploaded,
and what came back. So a job that was killed, or left for days, goes on with the batches that it began.

Rules: a part has one endpoint and one model, keeps to `BatchLimits` and to what may be enqueued at once. The state is
written before and after each step that costs something, in one step (a new file in the place of the old one).

Weak spot: tokens are counted roughly (`rough_token_count`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, TypeAlias
from uuid import uuid4

from pydantic_core import from_json, to_json

from typed_openai.bulk.batches import BatchLimits, inputs_in
from typed_openai.bulk.beside import remove
from typed_openai.bulk.lines import Line
from typed_openai.errors import ConfigurationError, Fault, RequestValidationError
from typed_openai.tokens.estimate import estimate_tokens, rough_token_count

State: TypeAlias = Literal["waiting", "uploaded", "creating", "running", "ended"]
"""Where a part is: `creating` means that its batch may exist although nobody wrote down its id."""


_OURS = ("part-*.jsonl", "state.json", "state.json.tidy")


@dataclass
class Part:
    """One file of lines, and the batch that answers them."""

    number: int
    endpoint: str
    model: str
    lines: int = 0
    size: int = 0
    inputs: int = 0
    tokens: int = 0
    state: State = "waiting"
    file_id: str = ""
    batch_id: str = ""
    status: str = ""
    why: str = ""
    """Why the batch failed as a whole."""
    began: float = 0.0
    done: int = 0
    """Lines that the service says are through."""
    refused: int = 0
    """How often the service had no room for it."""

    @property
    def name(self) -> str:
        return f"part-{self.number:05d}"


class Measured(NamedTuple):
    """A line, and what it counts for the limits."""

    line: Line
    content: bytes
    inputs: int
    tokens: int


@dataclass
class Folder:
    """The folder of a job."""

    path: Path
    limits: BatchLimits
    most_tokens: int | None
    id: str = field(default_factory=lambda: uuid4().hex)
    """By which the batches of this job are known again."""
    parts: list[Part] = field(default_factory=list[Part])

    def load(self) -> bool:
        """Read the state; whether there was one."""
        try:
            data: Any = from_json((self.path / "state.json").read_bytes())
        except FileNotFoundError:
            return False
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"client.bulk: {self.path}/state.json cannot be read: {error}") from error
        names = {each.name for each in fields(Part)}
        self.id = data["job"]
        self.parts = [Part(**{name: part[name] for name in names if name in part}) for part in data["parts"]]
        return True

    def save(self) -> None:
        """Write the state."""
        beside = self.path / "state.json.tidy"
        try:
            with open(beside, "wb") as file:
                file.write(to_json({"job": self.id, "parts": [asdict(part) for part in self.parts]}))
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, self.path / "state.json")
        except OSError as error:
            raise ConfigurationError(f"client.bulk: {error}") from error

    def split(self, lines: Iterable[Line]) -> None:
        """Write lines into files, each within the limits, in their order; nothing is left of them on an error."""
        remove(self.path, _OURS)
        latest: dict[tuple[str, str], tuple[Part, IO[bytes]]] = {}
        try:
            self.path.mkdir(parents=True)
            with ExitStack() as stack:
                for each in map(self._measured, lines):
                    key = each.line.url, str((each.line.body or {}).get("model") or "")
                    part, file = latest.get(key, (None, None))
                    if part is None or file is None or not self._fits(part, each):
                        if file is not None:
                            file.close()
                        part = Part(len(self.parts) + 1, *key)
                        file = stack.enter_context(open(self.path / f"{part.name}.jsonl", "wb"))
                        latest[key] = part, file
                        self.parts.append(part)
                    file.write(each.content)
                    part.lines, part.size = part.lines + 1, part.size + len(each.content)
                    part.inputs, part.tokens = part.inputs + each.inputs, part.tokens + each.tokens
            self.save()
        except OSError as error:
            raise ConfigurationError(f"client.bulk: {error}") from error

    def _measured(self, line: Line) -> Measured:
        """Raises `RequestValidationError` for a line that no batch could hold."""
        body = line.body or {}
        inputs = inputs_in(body.get("input")) if line.url == "/v1/embeddings" else 0
        tokens = estimate_tokens(body, count=rough_token_count)
        each = Measured(line, line.content, inputs, tokens)
        if not self._fits(Part(0, line.url, ""), each):
            most = "" if self.most_tokens is None else f", {self.most_tokens} tokens"
            allowed = f"{self.limits.bytes} bytes, {self.limits.embedding_inputs} inputs to embed{most} at most"
            given = f"{len(each.content)} bytes, {inputs} inputs, about {int(tokens)} tokens"
            raise RequestValidationError(f"client.bulk, line {line.custom_id!r}", [Fault("body", allowed, given)])
        return each

    def _fits(self, part: Part, each: Measured) -> bool:
        if self.most_tokens is not None and part.tokens + each.tokens > self.most_tokens:
            return False
        return self.limits.hold(part.lines + 1, part.size + len(each.content), part.inputs + each.inputs)

    def lines_of(self, part: Part) -> Iterator[Line]:
        """What a part asks, in its order."""
        with open(self.path / f"{part.name}.jsonl", "rb") as file:
            for line in file:
                data = from_json(line)
                yield Line(data["custom_id"], data["url"], data["body"])

    def answers_of(self, part: Part) -> Path:
        """Where what came back for a part is kept."""
        return self.path / f"{part.name}.answers.jsonl"

    def room(self, part: Part) -> bool:
        """Whether a part may be enqueued now, beside those of its model that are."""
        beside = [each for each in self.parts if each.state in ("creating", "running") and each.model == part.model]
        if not beside:
            return True
        most = self.most_tokens
        return not part.refused and (most is None or sum(each.tokens for each in beside) + part.tokens <= most)

    def remove(self) -> None:
        """Everything of it is in the output."""
        remove(self.path, _OURS)
