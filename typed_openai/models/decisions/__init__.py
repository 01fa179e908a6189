"""Decisions: questions with few possible answers about a text, a picture or a conversation, and how likely each is."""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__, both_ways=True)
__getattr__, __dir__ = _names.find, _names.listed
