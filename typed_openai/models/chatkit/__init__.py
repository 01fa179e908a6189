"""ChatKit: sessions for the chat in a web page, and what was said in it.

Importing this loads nothing; each name is looked up in the modules of the folder when it is first used.
"""

from typing import Any

from typed_openai.core.lazy_names import Folder

_names = Folder(
    __name__,
    former={
        "AutomaticThreadTitlingParam": "Switch",
        "ChatSessionWorkflowParam": "ChatKitWorkflow",
        "FileUploadParam": "ChatSessionFileUpload",
        "HistoryParam": "ChatSessionHistory",
        "WorkflowTracingParam": "Switch",
    },
    both_ways=True,
)


def __getattr__(name: str) -> Any:
    return _names.find(name)


def __dir__() -> list[str]:
    return _names.listed()
