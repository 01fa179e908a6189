"""Agents that the service keeps, and what they need (API reference: Agents; beta).

Sessions stand in `agent_sessions.py`, environments in `agent_environments.py`, vaults in `vaults.py`, automations in
`automations.py`.
"""

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.models.agents.agents import Agent, AgentCreateParams, AgentDeleted, AgentUpdateParams
from typed_openai.models.agents.kept_objects import AgentListParams
from typed_openai.resources.agent_beta import BETA


class Agents(Resource):
    """Models with instructions and tools, kept by the service, and their sessions."""

    path = "beta.agents"
    _headers = BETA

    create = post("/agents", AgentCreateParams, Agent)
    """Make an agent."""
    retrieve = get("/agents/{agent_id}", Agent)
    """Fetch an agent."""
    update = post("/agents/{agent_id}", AgentUpdateParams, Agent)
    """Change an agent; what is left out stays as it is, and so do sessions that have begun."""
    list = get("/agents", AgentListParams, CursorPage[Agent])
    """List the agents, the newest first unless `order` says otherwise."""
    delete = delete("/agents/{agent_id}", AgentDeleted)
    """Delete an agent."""
    automations = nested("typed_openai.resources.automations.Automations")
    environments = nested("typed_openai.resources.agent_environments.Environments")
    sessions = nested("typed_openai.resources.agent_sessions.Sessions")
    vaults = nested("typed_openai.resources.vaults.Vaults")
