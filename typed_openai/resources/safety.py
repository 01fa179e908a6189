"""What the service tells of its safety systems (API reference: Safety)."""

from typed_openai.core.declare.verbs import Resource, get, nested
from typed_openai.models.safety import SafetyAlert, SafetyCase


class Alerts(Resource):
    """Responses that may have done what nobody meant."""

    retrieve = get("/safety/alerts/{id}", SafetyAlert)
    """Fetch an alert that a webhook told of."""


class Cases(Resource):
    """Users who broke the rules."""

    retrieve = get("/safety/cases/{id}", SafetyCase)
    """Fetch a case that a webhook or a mail told of."""


class Safety(Resource):
    """What the safety systems report."""

    path = "safety"

    alerts = nested(Alerts)
    """Responses that may have done what nobody meant."""
    cases = nested(Cases)
    """Users who broke the rules."""
