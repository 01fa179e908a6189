"""The mappings both ways, row by row: content, annotations, parameters of runs, steps, ends."""

from __future__ import annotations

from typing import Any

import pytest

from typed_openai.bridge.messages import block_of, item_of, message_of
from typed_openai.bridge.outcomes import absorbed, over, total, with_outputs
from typed_openai.bridge.runs_as_responses import following, request_of, run_of
from typed_openai.bridge.steps import shown, steps_of
from typed_openai.models.assistants import Message, Run, RunStep
from typed_openai.models.readers import reader_of

HEAD = {"id": "run_1", "thread_id": "conv_1", "created_at": 1, "expires_at": 601}
ASSISTANT: dict[str, Any] = {"id": "asst_1", "model": "gpt-4o", "tools": [], "instructions": "Be brief."}
FUNCTION = {"name": "f", "description": "d", "parameters": {"type": "object"}}
RANKED = {"ranker": "default_2024_08_21", "score_threshold": 0.5}
CITED = {"type": "file_citation", "file_id": "file-1", "filename": "a.md", "index": 3}
MADE = {
    "type": "container_file_citation",
    "container_id": "cntr_1",
    "file_id": "cfile_1",
    "filename": "a.csv",
    "start_index": 4,
    "end_index": 8,
}
PAGE = {"type": "url_citation", "url": "https://example.com", "title": "t", "start_index": 0, "end_index": 1}


def asked(given: dict[str, Any], **assistant: Any) -> dict[str, Any]:
    """What a run of these parameters asks of responses."""
    known = {**ASSISTANT, **assistant}
    return request_of(run_of(known, given, HEAD), known, given, [known.get("tool_resources")])


# -- messages ----------------------------------------------------------------------------------------------------------

CONTENT = [
    ("user", "Hi", {"type": "input_text", "text": "Hi"}),
    ("user", [{"type": "text", "text": "Hi"}], {"type": "input_text", "text": "Hi"}),
    ("assistant", "Hi", {"type": "output_text", "text": "Hi", "annotations": []}),
    (
        "user",
        [{"type": "image_file", "image_file": {"file_id": "file-1"}}],
        {"type": "input_image", "file_id": "file-1", "detail": "auto"},
    ),
    (
        "user",
        [{"type": "image_url", "image_url": {"url": "https://a/b.png", "detail": "high"}}],
        {"type": "input_image", "image_url": "https://a/b.png", "detail": "high"},
    ),
]


@pytest.mark.parametrize(("role", "content", "part"), CONTENT)
def test_a_message_becomes_an_item_and_comes_back(role: str, content: Any, part: dict[str, Any]) -> None:
    item = item_of({"role": role, "content": content})
    assert item == {"type": "message", "role": role, "content": [part]}
    came = message_of({**item, "id": "msg_1", "status": "completed"}, "conv_1", {"created_at": 5})
    message = reader_of(Message).validate_python(came, strict=True)
    assert (message.id, message.role, message.created_at) == ("msg_1", role, 5)
    if isinstance(content, str):
        assert message.text == content


@pytest.mark.parametrize(
    ("annotation", "wanted"),
    [
        (
            CITED,
            {
                "type": "file_citation",
                "text": "",
                "file_citation": {"file_id": "file-1", "filename": "a.md"},
                "start_index": 3,
                "end_index": 3,
            },
        ),
        (
            MADE,
            {
                "type": "file_path",
                "text": "file",
                "file_path": {"file_id": "cfile_1", "container_id": "cntr_1", "filename": "a.csv"},
                "start_index": 4,
                "end_index": 8,
            },
        ),
        (PAGE, PAGE),
    ],
    ids=lambda value: str(value["type"]),
)
def test_an_annotation_keeps_all_that_it_says(annotation: dict[str, Any], wanted: dict[str, Any]) -> None:
    block = block_of({"type": "output_text", "text": "See file.", "annotations": [annotation]})
    assert block == {"type": "text", "text": {"value": "See file.", "annotations": [wanted]}}


@pytest.mark.parametrize("part", [{"type": "input_file", "file_id": "file-1"}, {"type": "hologram", "x": 1}])
def test_content_that_assistants_did_not_have_comes_as_it_is(part: dict[str, Any]) -> None:
    came = message_of({"id": "msg_1", "role": "user", "content": [part]}, "conv_1", {})
    message = reader_of(Message).validate_python(came, strict=True)
    assert message.content[0].model_dump() == part


# -- parameters --------------------------------------------------------------------------------------------------------

