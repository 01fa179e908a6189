"""What was said so far, on this side of the wire: a conversation that is kept, and cut to what a model can read."""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__)
__getattr__, __dir__ = _names.find, _names.listed
