"""The same mistakes in what is annotated: pyright, which has no plugins, finds them in a variable with a dict form.

    python -m tests.mypy_plugin.annotated PYTHON     PYTHON has the wheel installed; exit 1 when a mistake is not found

Each call of `mistakes.txt` that is written out as a whole becomes a variable, annotated with the form of the call's
parameters. Part of `scripts/typing`, because it needs the installed wheel.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.mypy_plugin.test_mistakes import FOUND

FORMS = {
    "client.chat.completions.create": "chat.params_parameters.ChatCompletionCreateParamsDict",
    "client.images.generate": "images.images_parameters.ImageGenerateParamsDict",
    "client.responses.create": "responses.params_parameters.ResponseCreateParamsDict",
    "client.vector_stores.create": "vector_stores.vector_stores_parameters.VectorStoreCreateParamsDict",
}
FOLDER = Path(__file__).parent.parent.parent / "build" / "annotated"
FEWEST = 40
NO_TYPE_SAYS = "'vector_store_ids': 'vs_1'"
"""To a type checker a text is a list of texts; the plugin knows better."""


def variables() -> Iterator[str]:
    """An assignment for each call that says everything itself."""
    for number, written in enumerate(FOUND):
        call = ast.parse(written, mode="eval").body
        form = FORMS.get(ast.unparse(call.func)) if isinstance(call, ast.Call) else None
        if (
            NO_TYPE_SAYS in written
            or form is None
            or not isinstance(call, ast.Call)
            or not all(_is_plain(each.value) for each in call.keywords)
        ):
            continue
        keys = ", ".join(f"{each.arg!r}: {ast.unparse(each.value)}" for each in call.keywords)
        yield f"_{number}: {form} = {{{keys}}}"


def _is_plain(value: ast.expr) -> bool:
    allowed = (ast.Dict, ast.List, ast.Constant, ast.Load)
    has_star = any(isinstance(each, ast.Dict) and None in each.keys for each in ast.walk(value))
    return not has_star and all(isinstance(each, allowed) for each in ast.walk(value))


def main(python: str) -> int:
    """Look for the mistakes; the exit code."""
    lines = list(variables())
    modules = sorted({form.partition(".")[0] for form in FORMS.values()})
    FOLDER.mkdir(parents=True, exist_ok=True)
    place = FOLDER / "mistakes.py"
    place.write_text("\n".join([f"from typed_openai.dict_forms import {', '.join(modules)}", *lines, ""]))
    (FOLDER / "pyrightconfig.json").write_text('{"include": ["mistakes.py"]}')  # not that of the repository around it
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", python, "--project", str(FOLDER)]
    said = json.loads(subprocess.run(command, capture_output=True, text=True, cwd=FOLDER, check=False).stdout)
    wrong = {each["range"]["start"]["line"] for each in said["generalDiagnostics"] if each["severity"] == "error"}
    missed = [line for number, line in enumerate(lines, 1) if number not in wrong]
    print(f"annotated: pyright finds {len(lines) - len(missed)} of {len(lines)} mistakes", *missed, sep="\n")
    return 1 if missed or len(lines) < FEWEST or 0 in wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
