"""Agents of the service: what they are, their sessions with turns, items and events, where they run, what they know."""

from typed_openai.core.lazy_names import Folder

_names = Folder(
    __name__,
    also=("typed_openai.models.receipts", "typed_openai.models.unknown_kinds"),
    former={"AgentReceipt": "Deleted", "HostedFileIDParam": "TemplateFileID"},
    both_ways=True,
)
__getattr__, __dir__ = _names.find, _names.listed
