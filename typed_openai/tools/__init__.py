"""Tools for models: what one is, the schema of a function, and the one loop that calls them, in its dialects.

The public names (`tool`, `Tool`, `ToolRun`) may be imported from here.
"""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__)
__getattr__, __dir__ = _names.find, _names.listed
