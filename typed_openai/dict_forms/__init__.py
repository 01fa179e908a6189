"""Where the dict forms of params models live: `typed_openai.dict_forms.chat_messages.UserMessageDict`.

The modules below are made when they are imported (`made_modules.py`), the forms when they are first asked for
(`making.py`). Users import them from `typed_openai.types`, under our names and under the official ones.
"""

from typed_openai.dict_forms.made_modules import serve
from typed_openai.dict_forms.making import form_modules, form_of, forms_in

serve(
    __name__,
    form_modules(),
    lambda module: [*forms_in(module)],
    lambda module, name: form_of(forms_in(module)[name]),
)
