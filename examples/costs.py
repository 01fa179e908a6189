"""What an organization spends: per day, per model and project, as rows for a table, and a project that is kept small.

Run it with `python -m examples.costs` (`OPENAI_ADMIN_KEY`, or `OPENAI_BASE_URL` of a local server).
"""

from __future__ import annotations

import csv
import sys

from typed_openai import OpenAI


def main() -> None:
    client = OpenAI()  # OPENAI_ADMIN_KEY is for what is below client.admin, OPENAI_API_KEY for all else
    organization = client.admin.organization
    project = organization.projects.create(name="Atlas")
    organization.projects.spend_limit.update(project.id, currency="USD", interval="month", threshold_amount=10_000)

    asked = client.with_options(project=project.id).chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": "Name three colours."}]
    )
    costs = organization.usage.costs(start_time=asked.created, group_by=["project_id", "line_item"], limit=31)
    for row in costs.records(by=("day", "project")):
        print(row["day"], row["project_id"], row["amount"], row["currency"])

    used = organization.usage.completions(start_time=asked.created, group_by=["model"], bucket_width="1h")
    rows = used.records(by=("model", "day"))
    table = csv.DictWriter(sys.stdout, fieldnames=list(rows[0])) if rows else None
    if table is not None:
        table.writeheader()
        table.writerows(rows)

    organization.projects.archive(project.id)


if __name__ == "__main__":
    main()
