"""ChatKit: sessions for the chat in a web page, and what was said in it."""

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
__getattr__, __dir__ = _names.find, _names.listed
