"""Shapes under the names of the official package: `from typed_openai.types.chat import ChatCompletionMessageParam`.

Names of results are our classes; names that end in `Param` are dict forms (`TypedDict`), to annotate plain dicts with:
such a variable is checked in full and is taken by the calls. Nothing is loaded before it is used. The names come from
`names.json`, which `tools/official_names.py` writes.
"""

from typed_openai.dict_forms.made_modules import serve
from typed_openai.dict_forms.official_names import lend, modules, names_in, value_in

serve(__name__, modules(), names_in, value_in)

__getattr__, __dir__, __all__ = lend(__name__)
