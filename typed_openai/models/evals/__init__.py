"""Evaluations in both directions: what is measured and by which graders, runs, and what came of each item."""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__, both_ways=True)
__getattr__, __dir__ = _names.find, _names.listed
