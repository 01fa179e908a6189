"""What is done about agents beside their operations: whole turns, files for environments, results."""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__)
__getattr__, __dir__ = _names.find, _names.listed
