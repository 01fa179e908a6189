"""What is done about agents beside their operations: a turn from its input to its end, files for environments, results.

Importing this loads nothing; each name is looked up in the modules of the folder when it is first used.
"""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__)
__getattr__, __dir__ = _names.find, _names.listed
