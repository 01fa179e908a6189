"""The file that a bulk job writes: what it holds already, what is added to it, and how it is tidied at the end.

Rules
* An answer that stands there is not asked for again. What failed stays as a line and is asked again; when another line
  takes its place, it goes at the end of the job: until then both stand there, and the last one counts.
* The answer to another question under the same name, and answers to what the job does not ask, are another job's: the
  file is refused and left as it is.
* Tidying writes a new file beside the old one and puts it in its place in one step.

Weak spots: names and fingerprints of all lines are held in memory (some 250 bytes a line): beyond ten million lines
part the input, one job for each part. Lines that the Batch service wrote have no fingerprint.
"""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from collections.abc import Collection, Iterator
from typing import Any, BinaryIO

from pydantic_core import from_json

from typed_openai.bulk.appended import BLANK, AppendedFile
from typed_openai.bulk.lines import OURS, Line, is_answered
from typed_openai.core.request.faults import shown
from typed_openai.errors import ConfigurationError

_BEGINNINGS = tuple(f'{{"{name}":'.encode() for name in ("id", "custom_id", "response", "error"))


class Output(AppendedFile):
    """The answers and failures of one job. May be used by several threads."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.answered: dict[str, str] = {}
        """The names of what was answered, with the fingerprint of what was asked."""
        self.failed: set[str] = set()
        """The names of what failed and was not answered since."""
        self._superseded = 0
        super().__init__(path, "client.bulk")

    def _is_torn(self, written: bytes) -> bool:
        return any(each.startswith(written[: len(each)]) for each in _BEGINNINGS)

    def _is_whole(self, written: bytes) -> bool:
        return read_line(written) is not None

    def _take(self, number: int, start: int, line: bytes) -> None:
        data = read_line(line)
        if data is None:
            raise self._foreign(number)
        self._note(data["custom_id"], str(data.get("id")), is_answered(data))

    def _note(self, name: str, fingerprint: str, succeeded: bool) -> None:
        self._superseded += name in self.failed or name in self.answered
        if succeeded:
            self.failed.discard(name)
            self.answered[name] = fingerprint
        elif name not in self.answered:
            self.failed.add(name)

    def _foreign(self, number: int) -> ConfigurationError:
        what = "is not a line of answers (custom_id, response, error): give the path of another file"
        return ConfigurationError(f"client.bulk: line {number} of {self.path} {what}")

    def refuse_others(self, names: Collection[str], where: str) -> None:
        """Raise when there is something in the file that the job does not ask."""
        for name in (*self.answered, *self.failed):
            if name not in names:
                raise ConfigurationError(
                    f"client.bulk: {self.path} is the output of another job: it has an answer for custom_id "
                    f"{shown(name)}, which {where} does not ask; give another file"
                )

    def has(self, line: Line) -> bool:
        """Whether the file holds the answer to a line. Raises for the answer to another question of that name."""
        found = self.answered.get(line.custom_id)
        if found is None:
            return False
        if found.startswith(OURS) and line.error is None and found != line.fingerprint:
            raise ConfigurationError(
                f"client.bulk: {self.path} is the output of another job: what it answers under custom_id "
                f"{shown(line.custom_id)} is not what is asked now; give another file, or other custom_ids"
            )
        return True

    def add(self, name: str, content: bytes, succeeded: bool) -> None:
        """Write down what a line got. Raises `ConfigurationError` when it cannot be written."""
        self.append(content)
        with self._lock:
            self._note(name, "", succeeded)

    def tidy(self) -> None:
        """Drop the lines in whose place there is another by now. The file takes no more lines afterwards."""
        if not self._superseded:
            return
        last = {
            name: number for number, (name, succeeded, _) in enumerate(self._written()) if self._counts(name, succeeded)
        }

        def write(file: BinaryIO) -> None:
            for number, (name, _, line) in enumerate(self._written()):
                if last.get(name) == number:
                    file.write(line)

        try:
            self.replace(write)
        except OSError as error:
            raise ConfigurationError(f"client.bulk: {error}: {self.path} holds everything, failures twice") from error

    def _counts(self, name: str, succeeded: bool) -> bool:
        return succeeded or name not in self.answered

    def _written(self) -> Iterator[tuple[str, bool, bytes]]:
        with open(self.path, "rb") as file:
            for line in file:
                data = read_line(line)
                if data is not None:
                    yield data["custom_id"], is_answered(data), bare(line) + b"\n"


def bare(line: bytes) -> bytes:
    """A line without what a crash leaves around it, or an editor before it."""
    return line.strip(BLANK).removeprefix(BOM_UTF8)


def read_line(line: bytes) -> Any:
    """A line of answers as data; None when it is none."""
    try:
        data = from_json(bare(line))
    except ValueError:
        return None
    if isinstance(data, dict) and isinstance(data.get("custom_id"), str) and ("response" in data or "error" in data):
        return data
    return None
