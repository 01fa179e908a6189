"""`openai._types`: the marks of what was not given and the types of options, which other programs import from there."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType as NoneType
from typing import TypeAlias

from typed_openai.core.call_options import PostOptions
from typed_openai.core.run.native import Timeout as Timeout
from typed_openai.models.base import NOT_GIVEN as NOT_GIVEN
from typed_openai.models.base import NotGiven as NotGiven
from typed_openai.models.base import Omit as Omit
from typed_openai.models.base import not_given as not_given
from typed_openai.models.base import omit as omit
from typed_openai.models.file_input import FileInput

Headers: TypeAlias = Mapping[str, str | None]
Query: TypeAlias = Mapping[str, object]
Body: TypeAlias = Mapping[str, object]
FileTypes: TypeAlias = FileInput
RequestOptions = PostOptions
