"""Realtime: how a session is set up and what it is; the HTTP operations around it."""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__, both_ways=True)
__getattr__, __dir__ = _names.find, _names.listed
