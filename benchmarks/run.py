"""Ours, raw httpx + json, and the official package, side by side in one run; prints ratios against raw httpx.

    make bench

Each measurement is a fresh process; the three subjects take turns, several times, and the best of each counts: what is
left is the work, not the noise of the machine. Budgets are those of the design; over budget is exit code 1. Absolute
times are shown to give an idea; only the ratios mean anything elsewhere.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import canned

HERE = Path(__file__).parent
# A streamed chunk without sockets is at its floor, which is pydantic's: reading it as JSON into a model of the same
# fields is 0.7 of what raw httpx + json need for all of it; over sockets (`sockets.py`) its budget is 0.9. What is
# loaded is compared with httpx and one small model of pydantic, as in `cold.py`.
WORKS = {  # name: (what it is, unit, factor, rounds, budget as a ratio to raw httpx)
    "call": ("one chat call, client CPU", "µs", 1e6, 5, 1.0),
    "own": ("one chat call, own http_client, client CPU", "µs", 1e6, 5, 1.1),
    "respond": ("one Responses call, client CPU", "µs", 1e6, 5, 1.25),
    "chunk": ("one streamed chunk, client CPU", "µs", 1e6, 5, 1.1),
    "event": ("one Responses stream event, client CPU", "µs", 1e6, 5, 1.0),
    "concurrent": ("300 concurrent async calls, client CPU", "ms", 1e3, 5, 1.25),
    "import": ("import + client + chat resource, CPU", "ms", 1e3, 7, 1.0),
    "loaded": ("import + client + chat resource, memory", "MB", 1, 3, 1.0),
    "import responses": ("import + client + Responses, CPU", "ms", 1e3, 7, 1.4),
    "loaded responses": ("import + client + Responses, memory", "MB", 1, 3, 1.1),
    "cold": ("cold start to the first answer, wall", "ms", 1e3, 7, None),
    "memory": ("memory after one call", "MB", 1, 3, None),
}
_CALL = "client = OpenAI()\nprint(client.chat.completions.create(model='m', messages=[]).choices[0])\n"
APPS = {
    "raw": "import httpx, pydantic\n\nprint(httpx.Client().post('http://x', json={}).json(), pydantic.VERSION)\n",
    "official": f"from openai import OpenAI\n\n{_CALL}",
    "ours": f"from typed_openai import OpenAI\n\n{_CALL}",
}
SUBJECTS = ("raw", "official", "ours")
CHECKING = 0.62
"""How long mypy may take over our application, as a ratio to the official package's."""


def once(subject: str, work: str, base_url: str) -> float:
    command = [sys.executable, str(HERE / "subjects.py"), subject, work, base_url]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    return float(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)


def checked(subject: str) -> float:
    """Seconds of mypy --strict on a four-line application, nothing cached."""
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder) / "app.py"
        app.write_text(APPS[subject])
        command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull, "--no-incremental", str(app)]
        began = time.perf_counter()
        outcome = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
        assert outcome.returncode == 0, outcome.stdout
        return time.perf_counter() - began


def stubs() -> tuple[int, int, int]:
    """How many files the installed stubs are, how many lines and how many bytes."""
    found = [path.read_bytes() for path in Path(sysconfig.get_path("purelib"), "typed_openai").rglob("*.pyi")]
    assert found, "the stubs are not installed"
    return len(found), sum(each.count(b"\n") for each in found), sum(map(len, found))


def row(title: str, unit: str, best: dict[str, float], budget: float | None) -> bool:
    ratios = {subject: best[subject] / best["raw"] for subject in SUBJECTS}
    good = budget is None or ratios["ours"] <= budget
    cells = "  ".join(f"{best[subject]:9.1f} {unit} {ratios[subject]:5.2f} x" for subject in SUBJECTS)
    told = "no budget" if budget is None else f"budget {budget:.2f} {'ok' if good else 'OVER'}"
    print(f"{title:42} {cells}   {told}", flush=True)
    return good


def main() -> int:
    print(f"{'':42} " + "  ".join(f"{subject:>20}" for subject in SUBJECTS))
    good = True
    with canned.server() as base_url:
        for work, (title, unit, factor, rounds, budget) in WORKS.items():
            best = dict.fromkeys(SUBJECTS, float("inf"))
            for _ in range(rounds):
                for subject in SUBJECTS:
                    best[subject] = min(best[subject], once(subject, work, base_url) * factor)
            good &= row(title, unit, best, budget)
    for used, others in (("chat", "of responses"), ("Responses", "of chat")):
        count = int(once("ours", others, ""))
        good &= count == 0
        print(f"modules {others} that using {used} loads".ljust(42), f"{count}   budget 0 {'OVER' if count else 'ok'}")
    seconds = {subject: min(checked(subject) for _ in range(2)) for subject in SUBJECTS}
    row("mypy --strict on 4 lines, cold, wall", "s ", seconds, None)
    ratio = seconds["ours"] / seconds["official"]
    good &= ratio <= CHECKING
    said = f"budget {CHECKING:.2f} {'ok' if ratio <= CHECKING else 'OVER'}"
    print(f"{'the same, ours to the official package':42} {ratio:.2f} x   {said}")
    files, lines, size = stubs()
    print(f"{'stubs':42} {files} files, {lines:,} lines, {size / 1e6:.2f} MB   no budget")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
