"""Decisions: questions with few possible answers about a text, a picture or a conversation, and how likely each is.

Importing this loads nothing; each name is looked up in the modules of the folder when it is first used.
"""

from typing import Any

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__, both_ways=True)


def __getattr__(name: str) -> Any:
    return _names.find(name)


def __dir__() -> list[str]:
    return _names.listed()
