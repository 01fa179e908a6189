"""Fine-tuning in both directions, the lines of training files, and graders."""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__, both_ways=True)
__getattr__, __dir__ = _names.find, _names.listed
