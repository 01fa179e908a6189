"""What was said so far, on this side of the wire: a conversation that is kept, and cut to what a model can read.

Importing this loads nothing; each name is looked up in the modules of the folder when it is first used.
"""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__)
__getattr__, __dir__ = _names.find, _names.listed
