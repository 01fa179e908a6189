"""Decisions: mails are sorted by questions with few answers, and a model finds its way by choosing the next step."""

from __future__ import annotations

from typed_openai import OpenAI
from typed_openai.local import LocalServer

MAIL = "Hello, my tea has not come. Could you tell me where it is? Thank you!"


def main() -> None:
    client = OpenAI()
    decision = client.decisions.create(
        model="gpt-6-luna",
        input=[{"role": "user", "content": MAIL}],
        questions=[
            {"type": "predicate", "name": "urgent", "instructions": "Somebody must answer today."},
            {
                "type": "choice",
                "name": "team",
                "instructions": "Who answers?",
                "choices": [
                    {"value": "shipping", "description": "where is it, has not come"},
                    {"value": "accounts", "description": "bills and money"},
                ],
            },
            {
                "type": "score",
                "name": "mood",
                "instructions": "How friendly is it?",
                "levels": [{"label": "angry"}, {"label": "calm"}, {"label": "thank you"}],
            },
        ],
    )
    for answer in decision.answers:
        if answer.type == "predicate":
            print(f"{answer.name}: {answer.probability:.0%}")
        elif answer.type == "choice":
            print(f"{answer.name}: {answer.choice} ({answer.confidence:.0%})")
        elif answer.type == "score":
            print(f"{answer.name}: {answer.score:g}")

    floor = 0

    def up() -> None:
        """Go up one floor."""
        nonlocal floor
        floor += 1

    def down() -> None:
        """Go down one floor."""
        nonlocal floor
        floor -= 1

    # A script stands in for the model, which chooses by itself in earnest.
    with LocalServer(script=["up", "up", "task_is_done"]) as server:
        lift = OpenAI(base_url=server.base_url, api_key="sk-local")
        run = lift.decisions.run_tools(
            model="gpt-6-luna",
            input="Go to the second floor.",
            tools=[up, down],
            observe=lambda: f"You are on floor {floor}.",
            verify=lambda: floor == 2,
        )
    print(run.status, "after", ", ".join(call.name for call in run.calls))


if __name__ == "__main__":
    main()
