"""Slow and noisy: does memory stay where it is over many calls, streams, left streams, errors and clients?

    make soak

Prints the growth between the first and the last third of each run; more than the allowance is exit code 1.
"""

from __future__ import annotations

import gc
import resource
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import subjects

import typed_openai

ALLOWED_KB = 2048


def memory() -> int:
    """Resident memory in KB, now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1]) if sys.platform == "linux" else 0
    return pages * resource.getpagesize() // 1024


def growth(work: Callable[[], object], times: int) -> int:
    """KB by which memory grew over the last two thirds of `times` rounds."""
    for _ in range(times // 3):
        work()
    gc.collect()
    before = memory()
    for _ in range(times - times // 3):
        work()
    gc.collect()
    return memory() - before


def main() -> int:
    ours = subjects.Ours()
    ours.make()
    create = ours.client.chat.completions.create
    messages = [{"role": "user", "content": "Hello"}]

    def left_stream() -> None:
        next(iter(create(model="m", messages=messages, stream=True)))

    def refused() -> None:
        try:
            create(model="m", messages=messages, temperature="hot")
        except typed_openai.RequestValidationError:
            return

    def derived() -> None:
        ours.client.with_options(timeout=5).chat.completions.create(model="m", messages=messages)

    works: dict[str, tuple[Callable[[], object], int]] = {
        "10,000 calls": (ours.call, 10_000),
        "60 streams of 1,000 chunks": (ours.stream, 60),
        "60 Responses streams of 1,000 events": (ours.events, 60),
        "600 streams left after one chunk": (left_stream, 600),
        "3,000 refused requests": (refused, 3_000),
        "3,000 clients by with_options": (derived, 3_000),
    }
    good = True
    for title, (work, times) in works.items():
        grown = growth(work, times)
        good &= grown <= ALLOWED_KB
        print(f"{title:38} {grown:6} KB {'ok' if grown <= ALLOWED_KB else 'GROWS'}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
