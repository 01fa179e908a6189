"""Responses in beta: a model hands work to agents of its own, and every item says which agent made it.

Run it with `python -m examples.several_agents` (`OPENAI_API_KEY`, or `OPENAI_BASE_URL` of a local server).
"""

from __future__ import annotations

from typed_openai import OpenAI
from typed_openai.models.responses import AgentMessage, MultiAgent, MultiAgentCall


def main() -> None:
    with OpenAI() as client:
        response = client.beta.responses.create(
            model="gpt-6-sol",
            input="Compare the rivers of Ghent and Bruges.",
            multi_agent=MultiAgent(enabled=True, max_concurrent_subagents=2),
            betas=["responses_multi_agent=v1"],
        )
        for item in response.output:
            who = item.agent.agent_name if item.agent else "?"
            if isinstance(item, MultiAgentCall):
                print(who, item.action, item.arguments)
            elif isinstance(item, AgentMessage):
                print(item.author, "writes to", item.recipient)
        print(response.output_text)
        client.beta.responses.delete(response.id, betas=["responses_multi_agent=v1"])


if __name__ == "__main__":
    main()
