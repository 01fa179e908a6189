"""What a tool is to each API that takes tools, for type checkers: the bases that only say what a model is.

They stand apart so that a tool made of a function (`typed_openai/tools/definition.py`) is one of each without loading
the models of each. What such a tool is on the wire, it says itself: `as_input()` for chat and assistants,
`for_responses()`, `for_realtime()`, `for_agents()`.
"""

from typed_openai.models.base import Model


class AnyAgentTool(Model):
    """A tool of an agent: your own or one of the service."""


class AssistantToolParam(Model):
    """A tool of an assistant: `CodeInterpreterTool`, `FileSearchTool`, `FunctionTool`, or a function made one."""


class ResponseTool(Model):
    """A tool that a response may use: your own or one of the service."""


class RealtimeTool(Model):
    """A tool that a realtime session may use: `RealtimeFunctionTool`, `Mcp`, or a function made one."""
