"""Every operation of the official client, asked through the view: what comes is of the class that its signature says.

The walk reads the official resources: each method that has a raw door and is one request is called with the least that
it wants, by a client that does not check (`validation="off"`), and is answered with the least that is of the right
kind. Methods that are several requests (polling, uploads in parts) or none (`unwrap`, sockets) are not in the walk.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pytest

from tests.canned import Answer, Connect, Wire, done, failure, listed, status
from typed_openai import as_official

openai: Any = pytest.importorskip("openai", reason="the official package is not installed: pip install -e .[dev]")
pagination: Any = pytest.importorskip("openai.pagination")
legacy: Any = pytest.importorskip("openai._legacy_response")
answers: Any = pytest.importorskip("openai._response")

SEVERAL = ("poll", "wait_for", "upload_file_chunked", "upload_and", "stream", "parse", "connect", "unwrap", "verify")
FLOOR = 230
"""Operations that the official package has at least."""


class Method:
    """An official operation: where it is below a client, and what its signature says it returns."""

    def __init__(self, place: tuple[str, ...], name: str, given: Any) -> None:
        function = inspect.unwrap(given)
        self.place = place
        self.name = name
        self.parameters = inspect.signature(function).parameters
        self.returns = get_type_hints(function, vars(sys.modules[function.__module__]), {}).get("return")
        self.wanted = {each.name for each in self.parameters.values() if each.default is each.empty} - {"self"}
        if given is not function:  # it takes one of several sets of arguments
            self.wanted |= set(inspect.getclosurevars(given).nonlocals.get("variants", ((),))[0])

    @property
    def title(self) -> str:
        """How it is called."""
        return ".".join((*self.place, self.name))

    def arguments(self) -> dict[str, Any]:
        """The least that it wants."""
        return {name: _value(str(self.parameters[name].annotation)) for name in self.wanted}

    def of(self, view: Any, door: str = "") -> Any:
        """The bound method of a view."""
        resource = functools.reduce(getattr, self.place, view)
        return getattr(getattr(resource, door) if door else resource, self.name)


def _value(annotation: str) -> Any:
    if "FileTypes" in annotation or annotation.endswith("params.Video"):
        return b"x"
    if any(word in annotation for word in ("Iterable", "List", "Sequence")):
        return []
    return {} if any(word in annotation for word in ("Dict", "Mapping", "Param", "Body")) else "x"


def _resources(owner: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name in dir(type(owner)):
        if not name.startswith(("_", "with_")):
            found = getattr(owner, name, None)
            if type(found).__module__.startswith("openai.resources") and "realtime" not in name:
                yield (*place, name), found
                yield from _resources(found, (*place, name))


def methods(is_async: bool) -> list[Method]:
    """The operations that are one request each."""
    client = (openai.AsyncOpenAI if is_async else openai.OpenAI)(api_key="sk-x")
    found: list[Method] = []
    for place, resource in _resources(client):
        for name, function in inspect.getmembers(type(resource), inspect.isfunction):
            several = name.startswith(("_", "with_")) or any(word in name for word in SEVERAL)
            if several or not hasattr(getattr(resource, "with_raw_response", None), name):
                continue
            found.append(Method(place, name, function))
    return found


def _kinds(returns: Any) -> list[Any]:
    """The classes that may come of a plain call: of `ChatCompletion | Stream[ChatCompletionChunk]` the first."""
    streams = (openai.Stream, openai.AsyncStream)
    return [member for member in _members(returns) if get_origin(member) not in streams]


def _members(form: Any) -> list[Any]:
    """What a union, an alias or an annotation stands for."""
    form = getattr(form, "__value__", form)
    if get_origin(form) is Annotated:
        return _members(get_args(form)[0])
    if get_origin(form) in (UnionType, Union):
        return [inner for member in get_args(form) for inner in _members(member)]
    return [form]


def _answer(kinds: list[Any]) -> Answer:
    """The least that is of the kind that is returned."""
    if kinds == [str]:
        return status(200, content=b"text", headers={"content-type": "text/plain"})
    if "HttpxBinaryResponseContent" in str(kinds):
        return status(200, content=b"\xff\xf3", headers={"content-type": "audio/mpeg"})
    item: dict[str, Any] = dict.fromkeys(("id", "object", "text", "url"), "x")
    item |= {"type": "message", "embedding": [0.5], "index": 0, "created": 1, "input_tokens": 1, "reward": 1.0}
    item |= {"choices": [{}], "output": [{}], "success": True}
    item |= {"status": "valid", "deleted": True, "threshold_amount": 1, "role": {}, "group_id": "x", "default": "x"}
    item |= {"mcp": {"enabled": True}, "mode": "allow_list", "path": "x"}
    item |= {"results": [{}], "answers": [], "session": {}, "client_secret": {"value": "x", "expires_at": 1}}
    return status(200, {**item, "data": [item], "has_more": False, "last_id": "x", "first_id": "x"})


def _is(value: Any, kinds: list[Any]) -> bool:
    return isinstance(value, tuple(get_origin(member) or member for kind in kinds for member in _members(kind)))


def _data(page: Any) -> Any:
    return page.data


async def _checked(method: Method, connect: Connect) -> str | None:
    """What is wrong with what a call gives; None when nothing is."""
    kinds = _kinds(method.returns)
    first = kinds[0]
    view = as_official(connect(Wire(_answer(kinds)), validation="off", admin_api_key="sk-admin", max_retries=0))
    value: Any = await done(method.of(view)(**method.arguments()))
    page: Any = get_origin(first)
    if inspect.isclass(page) and issubclass(page, openai._base_client.AsyncPaginator):
        item, page = get_args(first)
        if not isinstance(value, get_origin(page) or page):
            return f"{method.title}: {type(value)} is not {page}"
        kinds, value = [item], (await listed(value))[0]
    elif inspect.isclass(page) and issubclass(page, openai._base_client.BasePage):
        if not isinstance(value, page):
            return f"{method.title}: {type(value)} is not {page}"
        kinds, value = list(get_args(first)), _data(value)[0]
    fits = value is None if first is NoneType else _is(value, kinds)
    return None if fits else f"{method.title}: {type(value)} is none of {kinds}"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_each_operation_gives_the_class_of_its_signature(connect: Connect) -> None:
    walked = methods(connect.is_async)
    wrong = [found for method in walked if (found := await _checked(method, connect)) is not None]
    assert wrong == []
    assert len(walked) >= FLOOR


async def _raw(method: Method, connect: Connect, door: str) -> Any:
    """The answer that a raw door gives."""
    view = as_official(connect(Wire(_answer(_kinds(method.returns))), validation="off", admin_api_key="sk-admin"))
    given = method.of(view, door)(**method.arguments())
    if door == "with_raw_response":
        return await done(given)
    if connect.is_async:
        async with given as answer:
            return answer
    with given as answer:
        return answer


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("door", ["with_raw_response", "with_streaming_response"])
async def test_each_raw_answer_is_of_the_official_class(connect: Connect, door: str) -> None:
    kinds = (
        (answers.BaseAPIResponse, legacy.LegacyAPIResponse) if door == "with_raw_response" else answers.BaseAPIResponse
    )
    wrong: list[str] = []
    for method in methods(connect.is_async):
        answer = await _raw(method, connect, door)
        if not isinstance(answer, kinds) or answer.status_code != 200:
            wrong.append(f"{method.title}: {type(answer)}")
    assert wrong == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_each_error_is_of_the_official_class_and_has_its_response(connect: Connect) -> None:
    wrong: list[str] = []
    for method in methods(connect.is_async):
        view = as_official(connect(Wire(failure(404, message="gone")), validation="off", admin_api_key="sk-admin"))
        try:
            await done(method.of(view)(**method.arguments()))
        except openai.NotFoundError as error:
            if error.response.json()["error"]["message"] == "gone":
                continue
        wrong.append(method.title)
    assert wrong == []
