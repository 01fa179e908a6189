"""The way to the first answer in a fresh process: ours, httpx + pydantic + one small model, the official package.

    make bench            # runs this with the rest; or: python benchmarks/cold.py [rounds]

CPU of the whole process, from the start of the interpreter to the answer, over a loopback socket: imports, the client,
models that are made and schemas that are built. The subjects take turns, and the best of each counts; only ratios mean
anything elsewhere. Over budget is exit code 1. Modules come from compiled files, as they do wherever a package was
installed: `PYTHONDONTWRITEBYTECODE` is taken away, and a first round goes uncounted.

Weak spot: the collector of Python looks at all objects once more when so many have been made; where that falls is the
luck of an application, and moves the ratio by some 0.1.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import wire_server

RAW = """
import sys, time, httpx, pydantic

class Answer(pydantic.BaseModel):
    id: str
    model: str
    created: int | None = None

with httpx.Client(headers={"authorization": "Bearer sk-benchmark"}) as client:
    body = {"model": "m", "messages": [{"role": "user", "content": "Hello!"}]}
    answer = client.post(f"{sys.argv[1]}/chat/completions", json=body)
    assert Answer.model_validate_json(answer.content).id
"""
PACKAGE = """
import sys, time
from PACKAGE import OpenAI

client = OpenAI(api_key="sk-benchmark", base_url=sys.argv[1])
said = [{"role": "user", "content": "Hello!"}]
ASKED
"""
ASKED = {
    "chat": "assert client.chat.completions.create(model='m', messages=said).choices[0].message.content",
    "a streamed chunk": "assert next(iter(client.chat.completions.create(model='m', messages=said, stream=True)))",
    "Responses": "assert client.responses.create(model='m', input=said).output[1].content[0].text",
}
BUDGETS = {"chat": 1.35, "a streamed chunk": None, "Responses": 1.8}
"""At most so many times the CPU of httpx + pydantic + one small model."""


def once(code: str, url: str) -> float:
    """Milliseconds of CPU of one process."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "PYTHOND"))}
    command = [sys.executable, "-c", f"{code}\nprint(time.process_time())", url]
    ran = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return float(ran.stdout) * 1e3


def subjects() -> dict[str, str]:
    """The programs, by what they are."""
    found = {"raw": RAW}
    for asked, code in ASKED.items():
        for package in ("typed_openai", "openai"):
            found[f"{package}, {asked}"] = PACKAGE.replace("PACKAGE", package).replace("ASKED", code)
    return found


def main(rounds: int) -> int:
    best: dict[str, float] = {}
    with wire_server.serving() as url:
        for number in range(rounds + 1):
            for name, code in subjects().items():
                took = once(code, url)
                if number:
                    best[name] = min(took, best.get(name, took))
    print(f"{'first answer of a process, CPU':42} {best['raw']:7.1f} ms  httpx + pydantic + one small model")
    good = True
    for asked, budget in BUDGETS.items():
        ours, theirs = (best[f"{package}, {asked}"] / best["raw"] for package in ("typed_openai", "openai"))
        fits = budget is None or ours <= budget
        good &= fits
        told = "no budget" if budget is None else f"budget {budget:.2f} {'ok' if fits else 'OVER'}"
        print(f"  {asked:40} {ours:5.2f} x   official {theirs:5.2f} x   {told}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 9))
