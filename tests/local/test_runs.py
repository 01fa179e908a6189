"""The local server's runs: one state further with each question, answered, streamed, cancelled, expired."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.local.api import Answer, Api, assert_described
from tests.local.test_assistants import WEATHER, assistant, thread, upload

INCLUDE = quote("step_details.tool_calls[*].file_search.results[*].content", safe="")


def start(api: Api, of: str, **members: object) -> Any:
    """A run of a new assistant with these members on a thread."""
    tools = members.pop("assistant", {})
    assert isinstance(tools, dict)
    made = api.post(f"/threads/{of}/runs", {"assistant_id": assistant(api, **tools)["id"], **members})
    assert made.status == 200, made.json
    assert_described(made.json, "RunObject")
    return made.json


def follow(api: Api, run: Any) -> list[str]:
    """Ask for a run until it stops; its states."""
    states = [run["status"]]
    for _ in range(5):
        now = api.get(f"/threads/{run['thread_id']}/runs/{run['id']}").json
        assert_described(now, "RunObject")
        if now["status"] == states[-1]:
            break
        states.append(now["status"])
    return states


def again(api: Api, run: Any) -> Any:
    return api.get(f"/threads/{run['thread_id']}/runs/{run['id']}").json


def steps(api: Api, run: Any, query: str = "") -> list[Any]:
    found = api.get(f"/threads/{run['thread_id']}/runs/{run['id']}/steps?order=asc{query}").json
    assert_described(found, "ListRunStepsResponse")
    return list(found["data"])


def said(api: Api, of: str) -> str:
    return str(api.get(f"/threads/{of}/messages").json["data"][0]["content"][0]["text"]["value"])


def events(answer: Answer) -> list[tuple[str, Any]]:
    """The events of a stream, each as the API describes it, up to `done`."""
    *found, done, rest = answer.raw.decode().split("\n\n")
    assert (done, rest) == ("event: done\ndata: [DONE]", "")
    parted = [event.removeprefix("event: ").split("\ndata: ") for event in found]
    named = [(name, json.loads(data)) for name, data in parted]
    for name, data in named:
        assert_described({"event": name, "data": data}, "AssistantStreamEvent")
    return named


def test_a_run_goes_one_state_further_with_each_question(api: Api) -> None:
    made = thread(api, "Hello")
    run = start(api, made)
    assert follow(api, run) == ["queued", "in_progress", "completed"]
    assert 'you said "Hello"' in said(api, made)
    assert again(api, run)["usage"]["completion_tokens"] > 0
    (step,) = steps(api, run)
    message = api.get(f"/threads/{made}/messages?run_id={run['id']}").json["data"][0]
    assert step["step_details"]["message_creation"] == {"message_id": message["id"]}
    assert api.get(f"/threads/{made}/runs/{run['id']}/steps/{step['id']}").json == step


def test_functions_are_asked_for_and_their_outputs_told(api: Api) -> None:
    made = thread(api, "What is the weather in Paris?")
    run = start(api, made, assistant={"tools": [WEATHER]})
    assert follow(api, run) == ["queued", "in_progress", "requires_action"]
    (call,) = again(api, run)["required_action"]["submit_tool_outputs"]["tool_calls"]
    assert call["function"] == {"name": "get_weather", "arguments": '{"city":"Paris"}'}
    path = f"/threads/{made}/runs/{run['id']}/submit_tool_outputs"
    answer = api.post(path, {"tool_outputs": [{"tool_call_id": call["id"], "output": "sunny"}]}).json
    assert_described(answer, "RunObject")
    assert follow(api, answer) == ["queued", "in_progress", "completed"]
    assert 'get_weather answered "sunny"' in said(api, made)
    assert [step["type"] for step in steps(api, run)] == ["tool_calls", "message_creation"]
    assert steps(api, run)[0]["step_details"]["tool_calls"][0]["function"]["output"] == "sunny"


@pytest.mark.parametrize("outputs", [[], [{"tool_call_id": "call_none", "output": "x"}]])
def test_outputs_must_answer_every_call_and_no_other(api: Api, outputs: list[object]) -> None:
    made = thread(api, "What is the weather in Paris?")
    run = start(api, made, assistant={"tools": [WEATHER]})
    path = f"/threads/{made}/runs/{run['id']}/submit_tool_outputs"
    assert api.post(path, {"tool_outputs": outputs}).error["param"] == "run_id"  # it does not wait for any yet
    follow(api, run)
    refused = api.post(path, {"tool_outputs": outputs})
    assert refused.status == 400
    assert refused.error["param"] in ("tool_outputs", "tool_outputs[0].tool_call_id")


def test_files_are_searched_and_the_best_is_cited(api: Api) -> None:
    file = upload(api, "skin.md", b"A nociceptor is a receptor for pain. " * 3)
    other = upload(api, "soup.md", b"Soup is made of water and vegetables.")
    store = api.post("/vector_stores", {"file_ids": [file, other]}).json["id"]
    resources = {"file_search": {"vector_store_ids": [store]}}
    made = thread(api, "What is a nociceptor?")
    run = start(api, made, assistant={"tools": [{"type": "file_search"}], "tool_resources": resources})
    assert follow(api, run)[-1] == "completed"
    hidden, message = steps(api, run)
    shown, _ = steps(api, run, f"&include[]={INCLUDE}")
    (best, *_) = shown["step_details"]["tool_calls"][0]["file_search"]["results"]
    assert best["file_id"] == file
    assert "nociceptor" in best["content"][0]["text"]
    assert "content" not in hidden["step_details"]["tool_calls"][0]["file_search"]["results"][0]
    assert message["type"] == "message_creation"
    block = api.get(f"/threads/{made}/messages").json["data"][0]["content"][0]["text"]
    (note,) = block["annotations"]
    assert block["value"][note["start_index"] : note["end_index"]] == note["text"]
    assert note["file_citation"] == {"file_id": file}


def test_a_vector_store_may_be_made_along_with_a_thread(api: Api) -> None:
    file = upload(api, "skin.md", b"A nociceptor is a receptor for pain.")
    resources = {"file_search": {"vector_stores": [{"file_ids": [file]}]}}
    made = thread(api, "nociceptor", tool_resources=resources)
    (store,) = api.get(f"/threads/{made}").json["tool_resources"]["file_search"]["vector_store_ids"]
    assert api.get(f"/vector_stores/{store}").status == 200
    run = start(api, made, tools=[{"type": "file_search"}])
    follow(api, run)
    assert steps(api, run)[0]["step_details"]["tool_calls"][0]["file_search"]["results"][0]["file_id"] == file


def test_a_run_fails_when_its_vector_store_is_gone(api: Api) -> None:
    store = api.post("/vector_stores", {}).json["id"]
    resources = {"file_search": {"vector_store_ids": [store]}}
    run = start(api, thread(api, "x"), assistant={"tools": [{"type": "file_search"}], "tool_resources": resources})
    api.delete(f"/vector_stores/{store}")
    assert follow(api, run)[-1] == "failed"
    assert again(api, run)["last_error"]["code"] == "server_error"


def test_an_answer_that_is_too_long_leaves_the_run_incomplete(api: Api) -> None:
    made = thread(api, "very long " * 200)
    run = start(api, made, max_completion_tokens=256)
    assert follow(api, run)[-1] == "incomplete"
    assert again(api, run)["incomplete_details"] == {"reason": "max_completion_tokens"}
    assert api.get(f"/threads/{made}/messages").json["data"][0]["status"] == "incomplete"


def test_one_run_at_a_time_works_on_a_thread(api: Api) -> None:
    made = thread(api, "Hello")
    run = start(api, made)
    refused = api.post(f"/threads/{made}/runs", {"assistant_id": run["assistant_id"]})
    assert refused.status == 400
    assert run["id"] in refused.error["message"]
    assert api.post(f"/threads/{made}/messages", {"role": "user", "content": "x"}).status == 400
    follow(api, run)
    assert api.post(f"/threads/{made}/messages", {"role": "user", "content": "x"}).status == 200


def test_a_run_is_cancelled_in_two_steps_and_then_over(api: Api) -> None:
    run = start(api, thread(api, "Weather in Rome?"), assistant={"tools": [WEATHER]})
    follow(api, run)
    path = f"/threads/{run['thread_id']}/runs/{run['id']}/cancel"
    assert api.post(path, {}).json["status"] == "cancelling"
    assert again(api, run)["status"] == "cancelled"
    assert steps(api, run)[0]["status"] == "cancelled"
    assert api.post(path, {}).status == 400


def test_a_run_that_waits_too_long_expires(api: Api) -> None:
    run = start(api, thread(api, "Weather in Rome?"), assistant={"tools": [WEATHER]})
    follow(api, run)
    while api.get("/models").status == 200 and again(api, run)["status"] == "requires_action":
        pass  # each request lets a second go by
    assert again(api, run)["status"] == "expired"
    assert steps(api, run)[0]["status"] == "expired"


def test_a_run_takes_from_its_assistant_what_it_does_not_say(api: Api) -> None:
    own = {"instructions": "Help.", "temperature": 0.5, "tools": [WEATHER]}
    run = start(api, thread(api), assistant=own, additional_instructions="Please.", temperature=0)
    assert (run["instructions"], run["temperature"], run["tools"]) == ("Help.\n\nPlease.", 0, [WEATHER])
    more = [{"role": "user", "content": "Added"}]
    made = thread(api)
    follow(api, start(api, made, additional_messages=more))
    assert 'you said "Added"' in said(api, made)


def test_runs_are_listed_and_their_notes_changed(api: Api) -> None:
    made = thread(api, "Hello")
    first = start(api, made)
    follow(api, first)
    second = start(api, made)
    listed = api.get(f"/threads/{made}/runs").json
    assert_described(listed, "ListRunsResponse")
    assert [run["id"] for run in listed["data"]] == [second["id"], first["id"]]
    path = f"/threads/{made}/runs/{first['id']}"
    assert api.post(path, {"metadata": {"a": "b"}}).json["metadata"] == {"a": "b"}


def test_a_stream_tells_everything_from_the_queue_to_the_end(api: Api) -> None:
    body = {
        "assistant_id": assistant(api)["id"],
        "stream": True,
        "thread": {"messages": [{"role": "user", "content": "Hi"}]},
    }
    told = events(api.post("/threads/runs", body))
    names = [name for name, _ in told]
    assert names[:4] == ["thread.created", "thread.run.created", "thread.run.queued", "thread.run.in_progress"]
    assert names[-3:] == ["thread.message.completed", "thread.run.step.completed", "thread.run.completed"]
    pieces = [data["delta"]["content"][0]["text"]["value"] for name, data in told if name == "thread.message.delta"]
    assert "".join(pieces) == said(api, told[0][1]["id"])


def test_a_stream_stops_for_functions_and_goes_on_with_their_outputs(api: Api) -> None:
    made = thread(api, "Weather in Rome?")
    body = {"assistant_id": assistant(api, tools=[WEATHER])["id"], "stream": True}
    told = events(api.post(f"/threads/{made}/runs", body))
    name, run = told[-1]
    assert name == "thread.run.requires_action"
    (call,) = run["required_action"]["submit_tool_outputs"]["tool_calls"]
    outputs = {"tool_outputs": [{"tool_call_id": call["id"], "output": "rain"}], "stream": True}
    more = events(api.post(f"/threads/{made}/runs/{run['id']}/submit_tool_outputs", outputs))
    assert [name for name, _ in more][:2] == ["thread.run.step.completed", "thread.run.queued"]
    assert more[-1][0] == "thread.run.completed"


@pytest.mark.parametrize(
    ("members", "param"),
    [
        ({"assistant_id": None}, "assistant_id"),
        ({"assistant_id": "asst_none"}, "assistant_id"),
        ({"max_completion_tokens": 0}, "max_completion_tokens"),
        ({"tool_choice": "perhaps"}, "tool_choice"),
        ({"truncation_strategy": {"type": "some"}}, "truncation_strategy.type"),
        ({"tools": [{"type": "code_interpreter"}] * 21}, "tools"),
    ],
)
def test_what_makes_no_run_is_refused(api: Api, members: dict[str, object], param: str) -> None:
    body = {"assistant_id": assistant(api)["id"], **members}
    answer = api.post(f"/threads/{thread(api)}/runs", body)
    assert answer.status in (400, 404)
    assert answer.error["param"] == param
