"""What users build on stays: `snapshot.txt` names it, and whoever takes something away rewrites the file on purpose."""

from __future__ import annotations

import pytest

from tools.api_snapshot import breaking, snapshot, written

pytestmark = pytest.mark.once


def test_nothing_that_was_promised_is_gone() -> None:
    now, promised = snapshot(), written()
    assert len(promised) > 10_000
    assert {":OpenAI", "models.chat:ChatCompletion.choices", "resources.chat:Completions.create(model=)"} <= set(now)
    faults = breaking(promised, now)
    assert not faults, (
        "this breaks code of users; when that is meant, say so in CHANGELOG and run `python -m tools.api_snapshot`:\n"
        + "\n".join(faults)
    )


PROMISED = ["a:C", "a:C.call", "a:C.call(0 path)", "a:C.call(size=)", "a:C.call(**options)"]


@pytest.mark.parametrize(
    ("now", "faults"),
    [
        (PROMISED, []),
        ([*PROMISED, "a:D", "a:D.call", "a:D.call(name)"], []),
        ([*PROMISED, "a:C.call(colour=)"], []),
        ([*PROMISED, "a:C.call(colour)"], ["now required: a:C.call(colour)"]),
        (PROMISED[:-1], ["gone: a:C.call(**options)"]),
        (
            [*PROMISED[:2], "a:C.call(1 path)", *PROMISED[3:]],
            ["gone: a:C.call(0 path)", "now required: a:C.call(1 path)"],
        ),
        ([*PROMISED[:2], "a:C.call(0 path=)", *PROMISED[3:]], []),
        ([*PROMISED[:3], "a:C.call(1 size=)", *PROMISED[4:]], []),
        ([*PROMISED[:3], "a:C.call(size)", *PROMISED[4:]], ["gone: a:C.call(size=)", "now required: a:C.call(size)"]),
        (["a:C"], [f"gone: {line}" for line in sorted(PROMISED[1:])]),
    ],
    ids=[
        "same",
        "more",
        "more-optional",
        "more-required",
        "less-open",
        "moved",
        "no-longer-required",
        "by-place-too",
        "now-required",
        "gone",
    ],
)
def test_breaking_is_what_users_would_notice(now: list[str], faults: list[str]) -> None:
    assert breaking(PROMISED, now) == faults