PARAMETERS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"model": "gpt-5"}, {"model": "gpt-5"}),
    ({"instructions": "Other."}, {"instructions": "Other."}),
    ({"additional_instructions": "And kind."}, {"instructions": "Be brief.\n\nAnd kind."}),
    ({"reasoning_effort": "low"}, {"reasoning": {"effort": "low"}}),
    ({"max_completion_tokens": 256}, {"max_output_tokens": 256}),
    ({"temperature": 0, "top_p": 0.5}, {"temperature": 0, "top_p": 0.5}),
    ({"parallel_tool_calls": False}, {"parallel_tool_calls": False}),
    ({"metadata": {"a": "b"}}, {"metadata": {"a": "b"}}),
    ({"response_format": "auto"}, {"text": None}),
    ({"response_format": {"type": "json_object"}}, {"text": {"format": {"type": "json_object"}}}),
    (
        {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {}, "strict": True}}},
        {"text": {"format": {"type": "json_schema", "name": "n", "schema": {}, "strict": True}}},
    ),
    ({"tool_choice": "required"}, {"tool_choice": "required"}),
    (
        {"tool_choice": {"type": "function", "function": {"name": "f"}}},
        {"tool_choice": {"type": "function", "name": "f"}},
    ),
    ({"tool_choice": {"type": "file_search"}}, {"tool_choice": {"type": "file_search"}}),
    (
        {"tools": [{"type": "function", "function": FUNCTION}]},
        {"tools": [{"type": "function", "strict": False, **FUNCTION}]},
    ),
    (
        {"tools": [{"type": "function", "function": {"name": "f", "strict": True}}]},
        {"tools": [{"type": "function", "name": "f", "strict": True, "parameters": None}]},
    ),
    (
        {"tools": [{"type": "code_interpreter"}]},
        {"tools": [{"type": "code_interpreter", "container": {"type": "auto", "file_ids": ["file-1"]}}]},
    ),
    (
        {"tools": [{"type": "file_search", "file_search": {"max_num_results": 5}}]},
        {"tools": [{"type": "file_search", "max_num_results": 5, "vector_store_ids": ["vs_1"]}]},
    ),
    (
        {"tools": [{"type": "file_search", "file_search": {"ranking_options": RANKED}}]},
        {
            "tools": [
                {
                    "type": "file_search",
                    "ranking_options": {"ranker": "auto", "score_threshold": 0.5},
                    "vector_store_ids": ["vs_1"],
                }
            ]
        },
    ),
    ({"tools": [{"type": "web_search"}]}, {"tools": [{"type": "web_search"}]}),
    ({"truncation_strategy": {"type": "auto"}}, {"extra_body": {"truncation": "auto"}}),
    ({"user": "u"}, {"extra_body": {"truncation": "auto", "user": "u"}}),
]


@pytest.mark.parametrize(("given", "wanted"), PARAMETERS, ids=lambda value: "+".join(value))
def test_a_parameter_of_a_run_is_a_parameter_of_its_response(given: dict[str, Any], wanted: dict[str, Any]) -> None:
    resources = {"code_interpreter": {"file_ids": ["file-1"]}, "file_search": {"vector_store_ids": ["vs_1"]}}
    found = asked(given, tool_resources=resources)
    assert {name: found.get(name) for name in wanted} == wanted
    assert (found["conversation"], found["background"], found["store"]) == ("conv_1", True, True)


@pytest.mark.parametrize(
    "name", ["model", "instructions", "tools", "temperature", "top_p", "response_format", "reasoning_effort"]
)
def test_what_a_run_does_not_say_it_takes_from_its_assistant(name: str) -> None:
    values = {
        "model": "gpt-5",
        "instructions": "X",
        "tools": [{"type": "function", "function": FUNCTION}],
        "temperature": 0.0,
        "top_p": 0.1,
        "response_format": {"type": "json_object"},
        "reasoning_effort": "high",
    }
    assert asked({}, **{name: values[name]}) == asked({name: values[name]})


def test_a_later_response_generates_what_is_left() -> None:
    request = asked({"max_completion_tokens": 100, "tool_choice": "required"})
    assert (following(request, 40)["max_output_tokens"], following(request, 40)["tool_choice"]) == (60, "auto")
    assert following(asked({"tool_choice": "none"}), 40)["tool_choice"] == "none"


# -- steps -------------------------------------------------------------------------------------------------------------

