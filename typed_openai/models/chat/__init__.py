"""Everything of the chat area, under one name to import from: `from typed_openai.models.chat import UserMessage`.

Messages and parts that go out stand in `chat/messages.py`, parameters and tools in `chat/params.py`, messages that come
back in `chat/answers.py`, completions in `chat/completions.py`, chunks in `chat/chunks.py`, what other areas share in
`shared.py`.
"""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__, ("typed_openai.models.shared",))
__getattr__, __dir__ = _names.find, _names.listed
