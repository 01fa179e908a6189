"""The methods by which Jupyter, IPython and marimo ask an object how it wants to be shown; each loads what it needs.

`_repr_markdown_`, `_repr_html_`, `_repr_png_`, ... give None where there is nothing but the repr; `_repr_mimebundle_`
has what the others cannot name (sound, pictures of any kind); `_mime_` is marimo's, which wants one answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Shown:
    """The base of what has more to show than its repr."""

    __slots__ = ()

    def _views(self) -> Mapping[str, Any]:
        from typed_openai.shown.views import views

        return views(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {kind: data for kind, data in self._views().items() if kind not in ("text/markdown", "image/png")}

    def _repr_markdown_(self) -> str | None:
        found: str | None = self._views().get("text/markdown")
        return found

    def _repr_html_(self) -> str | None:
        found: str | None = self._views().get("text/html")
        return found

    def _repr_png_(self) -> bytes | None:
        from base64 import b64decode

        found = self._views().get("image/png")
        return None if found is None else b64decode(found)

    def _mime_(self) -> tuple[str, str]:
        for kind, data in self._views().items():
            return kind, f"data:{kind};base64,{data}" if kind.startswith("image/") else data
        return "text/plain", repr(self)
