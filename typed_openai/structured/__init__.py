"""Structured output: a type as a format, and values of it out of the answers of chat and Responses.

Importing this loads nothing; each name is looked up in the modules of the folder when it is first used.
"""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__)
__getattr__, __dir__ = _names.find, _names.listed
