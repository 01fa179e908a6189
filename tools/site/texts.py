"""The site for programs that read: `llms.txt` (what there is), `llms-full.txt` (the guides), a `.md` for each page.

https://llmstxt.org says what `llms.txt` looks like. A page of the reference is HTML only after griffe has read its
sources; its `.md` is an outline of them: signatures and docstrings, as Python (`reference.outline`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
INTRO = """# typed_openai

> A typed Python client for the OpenAI HTTP API and everything that speaks its protocol: every request is checked before
> it leaves, every answer is typed, a stream is complete or an error.

Names and call shapes are those of the official `openai` package. Every page is here as Markdown; `llms-full.txt` has
all of them but the reference in one file.
"""


def leaves(nav: Any) -> list[tuple[str, str]]:
    """The pages of a nav in order, each behind the name of its group."""
    return [(group, page) for part in nav for group, inside in part.items() for page in _below(inside)]


def _below(inside: Any) -> Iterator[str]:
    """The pages of a part of a nav: a page, one under a name of its own, or a group of pages."""
    if isinstance(inside, str):
        yield inside
        return
    for each in inside.values() if isinstance(inside, dict) else inside:
        yield from _below(each)


def check(nav: Any, pages: Collection[str]) -> None:
    """Raise `LookupError` unless the nav names each page once, and nothing else."""
    named = [page for _, page in leaves(nav)]
    wrong = sorted({*pages} ^ {*named}) + sorted({page for page in named if named.count(page) > 1})
    if wrong:
        raise LookupError(f"docs/zensical.toml must name each page once: look at {', '.join(wrong)}")


def title(text: str) -> str:
    """The first heading of a page."""
    found = TITLE.search(text)
    assert found is not None, "a page begins with a heading"
    return found[1]


def summary(text: str) -> str:
    """The first sentence of a page's prose: of its first paragraph that is neither code, list, table nor heading."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for paragraph in re.split(r"\n\s*\n", prose):
        flat = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(paragraph.split()))
        if flat and not re.match(r"[#|*<!>-]|\d\.", flat):
            return re.split(r"(?<=[.:;!?]) (?=[A-Z`])", flat)[0].rstrip(":;")
    return ""


def index(nav: Any, pages: dict[str, str]) -> str:
    """`llms.txt`: each page with its first sentence, grouped as on the site."""
    lines = [INTRO]
    last = ""
    for group, page in leaves(nav):
        if group != last:
            lines.append(f"\n## {group}\n")
        last = group
        said = summary(pages[page])
        lines.append(f"- [{title(pages[page])}]({page})" + (f": {said}" if said else ""))
    return "\n".join(lines) + "\n"


def for_models(nav: Any, pages: dict[str, str]) -> dict[str, str]:
    """The two texts with everything in them."""
    guides = [page for _, page in leaves(nav) if "/" not in page]
    full = "\n\n".join(f"<!-- {page} -->\n\n{pages[page].strip()}" for page in guides) + "\n"
    return {"llms.txt": index(nav, pages), "llms-full.txt": full}


def write(folder: Path, files: dict[str, str]) -> None:
    """Write texts below a folder, by their names."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
