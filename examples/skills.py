"""Skills: upload a folder, upload it again as another version, fetch it back, delete it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from typed_openai import OpenAI

MANIFEST = """---
name: invoices
description: How invoices are written here.
---
Run scripts/total.py on the lines of an order, and write the sum below them.
"""


def main() -> None:
    client = OpenAI()
    folder = Path("invoices")
    (folder / "scripts").mkdir(parents=True)
    (folder / "SKILL.md").write_text(MANIFEST)
    (folder / "scripts" / "total.py").write_text("print(sum(map(float, open(0))))\n")

    skill = client.skills.create(files=folder)
    print("uploaded", skill.name, "-", skill.description)

    (folder / "scripts" / "total.py").write_text("print(round(sum(map(float, open(0))), 2))\n")
    version = client.skills.versions.create(skill.id, files=folder, default=True)
    print("the default is now version", version.version)

    client.skills.content.retrieve(skill.id).write_to_file("invoices.zip")
    with zipfile.ZipFile("invoices.zip") as packed:
        print("fetched", ", ".join(packed.namelist()))

    client.skills.versions.delete("1", skill_id=skill.id)
    client.skills.delete(skill.id)


if __name__ == "__main__":
    main()
