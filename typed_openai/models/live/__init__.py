"""Live: sessions that talk by themselves and hand work on, and the events of all connections to them."""

from typed_openai.core.lazy_names import Folder

_names = Folder(
    __name__, also=("typed_openai.models.decisions.decisions", "typed_openai.models.decisions.items"), both_ways=True
)
__getattr__, __dir__ = _names.find, _names.listed
