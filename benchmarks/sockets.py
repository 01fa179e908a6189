"""Calls over loopback sockets: ours, raw httpx, raw aiohttp, the official package; CPU of the client, as ratios.

    make bench            # runs this after the rest; or: python benchmarks/sockets.py [rounds] [picture.svg]

Each measurement is a process of its own, the server is another; the subjects take turns, and the best of each counts.
Over budget is exit code 1. The picture shows how the cost of an async call grows with what is in flight.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import wire_server

HERE = Path(__file__).parent
RAW, BARE, THEIRS, THEIRS_TOO, OURS, OURS_TOO = (
    "raw httpx",
    "raw aiohttp",
    "official",
    "official+aiohttp",
    "ours",
    "ours+aiohttp",
)
SYNC, ASYNC = (RAW, OURS, THEIRS), (RAW, BARE, OURS, OURS_TOO, THEIRS, THEIRS_TOO)
WORKS: dict[str, tuple[str, int, int, tuple[str, ...]]] = {  # title: (work, in flight, calls, subjects)
    "sync call": ("sync", 1, 3000, SYNC),
    "streamed chunk": ("chunk", 1, 40, SYNC),
    "async call, 1 in flight": ("async", 1, 2000, ASYNC),
    "async call, 50 in flight": ("async", 50, 4000, ASYNC),
    "async call, 500 in flight": ("async", 500, 8000, ASYNC),
    "300 at once": ("burst", 300, 0, (RAW, OURS, OURS_TOO, THEIRS)),
    "1,000 at once": ("burst", 1000, 0, (RAW, OURS, OURS_TOO, THEIRS)),
    "3,000 at once": ("burst", 3000, 0, (OURS, OURS_TOO, THEIRS_TOO)),
    "10,000 at once": ("burst", 10000, 0, (OURS, OURS_TOO)),
    "map of 5,000, 200 in flight": ("map", 200, 5000, (OURS, OURS_TOO, THEIRS)),
}
BUDGETS = (  # (work, subject, other subject, other work, at most)
    ("sync call", OURS, RAW, "sync call", 0.75),
    ("streamed chunk", OURS, RAW, "streamed chunk", 0.9),
    ("async call, 50 in flight", OURS, RAW, "async call, 50 in flight", 0.45),
    ("async call, 500 in flight", OURS, RAW, "async call, 500 in flight", 0.45),
    ("async call, 500 in flight", OURS, OURS, "async call, 1 in flight", 1.6),
    ("async call, 50 in flight", OURS_TOO, RAW, "async call, 50 in flight", 0.30),
    ("async call, 50 in flight", OURS_TOO, THEIRS, "async call, 50 in flight", 0.25),
    ("async call, 50 in flight", OURS_TOO, BARE, "async call, 50 in flight", 2.2),
)
LEAST_OF_A_MAP = 4.0
"""How many times as many requests a second of CPU as the official package with `asyncio.gather`."""
Found = dict[tuple[str, str], list[float]]


def once(subject: str, title: str, url: str) -> list[float] | None:
    """What one process measured, None for one that failed or took more than three minutes."""
    work, in_flight, calls, _ = WORKS[title]
    command = [sys.executable, str(HERE / "wire_subjects.py"), subject, work, str(in_flight), str(calls), url]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    try:
        outcome = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, timeout=180)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return None
    return [float(number) for number in outcome.stdout.split()[:-1]]


def measured(rounds: int) -> Found:
    """The best of each subject in each work."""
    found: Found = {}
    with wire_server.serving() as url:
        for title, (work, _, _, subjects) in WORKS.items():
            better = max if work == "map" else min
            for _ in range(rounds):
                for subject in subjects:
                    numbers = once(subject, title, url)
                    if numbers is not None:
                        found[title, subject] = better(found.get((title, subject), numbers), numbers)
            tell(title, subjects, found)
    return found


def tell(title: str, subjects: tuple[str, ...], found: Found) -> None:
    """One line, as soon as it is known."""
    cells: list[str] = []
    for subject in subjects:
        numbers = found.get((title, subject))
        base = found.get((title, RAW))
        if numbers is None:
            cells.append(f"{subject} failed")
        elif len(numbers) > 1:
            cells.append(f"{subject} {numbers[0]:.0f}/s of CPU, {numbers[1]:.0f} MB more")
        else:
            ratio = f" {numbers[0] / base[0]:.2f} x" if base is not None else ""
            cells.append(f"{subject} {numbers[0]:.0f} µs{ratio}")
    print(f"{title:28} " + "   ".join(cells), flush=True)


def judged(found: Found) -> bool:
    """Whether all budgets hold; prints each."""
    good = True
    for work, subject, other, where, most in BUDGETS:
        ratio = found[work, subject][0] / found[where, other][0]
        good &= ratio <= most
        against = other if work == where else f"itself, {where}"
        print(f"{work}: {subject} to {against}: {ratio:.2f}   budget {most:.2f} {'ok' if ratio <= most else 'OVER'}")
    title = "map of 5,000, 200 in flight"
    times = found[title, OURS][0] / found[title, THEIRS][0]
    print(f"{title}: {times:.1f} x the requests of the official package   budget {LEAST_OF_A_MAP} or more", end=" ")
    print("ok" if times >= LEAST_OF_A_MAP else "UNDER")
    return good and times >= LEAST_OF_A_MAP


def picture(found: Found) -> str:
    """How the cost of an async call grows with what is in flight, as SVG: one bar for each subject and number."""
    colours = {
        RAW: "#9e9e9e",
        BARE: "#cfcfcf",
        OURS: "#1565c0",
        OURS_TOO: "#64b5f6",
        THEIRS: "#c62828",
        THEIRS_TOO: "#ef9a9a",
    }
    titles = [title for title in WORKS if title.startswith("async call")]
    top = max(numbers[0] for (title, _), numbers in found.items() if title in titles)
    lines = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 300" font-family="sans-serif" font-size="12">']
    lines.append('<text x="10" y="18">CPU of the client for one async chat call, µs (loopback sockets)</text>')
    for place, title in enumerate(titles):
        left = 20 + place * 235
        lines.append(f'<text x="{left}" y="292">{title.removeprefix("async call, ")}</text>')
        for index, (subject, colour) in enumerate(colours.items()):
            value = found[title, subject][0]
            height = 200 * value / top
            x, y = left + index * 34, 272 - height
            lines.append(f'<rect x="{x}" y="{y:.0f}" width="30" height="{height:.0f}" fill="{colour}"/>')
            lines.append(f'<text x="{x}" y="{y - 4:.0f}" font-size="10">{value:.0f}</text>')
    for index, (subject, colour) in enumerate(colours.items()):
        x = 10 + index * 116
        lines.append(f'<rect x="{x}" y="30" width="10" height="10" fill="{colour}"/>')
        lines.append(f'<text x="{x + 14}" y="39">{subject}</text>')
    return "\n".join([*lines, "</svg>", ""])


def main() -> int:
    found = measured(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text(picture(found))
    return 0 if judged(found) else 1


if __name__ == "__main__":
    sys.exit(main())
