"""The report of a bulk job in a real browser: it opens without a word of complaint, and its bars are drawn."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from typed_openai.bulk.page import BOUNDS
from typed_openai.bulk.report import BulkReport
from typed_openai.usage import Tokens

pytestmark = pytest.mark.interop
REPORT = BulkReport(
    answered=90,
    failed=10,
    resumed=50,
    left=None,
    usage=Tokens(1000, 500, 1500),
    by_model={"gpt-4o-mini": Tokens(1000, 500, 1500)},
    cost=None,
    seconds=12.5,
    requests=110,
    errors={"rate_limit_exceeded": 10},
    messages={"rate_limit_exceeded": "slow <down>"},
    latencies=(5, 40, 30, 10, 5, *[0] * (len(BOUNDS) - 4)),
    output="out.jsonl",
)


def chromium(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a headless Chromium that reaches nothing but files."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no chromium here")
    profile = f"--user-data-dir={folder}/profile"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND", profile]
    return subprocess.run([found, *options, *arguments], capture_output=True, text=True, timeout=120, check=True)


def test_the_bars_have_the_lengths_of_their_numbers(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    REPORT.save(page)
    measure = (
        "<script>addEventListener('load', () => { document.title = [...document.querySelectorAll('#latencies rect')]"
        ".map(bar => Math.round(bar.getBoundingClientRect().width)).join(',') })</script>"
    )
    measured = tmp_path / "measured.html"
    measured.write_text(page.read_text().replace("</body>", f"{measure}</body>"))
    dumped = chromium(tmp_path, "--dump-dom", measured.as_uri()).stdout
    found = re.search(r"<title>([\d,]+)</title>", dumped)
    assert found is not None
    widths = [int(width) for width in found[1].split(",")]
    assert len(widths) == len(REPORT.latencies)
    assert widths[1] == max(widths) > 200
    assert widths[2] == pytest.approx(widths[1] * 0.75, abs=2)
    assert widths[-1] == 0


def test_it_is_a_picture_too(tmp_path: Path) -> None:
    page, picture = tmp_path / "report.html", tmp_path / "report.png"
    REPORT.save(page)
    chromium(tmp_path, f"--screenshot={picture}", "--window-size=900,1400", page.as_uri())
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size > 20_000
