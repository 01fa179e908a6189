"""An agent at work: a session in an environment with files, turns with function calls, artifacts, what others see."""

from __future__ import annotations

import tempfile
from pathlib import Path

from typed_openai import OpenAI, tool
from typed_openai.models.agents import UnknownKind
from typed_openai.models.agents.session_events import AgentSessionEvent


@tool
def get_price(article: str) -> str:
    """What an article costs."""
    return f"{article} costs 3 francs"


def line(event: AgentSessionEvent) -> str:
    """What an event is about, in one line; "" for those that only show how far something is."""
    if event.type == "agent.session.turn.item.done":
        return f"  {event.item.type}"
    if event.type == "agent.session.requires_action":
        return "  waits for " + ", ".join(action.type for action in event.session.required_actions)
    return ""


def main() -> None:
    agents = OpenAI().beta.agents

    agent = agents.create(model="gpt-5", name="clerk", instructions="Be brief.", tools=[get_price])
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "stock.csv").write_text("tea,7\n")
        prepared = agents.environments.files.prepare_directory(folder, destination="/workspace/data", include=["*.csv"])
    environment = agents.environments.create(environment={"type": "openai_hosted", "files": prepared.files})
    print(
        "environment",
        environment.status,
        [file.path for file in environment.files if not isinstance(file, UnknownKind)],
    )

    session = agents.sessions.create(
        agent_id=agent.id,
        agent={"reasoning": {"summary": "auto"}},
        environment={"type": "openai_hosted", "environment_id": environment.id},
    )
    with agents.sessions.stream(session.id, input="What does tea cost?", tools=[get_price]) as stream:
        for event in stream:
            if told := line(event):
                print(told)
    result = stream.get_final_result()
    print("answered", result.output_text)
    if result.usage is not None:
        print("tokens", result.usage.total_tokens)

    artifacts = agents.sessions.artifacts.for_result(result)
    print("artifact", artifacts.content("/workspace/outputs/answer.txt").text)

    for item in agents.sessions.items.list(session.id, order="asc"):
        print(" ", item.type)
    agents.sessions.delete(session.id)
    print("deleted", agents.delete(agent.id).deleted)


if __name__ == "__main__":
    main()
