"""What `help(OpenAI)`, `OpenAI?` and a tab after `OpenAI(` show: every setting with type, default and sentence.

The constructors take `**settings`; their names, types and sentences stand in `settings/names.py` and their defaults in
`Config`. Both are read when somebody asks: `ShownSettings` and `ShownDoc` are attributes of a class that work it out
when they are read.

Weak spot: where there is no source (a frozen application) there are no sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import inspect


class ShownSettings:
    """The `__signature__` of a class whose constructor takes settings: keyword arguments, all optional."""

    def __get__(self, client: object, owner: type[Any]) -> inspect.Signature:
        kind = _settings_of(owner)
        if kind is None:
            raise AttributeError("__signature__")  # a subclass whose constructor is its own business
        import inspect

        parameters = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
            for name, annotation in _annotations(kind).items()
        ]
        return inspect.Signature(parameters)


class ShownDoc:
    """The `__doc__` of such a class: its purpose, then the settings."""

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose

    def __get__(self, client: object, owner: type[Any]) -> str:
        kind = _settings_of(owner)
        return self.purpose if kind is None else "\n".join([self.purpose, "", "Settings:", *_entries(kind)])


def _settings_of(owner: type[Any]) -> type[Any] | None:
    """The TypedDict of what a class is made with; None where a subclass has a constructor of its own."""
    from typed_openai.settings.names import AsyncClientSettings, ClientSettings

    maker = next((base for base in owner.__mro__ if "__init__" in vars(base) or "__new__" in vars(base)), owner)
    if not maker.__module__.startswith("typed_openai."):
        return None
    return AsyncClientSettings if owner.is_async else ClientSettings


def _annotations(kind: type[Any]) -> dict[str, Any]:
    from typing import get_type_hints

    from typed_openai.core.attribute_docs import names_for_types

    return get_type_hints(kind, localns=names_for_types(kind.__module__))


def _entries(kind: type[Any]) -> Iterator[str]:
    import inspect
    import textwrap

    from typed_openai.core.attribute_docs import attribute_docs
    from typed_openai.core.declare.docs import WIDTH
    from typed_openai.core.declare.signature import members_of
    from typed_openai.settings.config import Config
    from typed_openai.settings.names import Settings

    sentences = attribute_docs(Settings) | attribute_docs(kind)  # a TypedDict does not know its bases
    defaults = Config()
    for name, annotation in _annotations(kind).items():
        default = getattr(defaults, name)
        shown = {
            "typing.": "",
            "collections.abc.": "",
            "typed_openai.settings.names.": "",
            "typed_openai.core.setting_types.": "",
            "typed_openai.providers.": "",
        }
        text = " | ".join(map(inspect.formatannotation, members_of(annotation)))
        for long, short in shown.items():
            text = text.replace(long, short)
        yield f"    {name}: {text} = {default or None if default in ({}, ()) else default!r}"
        sentence = " ".join(sentences.get(name, "").split())
        yield textwrap.fill(sentence, WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8, break_long_words=False)
