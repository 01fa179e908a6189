"""What frameworks need of a client where no framework is: the official package is played by two marks, or not there.

The view itself is tested beside the real package, in `tests/frameworks/test_view.py`.
"""

from __future__ import annotations

import inspect
import sys
from types import ModuleType

import pytest

from tests.canned import HELLO, Connect, Wire, done
from typed_openai import ConfigurationError, OpenAI, RequestValidationError, as_official


class NotGiven:
    """The official mark for what was not given."""


class Omit:
    """The newer one."""


@pytest.mark.parametrize("mark", [NotGiven(), Omit()])
async def test_what_is_marked_as_not_given_is_not_sent(
    monkeypatch: pytest.MonkeyPatch, connect: Connect, mark: object
) -> None:
    package = ModuleType("openai")
    vars(package).update({"NotGiven": NotGiven, "Omit": Omit})
    monkeypatch.setitem(sys.modules, "openai", package)
    wire = Wire()
    await done(connect(wire).chat.completions.create(**HELLO, seed=mark, stream=mark, tools=mark, timeout=mark))
    assert wire.body == HELLO


async def test_a_mark_of_anybody_else_is_refused(connect: Connect) -> None:
    with pytest.raises(RequestValidationError):
        await done(connect(Wire()).chat.completions.create(**HELLO, seed=Omit()))


async def test_async_operations_are_seen_as_such(connect: Connect) -> None:
    client = connect(Wire())
    assert inspect.iscoroutinefunction(client.chat.completions.create) is connect.is_async
    assert "messages" in inspect.signature(client.chat.completions.create).parameters


def test_without_the_official_package_the_view_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(ConfigurationError, match="as_official needs openai: pip install openai"):
        as_official(OpenAI(api_key="sk-x"))
