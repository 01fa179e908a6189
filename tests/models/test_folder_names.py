"""The folder of the administration hands on the names of its modules: each stands for one thing, or is left out."""

from __future__ import annotations

import importlib
from collections import Counter

import pytest

import typed_openai.models.admin as admin
from typed_openai.core.lazy_names import defined_in, modules_in

NAMED = Counter(name for home in modules_in(admin.__name__) for name in defined_in(home))


def test_what_modules_call_alike_is_not_handed_on() -> None:
    assert {name for name, homes in NAMED.items() if homes > 1} == set(admin._names.several)
    assert not admin._names.homes().keys() & admin._names.several


def test_each_other_name_is_found_in_the_folder() -> None:
    found = {name for name, homes in NAMED.items() if homes == 1}
    assert len(found) > 200
    for name in found:
        assert getattr(admin, name) is getattr(importlib.import_module(admin._names.homes()[name][0]), name)
    assert found <= set(dir(admin))


def test_a_name_of_several_says_where_they_are() -> None:
    with pytest.raises(AttributeError, match=r"several 'UserListParams': import it from .*groups or .*users"):
        admin.UserListParams  # noqa: B018
    assert "UserListParams" not in dir(admin)
