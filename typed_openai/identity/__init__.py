"""Who asks, told by the place where the program runs: tokens of Kubernetes, Azure and Google, and
signatures of AWS, in the place of a key.
"""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__)
__getattr__, __dir__ = _names.find, _names.listed
