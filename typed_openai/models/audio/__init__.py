"""Speech, transcriptions with the events of their streams, and voices."""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__)
__getattr__, __dir__ = _names.find, _names.listed
