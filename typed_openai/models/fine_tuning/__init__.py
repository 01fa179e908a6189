"""Fine-tuning in both directions, the lines of training files, and graders.

Importing this loads nothing; each name is looked up in the modules of the folder when it is first used.
"""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__, both_ways=True)
__getattr__, __dir__ = _names.find, _names.listed
