"""instructor: `patch(create=...)` takes our client as it is, `from_openai` the view of it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from tests.canned import done, listed
from tests.frameworks.conftest import Clients
from typed_openai.frameworks import as_official
from typed_openai.models.chat.completions import ChatCompletion

instructor: Any = pytest.importorskip("instructor", reason="instructor is not installed: make frameworks")

ADA: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Ada is 36"}]}


class User(BaseModel):
    """A person."""

    name: str
    age: int


def patched(clients: Clients, colour: str, mode: str = "TOOLS") -> Any:
    client: Any = clients.of(colour)
    kind = instructor.Instructor if colour == "sync" else instructor.AsyncInstructor
    mode = getattr(instructor.Mode, mode)
    create = instructor.patch(create=client.chat.completions.create, mode=mode)
    return kind(client=client, create=create, mode=mode)


@pytest.mark.parametrize("mode", ["TOOLS", "JSON_SCHEMA"])
async def test_an_object_is_answered(clients: Clients, colour: str, mode: str) -> None:
    user = await done(patched(clients, colour, mode).chat.completions.create(**ADA, response_model=User))
    assert isinstance(user, User)
    assert (user.name, user.age) == ("Ada", 36)


async def test_the_patched_function_alone(clients: Clients, colour: str) -> None:
    client: Any = clients.of(colour)
    create = instructor.patch(create=client.chat.completions.create)
    user = await done(create(**ADA, response_model=User))
    assert (user.name, user.age) == ("Ada", 36)


async def test_partial_objects_are_streamed(clients: Clients, colour: str) -> None:
    found = await listed(patched(clients, colour).chat.completions.create_partial(**ADA, response_model=User))
    assert len(found) > 1
    assert found[-1].model_dump() == {"name": "Ada", "age": 36}


async def test_the_completion_comes_along_and_is_ours(clients: Clients, colour: str) -> None:
    completions = patched(clients, colour).chat.completions
    user, completion = await done(completions.create_with_completion(**ADA, response_model=User))
    assert user.name == "Ada"
    assert isinstance(completion, ChatCompletion)


async def test_without_a_model_the_plain_completion_comes_back(clients: Clients, colour: str) -> None:
    completion = await done(patched(clients, colour).chat.completions.create(**ADA, response_model=None))
    assert isinstance(completion, ChatCompletion)


def test_from_openai_insists_on_the_class_of_the_client(clients: Clients, colour: str) -> None:
    with pytest.raises(instructor.core.exceptions.ClientError, match="must be an instance of"):
        instructor.from_openai(clients.of(colour))


@pytest.mark.parametrize("mode", ["TOOLS", "JSON_SCHEMA", "RESPONSES_TOOLS"])
async def test_from_openai_takes_the_view(clients: Clients, colour: str, mode: str) -> None:
    instructed = instructor.from_openai(as_official(clients.of(colour)), mode=getattr(instructor.Mode, mode))
    assert type(instructed).__name__ == ("Instructor" if colour == "sync" else "AsyncInstructor")
    user = await done(instructed.chat.completions.create(**ADA, response_model=User))
    assert (user.name, user.age) == ("Ada", 36)
    assert clients.server.requests[-1].headers["user-agent"].startswith("typed-openai/")


async def test_the_view_gives_partial_objects_too(clients: Clients, colour: str) -> None:
    completions = instructor.from_openai(as_official(clients.of(colour))).chat.completions
    found = await listed(completions.create_partial(**ADA, response_model=User))
    assert found[-1].model_dump() == {"name": "Ada", "age": 36}
