"""Shapes of runs of evaluations, under the official names; each is looked up when it is used."""

from typed_openai.dict_forms.official_names import lend

__getattr__, __dir__, __all__ = lend(__name__)
