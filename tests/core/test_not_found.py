"""What a 404 of a server that is not OpenAI's says: that it may lack the operation, unless it told what it misses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.canned import HELLO, Connect, Wire, done, status
from typed_openai.errors import NotFoundError

FOUND_NOTHING: list[tuple[str, dict[str, Any] | str, bool]] = [
    ("https://api.openai.com", {"detail": "Not Found"}, False),
    ("https://eu.api.openai.com/v1", "", False),
    ("https://api.openai.com.example.com", "", True),
    ("http://localhost:11434", "404 page not found", True),
    ("https://host", {"detail": "Not Found"}, True),
    ("https://host", {"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}}, True),
    ("https://host", {"error": {"code": "model_not_found", "message": "no"}}, False),
    ("https://host", {"error": {"code": None, "param": "model", "message": "no"}}, False),
    ("https://host", {"error": {"code": None, "message": "model 'm' not found, try pulling it first"}}, False),
]


@pytest.mark.parametrize("place", range(len(FOUND_NOTHING)))
async def test_a_404_of_another_server_says_that_it_may_lack_the_operation(connect: Connect, place: int) -> None:
    base_url, body, is_said = FOUND_NOTHING[place]
    answer = status(404, body) if isinstance(body, dict) else status(404, content=body.encode())
    with pytest.raises(NotFoundError, match="check the model or id, and the URL") as caught:
        await done(connect(Wire(answer), base_url=base_url).chat.completions.create(**HELLO))
    assert ("this server may not have chat.completions.create" in str(caught.value)) == is_said
    if is_said:
        client = connect(Wire(answer), base_url=base_url, admin_api_key="sk-admin")
        with pytest.raises(NotFoundError, match=r"may not have admin\.organization\.users\.list"):
            await done(client.admin.organization.users.list())