CODE = {
    "type": "code_interpreter_call",
    "id": "ci_1",
    "status": "completed",
    "code": "1+1",
    "container_id": "cntr_1",
    "outputs": [{"type": "logs", "logs": "2"}, {"type": "image", "url": "https://a/b.png"}],
}
SEARCH = {
    "type": "file_search_call",
    "id": "fs_1",
    "status": "completed",
    "queries": ["tea"],
    "results": [{"file_id": "file-1", "filename": "a.md", "score": 0.5, "text": "Tea", "attributes": {}}],
}
WEB = {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search"}}
SAID = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": []}


def call(number: int) -> dict[str, Any]:
    return {"type": "function_call", "id": f"fc_{number}", "call_id": f"call_{number}", "name": "f", "arguments": "{}"}


def response(*output: dict[str, Any], status: str = "completed", **more: Any) -> dict[str, Any]:
    return {"id": "resp_1", "status": status, "created_at": 7, "completed_at": 9, "output": list(output), **more}


def test_each_item_is_its_step_and_functions_in_a_row_are_one() -> None:
    run = run_of(ASSISTANT, {}, HEAD)
    output: list[dict[str, Any]] = [CODE, {"type": "reasoning", "id": "rs_1"}, SEARCH, WEB, call(1), call(2), SAID]
    steps = [reader_of(RunStep).validate_python(step, strict=True) for step in steps_of(response(*output), run, 9)]
    assert [step.id for step in steps] == ["step_ci_1", "step_fs_1", "step_ws_1", "step_fc_1", "step_msg_1"]
    assert [step.status for step in steps] == ["completed"] * 3 + ["in_progress", "completed"]
    code, search, web, functions, message = steps
    assert code.tool_calls[0].model_dump() == {
        "id": "ci_1",
        "type": "code_interpreter",
        "code_interpreter": {
            "input": "1+1",
            "outputs": [
                {"type": "logs", "logs": "2"},
                {"type": "image_url", "image_url": {"url": "https://a/b.png"}},
            ],
        },
        "container_id": "cntr_1",
    }
    found: Any = search.tool_calls[0]
    (result,) = found.file_search.results
    assert (result.file_id, result.file_name, result.score, result.content[0].text) == ("file-1", "a.md", 0.5, "Tea")
    assert (found.queries, result.attributes) == (["tea"], {})
    assert web.tool_calls[0].model_dump() == WEB
    assert [each.model_dump()["id"] for each in functions.tool_calls] == ["call_1", "call_2"]
    assert message.message_id == "msg_1"


def test_chunks_are_shown_to_who_asks_for_them() -> None:
    (step,) = steps_of(response(SEARCH), run_of(ASSISTANT, {}, HEAD), 9)
    assert shown(step, include=True) == step
    (result,) = shown(step, include=False)["step_details"]["tool_calls"][0]["file_search"]["results"]
    assert "content" not in result
    assert step["step_details"]["tool_calls"][0]["file_search"]["results"][0]["content"]


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_step_that_was_not_done_ends_with_its_response(status: str) -> None:
    (step,) = steps_of(response({**CODE, "status": "interpreting"}, status=status), run_of(ASSISTANT, {}, HEAD), 9)
    assert (step["status"], step[f"{status}_at"]) == (status, 9)


# -- ends --------------------------------------------------------------------------------------------------------------

ENDS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"status": "queued"}, {"status": "queued", "started_at": None, "usage": None}),
    ({"status": "in_progress"}, {"status": "in_progress", "started_at": 7, "usage": None}),
    ({"status": "completed"}, {"status": "completed", "completed_at": 9, "expires_at": None}),
    (
        {"status": "completed", "output": [call(1)]},
        {"status": "requires_action", "completed_at": None, "expires_at": 607},
    ),
    (
        {"status": "failed", "error": {"code": "rate_limit_exceeded", "message": "slow"}},
        {"status": "failed", "failed_at": 9, "last_error": {"code": "rate_limit_exceeded", "message": "slow"}},
    ),
    ({"status": "cancelled"}, {"status": "cancelled", "cancelled_at": 9}),
    (
        {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}},
        {"status": "incomplete", "incomplete_details": {"reason": "max_completion_tokens"}},
    ),
    (
        {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}},
        {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}},
    ),
    ({"status": "pondering"}, {"status": "pondering"}),
]


def record() -> dict[str, Any]:
    return {"run": run_of(ASSISTANT, {}, HEAD), "request": {}, "rounds": []}


@pytest.mark.parametrize(("said", "wanted"), ENDS, ids=lambda value: str(value["status"]))
def test_a_state_of_a_response_is_a_state_of_its_run(said: dict[str, Any], wanted: dict[str, Any]) -> None:
    run = absorbed(record(), {**response(), **said}, 9)["run"]
    assert {name: run[name] for name in wanted} == wanted
    assert reader_of(Run).validate_python(run, strict=True).response_id == "resp_1"


def test_what_a_run_consumed_is_the_sum_of_its_responses() -> None:
    def usage(size: int) -> dict[str, Any]:
        details = {"input_tokens_details": {"cached_tokens": size}}
        return {"input_tokens": size, "output_tokens": 2 * size, "total_tokens": 3 * size, **details}

    first = absorbed(record(), response(call(1), usage=usage(1)), 9)
    goes_on = with_outputs(first, {"call_1": "x"}, 9)
    assert goes_on["rounds"][0]["steps"][0]["step_details"]["tool_calls"][0]["function"]["output"] == "x"
    done = absorbed(goes_on, {**response(SAID, usage=usage(10)), "id": "resp_2"}, 9)
    assert (
        done["run"]["usage"]
        == total(done)
        == {
            "prompt_tokens": 11,
            "completion_tokens": 22,
            "total_tokens": 33,
            "prompt_token_details": {"cached_tokens": 11},
        }
    )
    assert absorbed(done, {**response(SAID, usage=usage(10)), "id": "resp_2"}, 9) == done  # seen twice, counted once


@pytest.mark.parametrize(
    "odd", [{"output": None}, {"output": [1, {}]}, {"usage": 5}, {"created_at": "x"}, {"error": 5}]
)
@pytest.mark.parametrize("status", ["in_progress", "completed", "failed", "incomplete"])
def test_a_response_that_is_odd_is_a_run_all_the_same(status: str, odd: dict[str, Any]) -> None:
    run = absorbed(record(), {**response(status=status), **odd}, 9)["run"]
    assert run["status"] == status
    assert over(record(), "expired", 9)["run"]["expires_at"] is None
