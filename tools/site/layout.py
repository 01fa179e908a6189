"""What zensical reads, laid out in a folder: pages, configuration, sources of the reference, texts for models.

Pages are copied as they are, but for links that leave docs/: the README is the first page of the site, its neighbours
(CHANGELOG and others) are pages, and `examples/` is a page that shows its files. What has no place on the site is an
error, not a dead link.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

from tools.site import models, reference, texts

LINK = re.compile(r"^```.*?^```$|`[^`\n]+`|\]\((?!https?://|#)([^)\s#]+)", re.MULTILINE | re.DOTALL)
HAND_MARK = "    # what is no operation\n"
OPERATIONS_MARK = "    # the operations, area by area\n"
MODELS_MARK = "    # the models, area by area\n"
NEIGHBOURS = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "examples": "examples.md",
}
"""What lies beside docs/, and its page."""


def lay_out(root: Path, target: Path) -> None:
    """Write all of it into `target`, in place of what was there.

    Raises `LookupError` for a link to something that the site does not have, or a page that its list does not name.
    """
    shutil.rmtree(target, ignore_errors=True)
    folder = target / "pages"
    written = {path.name: path.read_text() for path in sorted((root / "docs").glob("*.md"))}
    made = {page: (root / name).read_text() for name, page in NEIGHBOURS.items() if (root / name).is_file()}
    made["examples.md"] = examples(root / "examples")
    whole = {name: linked(text, name, written) for name, text in (made | written).items()}
    sources = target / "reference"
    operations = reference.operation_pages(reference.write_sources(root, sources))
    hand = reference.hand_pages()
    config = (root / "docs/zensical.toml").read_text()
    shown = models.write_sources(sources / "typed_openai")
    shapes = models.pages(shown)
    listed = {HAND_MARK: hand, OPERATIONS_MARK: operations}
    lines = {mark: [f'    "{name}",' for name in pages] for mark, pages in listed.items()}
    for mark, found in {**lines, MODELS_MARK: models.grouped(shown)}.items():
        config = config.replace(mark, "".join(f"{line}\n" for line in found))
    (target / "zensical.toml").write_text(config)
    nav = tomllib.loads(config)["project"]["nav"]
    texts.check(nav, whole | hand | operations | shapes)
    texts.write(folder, whole | hand | operations | shapes)
    for picture in (*(root / "docs").glob("*.svg"), root / "docs/site.css"):
        shutil.copy(picture, folder)
    whole |= {name: reference.outline(text, sources) for name, text in (hand | operations | shapes).items()}
    texts.write(target / "texts", whole | texts.for_models(nav, whole))


def linked(text: str, name: str, written: dict[str, str]) -> str:
    """A page with its links as they are on the site."""

    def moved(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0]  # code
        place = match[1].removeprefix("../").removeprefix("docs/").rstrip("/")
        aim = NEIGHBOURS.get(place, place)
        if aim not in written and aim not in NEIGHBOURS.values() and not aim.endswith(".svg"):
            raise LookupError(f"{name} links to {match[1]}, which the site does not have: add it to NEIGHBOURS")
        return f"]({aim}"

    return LINK.sub(moved, text)


def examples(folder: Path) -> str:
    """A page of short programs, each with what its docstring says first."""
    parts = ["# Examples\n\nShort programs, one for each area. They lie in `examples/`.\n"]
    for path in sorted(folder.glob("*.py")):
        if path.stem != "__init__":
            parts.append(f"## {path.stem.replace('_', ' ').capitalize()}\n\n```python\n{path.read_text()}```\n")
    return "\n".join(parts)
