"""Any number of runs over the same files, whatever fails in each and wherever it was cut: what always holds."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bulk.files import Echo, asked, bulk, lines_in
from tests.canned import Connect, failure

NAMES = [f"n{number}" for number in range(8)]
RUN = st.tuples(
    st.sets(st.sampled_from(NAMES)),  # what fails
    st.integers(0, 400),  # how many bytes of the output are lost afterwards, none when it would be more than a line
    st.integers(1, 4),  # how many are asked at once
    st.booleans(),  # the colour
)


def answers(out: Path) -> dict[str, bool]:
    """What the whole lines of the output say: which names, and whether they were answered."""
    found: dict[str, bool] = {}
    for text in out.read_text().splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue  # torn
        found[line["custom_id"]] = line["error"] is None and line["response"]["status_code"] == 200
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(RUN, min_size=1, max_size=5))
def test_what_is_answered_stays_and_is_never_asked_again(runs: list[tuple[set[str], int, int, bool]]) -> None:
    with TemporaryDirectory() as folder:
        source, out = asked(Path(folder) / "in.jsonl", *NAMES), Path(folder) / "out.jsonl"
        kept: set[str] = set()
        for failing, lost, concurrency, is_async in runs:
            wire = Echo(**{f"q{name}": failure(400) for name in failing})
            report = asyncio.run(bulk(Connect(is_async), wire, source, out, concurrency=concurrency))
            assert sorted(wire.asked) == sorted(set(NAMES) - kept), "each that has no answer is asked once"
            found = answers(out)
            assert len(lines_in(out)) == len(found) == len(NAMES), "no name stands there twice, none is missing"
            assert {name for name in NAMES if found[name]} == set(NAMES) - (failing - kept)
            assert (report.answered, report.failed) == (len(set(NAMES) - kept - failing), len(failing - kept))
            assert report.resumed == len(kept)
            content = out.read_bytes()
            last = content.rstrip(b"\n").rpartition(b"\n")[2]
            if lost <= len(last):
                out.write_bytes(content[: len(content) - lost])
            kept = {name for name, is_good in answers(out).items() if is_good}
