"""Batches: their lines are really executed, step by step, and their files are there to be read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.local.api import Api, assert_described

BOUNDARY = "-----b"
CHAT = "/v1/chat/completions"


def upload(api: Api, content: bytes, purpose: str = "batch", name: str = "lines.jsonl") -> str:
    """The id of a file that was uploaded."""
    form = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n{purpose}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    ).encode() + content
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    answer = api.send("POST", "/files", form + f"\r\n--{BOUNDARY}--\r\n".encode(), headers)
    return str(answer.json["id"])


def jsonl(*lines: object) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def line(custom_id: str, /, url: str = CHAT, **body: object) -> dict[str, object]:
    asked: dict[str, object] = {"model": "local-echo", "messages": [{"role": "user", "content": custom_id}]}
    return {"custom_id": custom_id, "method": "POST", "url": url, "body": {**asked, **body}}


def start(api: Api, content: bytes, endpoint: str = CHAT, **members: object) -> str:
    body = {"input_file_id": upload(api, content), "endpoint": endpoint, "completion_window": "24h", **members}
    answer = api.post("/batches", body)
    assert_described(answer.json, "Batch")
    assert answer.json["status"] == "validating"
    return str(answer.json["id"])


def finished(api: Api, identifier: str) -> tuple[Any, list[str]]:
    """The batch at its end, and the states that it went through."""
    seen: list[str] = []
    for _ in range(10):
        answer = api.get(f"/batches/{identifier}")
        assert_described(answer.json, "Batch")
        seen.append(answer.json["status"])
        if "openai-poll-after-ms" not in answer.headers:
            return answer.json, seen
    raise AssertionError(seen)


def outputs(api: Api, file_id: str) -> dict[str, Any]:
    content = api.get(f"/files/{file_id}/content").raw
    return {each["custom_id"]: each for each in map(json.loads, content.splitlines())}


def test_a_batch_goes_through_its_states_and_executes_its_lines(api: Api) -> None:
    identifier = start(api, jsonl(*(line(f"q-{place}") for place in range(3))), metadata={"a": "b"})
    batch, seen = finished(api, identifier)
    assert seen == ["in_progress", "in_progress", "finalizing", "completed"]
    assert batch["request_counts"] == {"total": 3, "completed": 3, "failed": 0}
    assert (batch["metadata"], batch["model"]) == ({"a": "b"}, "local-echo")
    assert "error_file_id" not in batch
    found = outputs(api, batch["output_file_id"])
    assert list(found) == ["q-2", "q-1", "q-0"]
    response = found["q-1"]["response"]
    assert response["status_code"] == 200
    assert_described(response["body"], "CreateChatCompletionResponse")
    assert 'you said "q-1"' in response["body"]["choices"][0]["message"]["content"]
    assert api.get(f"/batches/{identifier}").json == batch


def test_half_of_the_lines_are_executed_at_a_time(api: Api) -> None:
    identifier = start(api, jsonl(*(line(f"q-{place}") for place in range(4))))
    counts = [api.get(f"/batches/{identifier}").json["request_counts"]["completed"] for _ in range(3)]
    assert counts == [0, 2, 4]


def test_refusals_stand_in_a_file_of_their_own(api: Api) -> None:
    lines = jsonl(line("good"), line("bad", n=0), line("gone", model="ft:nothing"))
    batch, _ = finished(api, start(api, lines))
    assert batch["request_counts"] == {"total": 3, "completed": 1, "failed": 2}
    assert list(outputs(api, batch["output_file_id"])) == ["good"]
    found = outputs(api, batch["error_file_id"])
    assert {name: each["response"]["status_code"] for name, each in found.items()} == {"bad": 400, "gone": 404}
    assert found["bad"]["response"]["body"]["error"]["param"] == "n"


@pytest.mark.parametrize(
    ("endpoint", "body", "schema"),
    [
        ("/v1/embeddings", {"model": "local-embedding", "input": "x"}, "CreateEmbeddingResponse"),
        ("/v1/completions", {"model": "local-echo", "prompt": "x"}, "CreateCompletionResponse"),
        ("/v1/moderations", {"input": "x"}, "CreateModerationResponse"),
    ],
)
def test_other_endpoints_are_executed_too(api: Api, endpoint: str, body: dict[str, object], schema: str) -> None:
    content = jsonl({"custom_id": "a", "method": "POST", "url": endpoint, "body": body})
    batch, _ = finished(api, start(api, content, endpoint))
    assert_described(outputs(api, batch["output_file_id"])["a"]["response"]["body"], schema)


def test_a_file_that_cannot_be_used_fails_with_every_fault(api: Api) -> None:
    content = b"\n".join(
        [
            json.dumps(each).encode()
            for each in (
                line("a"),
                line("a"),
                {**line("b"), "custom_id": None},
                {**line("c"), "method": "GET"},
                line("d", url="/v1/embeddings"),
                {**line("e"), "body": None},
                line("f", stream=True),
                [1],
            )
        ]
        + [b"{broken"]
    )
    batch, seen = finished(api, start(api, content))
    assert seen == ["failed"]
    found = {each["line"]: each["code"] for each in batch["errors"]["data"]}
    assert found == {
        2: "duplicate_custom_id",
        3: "missing_required_parameter",
        4: "invalid_method",
        5: "mismatched_endpoint",
        6: "missing_required_parameter",
        7: "invalid_value",
        8: "invalid_json_line",
        9: "invalid_json_line",
    }


def test_a_file_without_a_line_fails(api: Api) -> None:
    batch, _ = finished(api, start(api, b"\n\n"))
    assert batch["errors"]["data"][0]["code"] == "empty_file"


def test_a_cancelled_batch_keeps_what_was_answered(api: Api) -> None:
    identifier = start(api, jsonl(*(line(f"q-{place}") for place in range(4))))
    api.get(f"/batches/{identifier}")
    api.get(f"/batches/{identifier}")
    cancelled = api.post(f"/batches/{identifier}/cancel", {})
    assert_described(cancelled.json, "Batch")
    assert cancelled.json["status"] == "cancelling"
    batch, seen = finished(api, identifier)
    assert seen == ["cancelled"]
    assert set(outputs(api, batch["output_file_id"])) == {"q-0", "q-1"}
    unasked = outputs(api, batch["error_file_id"])
    assert {name: each["error"]["code"] for name, each in unasked.items()} == {
        "q-2": "batch_cancelled",
        "q-3": "batch_cancelled",
    }
    assert api.post(f"/batches/{identifier}/cancel", {}).status == 409


def test_batches_are_listed_newest_first(api: Api) -> None:
    made = [start(api, jsonl(line("a"))) for _ in range(3)]
    page = api.get("/batches?limit=2").json
    assert_described(page, "ListBatchesResponse")
    assert [each["id"] for each in page["data"]] == [made[2], made[1]]
    assert page["has_more"] is True
    assert [each["id"] for each in api.get(f"/batches?after={page['last_id']}").json["data"]] == [made[0]]


@pytest.mark.parametrize(
    ("members", "param"),
    [
        ({"endpoint": "/v1/files"}, "endpoint"),
        ({"completion_window": "1h"}, "completion_window"),
        ({"input_file_id": "file-none"}, "input_file_id"),
        ({"output_expires_after": {"anchor": "created_at", "seconds": 1}}, "output_expires_after.seconds"),
    ],
)
def test_a_wrong_request_is_refused(api: Api, members: dict[str, object], param: str) -> None:
    body = {"input_file_id": upload(api, jsonl(line("a"))), "endpoint": CHAT, "completion_window": "24h", **members}
    assert api.post("/batches", body).error["param"] == param


def test_a_file_of_another_purpose_is_no_batch(api: Api) -> None:
    file_id = upload(api, jsonl(line("a")), "user_data")
    body = {"input_file_id": file_id, "endpoint": CHAT, "completion_window": "24h"}
    assert api.post("/batches", body).error["code"] == "invalid_file"
    assert api.get("/batches/batch_none").status == 404


def test_the_files_that_come_out_live_as_long_as_was_asked(api: Api) -> None:
    expiry = {"anchor": "created_at", "seconds": 3600}
    batch, _ = finished(api, start(api, jsonl(line("a")), output_expires_after=expiry))
    file = api.get(f"/files/{batch['output_file_id']}").json
    assert (file["purpose"], file["expires_at"] - file["created_at"]) == ("batch_output", 3600)
