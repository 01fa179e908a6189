"""pyright's language server over stdio, as an editor talks to it: open a text, ask for completions at a cursor.

    with LanguageServer(python, folder) as server:
        server.complete('client.chat.completions.create(model="|")')

The cursor is a `|` in the text. Messages are JSON-RPC with a `Content-Length` header (Language Server Protocol 3.17).
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

CURSOR = "|"


class LanguageServer:
    """One server for many texts; `python` is the interpreter whose packages it reads."""

    def __init__(self, python: Path, folder: Path) -> None:
        self.python = python
        self.folder = folder
        self.numbers = itertools.count(1)
        command = [str(Path(sys.executable).parent / "pyright-langserver"), "--stdio"]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, cwd=folder, **pipes)

    def __enter__(self) -> Self:
        root = self.folder.as_uri()
        abilities = {"workspace": {"configuration": True}, "textDocument": {"completion": {"completionItem": {}}}}
        folders = [{"uri": root, "name": "app"}]
        self.ask("initialize", processId=None, rootUri=root, capabilities=abilities, workspaceFolders=folders)
        self.tell("initialized")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.kill()
        self.process.communicate()

    def complete(self, text: str) -> dict[str, dict[str, Any]]:
        """What is offered at the cursor, by label."""
        before, _, after = text.partition(CURSOR)
        number = next(self.numbers)
        uri = (self.folder / f"text{number}.py").as_uri()
        document = {"uri": uri, "languageId": "python", "version": 1, "text": before + after}
        self.tell("textDocument/didOpen", textDocument=document)
        position = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
        found = self.ask("textDocument/completion", textDocument={"uri": uri}, position=position)
        self.tell("textDocument/didClose", textDocument={"uri": uri})
        return {item["label"].strip("\"'"): item for item in (found or {}).get("items", [])}

    def ask(self, method: str, **params: Any) -> Any:
        """Send a request and wait for its answer; questions of the server are answered on the way."""
        number = next(self.numbers)
        self._write({"id": number, "method": method, "params": params})
        while True:
            message = self._read()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message["error"]
                return message["result"]
            if "id" in message and "method" in message:
                self._write({"id": message["id"], "result": self._answer(message)})

    def tell(self, method: str, **params: Any) -> None:
        """Send a notification."""
        self._write({"method": method, "params": params})

    def _answer(self, message: dict[str, Any]) -> Any:
        if message["method"] != "workspace/configuration":
            return None
        settings = {
            "python": {"pythonPath": str(self.python), "analysis": {"diagnosticMode": "openFilesOnly"}},
            "python.analysis": {"diagnosticMode": "openFilesOnly"},
        }
        return [settings.get(item.get("section", ""), {}) for item in message["params"]["items"]]

    def _write(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        pipe = self._pipe(self.process.stdin)
        pipe.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        pipe.flush()

    def _read(self) -> dict[str, Any]:
        pipe, length = self._pipe(self.process.stdout), 0
        while (line := pipe.readline()).strip():
            name, _, value = line.decode().partition(":")
            length = int(value) if name.lower() == "content-length" else length
        assert length, "the language server has ended"
        found: dict[str, Any] = json.loads(pipe.read(length))
        return found

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None
        return pipe
