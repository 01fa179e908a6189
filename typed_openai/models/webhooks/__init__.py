"""Webhooks: what the service tells, and the endpoints that it tells it to."""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__)
__getattr__, __dir__ = _names.find, _names.listed
