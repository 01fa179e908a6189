"""Automations and each time that they were due (API reference: Agent automations; beta)."""

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.models.agents.automations import (
    Automation,
    AutomationCreateParams,
    AutomationDeleted,
    AutomationInvocation,
    AutomationListParams,
    AutomationUpdateParams,
)
from typed_openai.models.agents.kept_objects import AgentListParams
from typed_openai.resources.agent_beta import BETA


class Invocations(Resource):
    """Each time that an automation was due."""

    _headers = BETA

    create = post("/agents/automations/{automation_id}/invocations", AutomationInvocation)
    """Do now what an automation does when it is due; its schedule stays."""
    retrieve = get("/agents/automations/{automation_id}/invocations/{invocation_id}", AutomationInvocation)
    """Fetch one time that an automation was due."""
    list = get("/agents/automations/{automation_id}/invocations", AgentListParams, CursorPage[AutomationInvocation])
    """List each time that an automation was due, the newest first unless `order` says otherwise."""


class Automations(Resource):
    """Inputs that sessions get at a time."""

    path = "beta.agents.automations"
    _headers = BETA

    create = post("/agents/automations", AutomationCreateParams, Automation)
    """Make an automation."""
    retrieve = get("/agents/automations/{automation_id}", Automation)
    """Fetch an automation."""
    update = post("/agents/automations/{automation_id}", AutomationUpdateParams, Automation)
    """Change an automation; what is left out stays as it is."""
    list = get("/agents/automations", AutomationListParams, CursorPage[Automation])
    """List the automations, the newest first unless `order` says otherwise."""
    delete = delete("/agents/automations/{automation_id}", AutomationDeleted)
    """Delete an automation."""
    pause = post("/agents/automations/{automation_id}/pause", Automation)
    """Let an automation not be due until it is resumed."""
    resume = post("/agents/automations/{automation_id}/resume", Automation)
    """Let a paused automation be due again."""
    invocations = nested(Invocations)
