"""Structured output: a type as a format, and values of it out of the answers of chat and Responses."""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__)
__getattr__, __dir__ = _names.find, _names.listed
