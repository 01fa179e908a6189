"""What a client was told: the names of settings, where each comes from, and the one frozen `Config`."""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__, ("typed_openai.core.call_options", "typed_openai.core.setting_types"))
__getattr__, __dir__ = _names.find, _names.listed
