"""Assistants, threads, messages, runs, their steps, and the events of their streams (deprecated by the service)."""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__, both_ways=True)
__getattr__, __dir__ = _names.find, _names.listed
