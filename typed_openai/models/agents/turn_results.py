"""What a turn came to, put together from its events: the answer, what was done, what it is waiting for."""

from typed_openai.models.agents.items import AgentSessionItem, AgentSessionMessage
from typed_openai.models.agents.sessions import AgentSession, RequiredAction
from typed_openai.models.agents.turns import TokenUsage, Turn
from typed_openai.models.base import Result


class AgentTurnResult(Result):
    """What a session did about an input, as far as its events told."""

    session: AgentSession | None = None
    """The session as it was last; None where no event said."""
    turn: Turn | None = None
    """The turn of the agent as it was last; None before there was one."""
    items: list[AgentSessionItem] = []
    """What was said and done since the turn began, by subagents too, in order; the last may be unfinished."""

    @property
    def session_id(self) -> str | None:
        """The session."""
        known = None if self.turn is None else self.turn.session_id
        return self.session.id if known is None and self.session is not None else known

    @property
    def turn_id(self) -> str | None:
        """The turn."""
        return None if self.turn is None else self.turn.id

    @property
    def messages(self) -> list[AgentSessionMessage]:
        """The agent's answer: its messages of this turn, without what it says at work."""
        found = [item for item in self.items if isinstance(item, AgentSessionMessage) and item.role == "assistant"]
        return [each for each in found if each.phase != "commentary" and self.turn_id in (None, each.turn_id)]

    @property
    def output_text(self) -> str:
        """The words of the answer."""
        return "".join(message.output_text for message in self.messages)

    @property
    def required_actions(self) -> list[RequiredAction]:
        """What the session waits for."""
        return [] if self.session is None else self.session.required_actions or []

    @property
    def usage(self) -> TokenUsage | None:
        """What the turn consumed; None where nobody said."""
        return None if self.turn is None else self.turn.usage
