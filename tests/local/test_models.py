"""The models of the local server."""

from __future__ import annotations

import pytest

from tests.local.api import Api, assert_described

FINE_TUNED = "ft:local-echo:sample::0001"


def test_the_list_names_the_models_for_what_they_are(api: Api) -> None:
    listed = api.get("/models").json
    assert_described(listed, "ListModelsResponse")
    assert [each["id"] for each in listed["data"]][:3] == ["local-echo", "local-embedding", "local-moderation"]
    assert {each["owned_by"] for each in listed["data"]} == {"typed-openai-local"}


def test_each_listed_model_can_be_retrieved(api: Api) -> None:
    for listed in api.get("/models").json["data"]:
        assert api.get(f"/models/{listed['id']}").json == listed


def test_an_identifier_may_come_percent_encoded(api: Api) -> None:
    assert api.get("/models/ft%3Alocal-echo%3Asample%3A%3A0001").json["id"] == FINE_TUNED
    assert api.get("/models/org%2Fmodel").error["message"].count("'org/model'") == 1


def test_an_unknown_model_is_not_found(api: Api) -> None:
    answer = api.get("/models/gpt-9")
    assert answer.status == 404
    assert (answer.error["param"], answer.error["code"]) == ("model", "model_not_found")


def test_a_fine_tuned_model_can_be_deleted_once(api: Api) -> None:
    deleted = api.delete(f"/models/{FINE_TUNED}").json
    assert_described(deleted, "DeleteModelResponse")
    assert deleted == {"id": FINE_TUNED, "object": "model", "deleted": True}
    assert api.delete(f"/models/{FINE_TUNED}").status == 404
    assert FINE_TUNED not in [each["id"] for each in api.get("/models").json["data"]]


def test_a_built_in_model_cannot_be_deleted(api: Api) -> None:
    assert api.delete("/models/local-echo").status == 403
    assert api.get("/models/local-echo").status == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/chat/completions", {"messages": [{"role": "user", "content": "Hi"}]}),
        ("/completions", {"prompt": "Hi"}),
        ("/embeddings", {"input": "Hi"}),
        ("/moderations", {"input": "Hi"}),
    ],
)
def test_any_model_name_is_taken_except_a_fine_tuned_one_that_is_gone(
    api: Api, path: str, body: dict[str, object]
) -> None:
    assert api.post(path, {"model": "gpt-4o", **body}).json["model"] == "gpt-4o"
    assert api.post(path, {"model": FINE_TUNED, **body}).status == 200
    assert api.post(path, {"model": "ft:gone", **body}).error["code"] == "model_not_found"
