"""Evaluations in both directions: what is measured and by which graders, runs, and what came of each item.

Importing this loads nothing; each name is looked up in the modules of the folder when it is first used.
"""

from typing import Any

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__, both_ways=True)


def __getattr__(name: str) -> Any:
    return _names.find(name)


def __dir__() -> list[str]:
    return _names.listed()
