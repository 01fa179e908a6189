"""Webhooks: what the service tells, and the endpoints that it tells it to.

Importing this loads nothing; each name is looked up in the modules of the folder when it is first used.
"""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__)
__getattr__, __dir__ = _names.find, _names.listed
