"""Tokens before a call: how many a text, a picture, a whole request has."""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__)
__getattr__, __dir__ = _names.find, _names.listed
