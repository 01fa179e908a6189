"""What the API description says of answers that say what went wrong: each is an error with all that was said."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.conformance import declared, spec
from tests.conformance.generate import valid_instances
from typed_openai import BadRequestError, OpenAI


def test_there_are_answers_that_say_what_went_wrong() -> None:
    assert {"BetaError", "ErrorResponse"} <= declared.failures().keys()


@pytest.mark.parametrize("name", declared.failures())
def test_an_answer_that_says_what_went_wrong_is_an_error_that_says_it(name: str) -> None:
    instances = valid_instances(declared.failures()[name], spec.document())
    assert instances
    for instance in instances:
        answer = httpx.Response(400, json=instance.value)
        transport = httpx.MockTransport(lambda _, answer=answer: answer)
        with (
            OpenAI(api_key="k", http_client=httpx.Client(transport=transport)) as client,
            pytest.raises(BadRequestError) as caught,
        ):
            client.models.list()
        said: dict[str, Any] = instance.value.get("error", instance.value)
        error = caught.value
        assert said["message"] in str(error) or not said["message"].isprintable()  # which is written as escapes
        assert (error.code, error.param, error.type) == (said.get("code"), said.get("param"), said.get("type"))
        assert error.body in (said, instance.value)
