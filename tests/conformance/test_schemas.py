"""Both directions of every declared operation, against instances generated from the API description.

Requests: what the description allows is accepted and goes out as given; what it forbids is refused. Answers: what
it allows is read without an issue and dumps as it came; what it forbids is noticed, and yet nothing of it is lost.

Where models are knowingly looser than the description, it is said here, once, by kind of mutation.
"""

from __future__ import annotations

import json
import warnings
from typing import Any

import pytest
from pydantic import ValidationError

from tests.conformance import declared, spec
from tests.conformance.generate import Instance, invalid_instances, valid_instances
from tests.conformance.samples import Binary
from tests.conformance.validate import is_valid
from typed_openai.core.answer.meta import Issue
from typed_openai.core.answer.pages import Envelope
from typed_openai.core.answer.tolerant import build, read
from typed_openai.core.request.params import json_body
from typed_openai.models.base import NULL
from typed_openai.models.readers import reader_of

REQUESTS = declared.requests()


def each_once(answers: dict[str, tuple[spec.Schema, Any]]) -> dict[str, tuple[spec.Schema, Any]]:
    """The first operation for each pair of schema and model: what others answer is described and read the same way."""
    pairs = {(json.dumps(schema), id(model)): title for title, (schema, model) in reversed(answers.items())}
    return {title: answer for title, answer in answers.items() if title in pairs.values()}


ANSWERS = each_once(
    declared.answers()
    | {name: (spec.schema(name), declared.at(where)) for name, where in declared.EXTRA_MODELS.items()}
)
LOOSER_REQUESTS = {
    "null": "at the top level None leaves a parameter out; nested objects are sent as given, nulls included",
    "missing_constant": "a constant that names the shape is filled in",
}
LOOSER_PARAMETERS = {
    ("range", "/max_completion_tokens"): "of a run: 256 at least by the description; the service was recorded with 16",
    ("range", "/max_prompt_tokens"): "as above",
    ("enum", "/data_source/input_messages/template/0/content/0/detail"): "one of two kinds of pictures takes any",
    **dict.fromkeys(
        (
            ("type", "/messages/0/function_call/arguments"),
            ("type", "/messages/0/tool_calls/0/function/arguments"),
            ("type", "/messages/0/tool_calls/0/custom/input"),
        ),
        "an object that a server said in place of JSON text is sent as that text",
    ),
}
LOOSER_ITEMS = {
    ("missing", "call_id"): "the description requires it of a local shell output that it describes without it",
    ("missing", "request_id"): "the same of an approval",
    ("missing", "annotations"): "everybody writes `{type: output_text, text: ...}`, and the service takes it",
    ("missing", "logprobs"): "as above",
    ("missing", "id"): "ids are optional in input: who stores nothing has none",
    ("missing", "status"): "as above",
    ("missing", "url"): "of a search in a page: the service leaves it out itself",
    ("missing", "detail"): "everybody writes a picture without it: `auto` is sent then",
    ("missing", "strict"): "of a function: most frameworks leave it out, and the service takes it",
    ("type", "arguments"): "of a tool search: what the service said may be anything, and goes back as it came",
}
"""Fields of the items and tools that a response is made from."""
_OF_A_RUN = ("/data_source/input_messages/template/", "/data_source/sampling_params/tools/")
ITEMS = ("/input/", "/items/", "/tools/", "/prompt/variables/", "/session/prompt/variables/", *_OF_A_RUN)
"""Where they stand; in a run of an evaluation they are what its model is asked with."""
LOOSER_ANSWERS = {
    "null": "gateways fill every optional field with null",
    "enum": "a value newer than this package must not break a program",
    "const": "gateways send other values of `object`",
    "discriminator": "an unknown kind becomes an Unknown model with its data",
    "missing_constant": "a constant says nothing that the operation does not say",
    "range": "a limit is the server's business in what it sends",
    "length": "as above",
    "pattern": "as above",
    "unknown_property": "a field newer than this package is kept, also where the description closes an object",
}
LOOSER_PLACES = {
    (
        "completions.create",
        "/choices/0/finish_reason",
    ): "one model reads answers and stream events; these have none yet",
}
LOOSER_PLACES |= {
    (f"fine_tuning.jobs.{operation}", f"{place}/method/{name}"): "a number above its limit, see range"
    for operation, place in {"create": "", "list": "/data/0"}.items()
    for name in ("dpo/hyperparameters/beta", "reinforcement/hyperparameters/compute_multiplier")
}
LOOSER_PLACES |= {
    (title, pointer): reason
    for title in ("responses.create", "beta.responses.create")
    for pointer, reason in {
        "/output_text": "put together from the output here; what came under this name is kept and not read",
        "/tool_choice": "a rule newer than this package must not break a program",
    }.items()
}
LOOSER_PLACES |= {
    ("realtime.client_secrets.create", f"/session/{pointer}"): "a newer rule or field must not break a program"
    for pointer in ("tool_choice", "truncation", "tools/0/allowed_tools", "tools/0/require_approval")
}
LOOSER_FIELDS = {
    ("missing", "/input_tokens_details/cache_write_tokens"): "newer than most servers, and than recordings of 2025",
    **{
        (
            "missing",
            f"/{name}",
        ): "required by the description; absent where the service was recorded"
        for name in ("logprobs", "parallel_tool_calls", "seed", "usage_bytes", "status")
    },
    ("missing", "/error/code"): "the error of a job without one was recorded as an empty object",
    ("missing", "/error/message"): "as above",
    ("missing", "/category_applied_input_types"): "the old text-only models know none",
    ("missing", "/category_scores/illicit"): "as above",
    ("missing", "/category_scores/illicit~1violent"): "as above",
    ("missing", "/action/url"): "of a search in a page: the service leaves it out",
    ("missing", "/template/0/content/0/detail"): "of two kinds of pictures that are one here, one may go without",
    ("type", "/amount/value"): "a number, which the service has sent as text since 2026 (`models/number_text.py`)",
    ("type", "/quantity"): "as above",
    ("type", "/tools/0/allowed_tools"): "a newer field is kept, also where the description closes an object",
}
"""What an answer may lack or say otherwise, wherever it stands: the end of its pointer."""
LOOSER_LISTS = {
    "/first_id": "lists of other servers are bare; the ids are read from the items",
    "/last_id": "as above",
    "/has_more": "as above: without it there is no next page",
    "/object": "as above: it says nothing that the operation does not say",
}


def parameters(value: dict[str, Any]) -> dict[str, Any]:
    """A JSON object as keyword arguments: null at the top level is spelled NULL, the content of a file is bytes."""
    return {name: NULL if item is None else as_files(item) for name, item in value.items()}


def as_files(item: Any) -> Any:
    """The same with bytes where the description means the content of a file."""
    if isinstance(item, Binary):
        return item.encode()
    return list(map(as_files, item)) if isinstance(item, list) else item


@pytest.mark.parametrize("title", REQUESTS)
def test_what_the_api_allows_is_accepted_and_sent_as_given(title: str) -> None:
    schema, model = REQUESTS[title]
    instances = valid_instances(schema, spec.document())
    assert instances
    for instance in instances:
        if instance.kind == "null" and instance.pointer.endswith("/agent"):
            continue  # said by leaving it out, which is right outside the beta too
        try:
            params = checked(model, instance.value)
        except ValidationError as error:
            if is_about_names(error):
                continue
            pytest.fail(f"{instance}: {error}")
        assert is_as_given(instance.value, json.loads(json_body(title, params, None))), str(instance)


@pytest.mark.parametrize("title", REQUESTS)
def test_what_the_api_forbids_is_refused(title: str) -> None:
    schema, model = REQUESTS[title]
    instances = [i for i in invalid_instances(schema, spec.document(), closed=True) if i.kind not in LOOSER_REQUESTS]
    instances = [i for i in instances if not is_looser_item(i)]
    instances = [i for i in instances if (i.kind, i.pointer) not in LOOSER_PARAMETERS]
    accepted = [str(instance) for instance in instances if is_accepted(model, instance)]
    assert not accepted


def is_as_given(given: Any, sent: Any) -> bool:
    """Whether what is sent is what was given, but for the kind of an object where nobody said it."""
    if isinstance(given, dict) and isinstance(sent, dict):
        return sent.keys() - given.keys() <= {"type"} and all(
            name in sent and is_as_given(value, sent[name]) for name, value in given.items()
        )
    if isinstance(given, list) and isinstance(sent, list):
        return len(given) == len(sent) and all(map(is_as_given, given, sent))
    return bool(given == sent)


def is_about_names(error: ValidationError) -> bool:
    """Whether a refusal is only about names of tools and formats, whose letters and number the description says in
    prose, where no harness reads it, and the service keeps to."""
    found = [item for item in error.errors() if item["type"] != "is_instance_of"]  # that `NULL` would do as well
    kinds = ("string_too_short", "string_too_long", "string_pattern_mismatch", "twice")
    return all(item["loc"][-1] == "name" and item["type"] in kinds for item in found)


def goes_back(instance: Instance) -> bool:
    """Whether what nobody knows stands in what a server may have said: it is told that again."""
    steps = instance.pointer.split("/")[1:]
    if len(steps) < 3 or not steps[1].isdigit():
        return False
    listed = instance.value[steps[0]]
    item = listed[int(steps[1])] if isinstance(listed, list) else None
    if not isinstance(item, dict):
        return False
    if steps[0] == "messages" and item.get("role") == "assistant" and instance.kind == "discriminator":
        return True  # a call or a part of a newer kind
    if steps[0] == "messages" and instance.kind == "unknown_property":
        return bool(item.get("role") == "assistant")
    return steps[0] in ("input", "items") and may_have_been_said(item, instance.kind)


NEWER = ("unknown_property", "enum", "const", "discriminator", "length", "pattern", "range")
"""What is wrong with an item that is only newer than this package."""


def may_have_been_said(item: Any, kind: str) -> bool:
    """Whether an item with such a fault may come from a server, which is told it again: it has an id, or is of a kind
    that nobody writes."""
    if not isinstance(item, dict):
        return False
    is_kept = isinstance(item.get("id"), str) and isinstance(item.get("type"), str)
    return kind in NEWER and (is_kept or (kind == NEWER[0] and item.get("type") not in (None, *WRITTEN)))


WRITTEN = ("message", "item_reference", "compaction_trigger")
"""Items that people write: only those with an id were said by a server."""


def is_looser_item(instance: Instance) -> bool:
    if goes_back(instance):
        return True
    _, _, field = instance.pointer.rpartition("/")
    return instance.pointer.startswith(ITEMS) and (instance.kind, field) in LOOSER_ITEMS


def checked(model: Any, value: Any) -> Any:
    """What is given, as the model of it, or one of a union of models (events of sockets)."""
    given = parameters(value) if isinstance(value, dict) else value
    return reader_of(model).validate_python(given)


def is_accepted(model: Any, instance: Instance) -> bool:
    try:
        checked(model, instance.value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("title", ANSWERS)
def test_an_answer_as_described_is_read_without_an_issue_and_dumps_as_it_came(title: str) -> None:
    schema, model = ANSWERS[title]
    instances = valid_instances(schema, spec.document())
    assert instances
    for instance in instances:
        result = reader_of(model).validate_json(json.dumps(instance.value), strict=True)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert result.model_dump(mode="json") == instance.value, str(instance)


@pytest.mark.parametrize("title", ANSWERS)
def test_an_answer_that_deviates_is_noticed_and_nothing_of_it_is_lost(title: str) -> None:
    schema, model = ANSWERS[title]
    for instance in invalid_instances(schema, spec.document()):
        text = json.dumps(instance.value)
        try:
            reader_of(model).validate_json(text, strict=True)
        except ValidationError:
            if isinstance(instance.value, dict):
                assert_tolerated(model, instance)
        else:
            known = instance.kind in LOOSER_ANSWERS or (title, instance.pointer) in LOOSER_PLACES
            known |= (isinstance(model, type) and issubclass(model, Envelope)) and instance.pointer in LOOSER_LISTS
            known |= any(instance.kind == kind and instance.pointer.endswith(end) for kind, end in LOOSER_FIELDS)
            assert known or is_only_absent(schema, instance), f"not noticed: {instance}"


def assert_tolerated(model: Any, instance: Instance) -> None:
    issues: list[Issue] = []
    is_model = isinstance(model, type)  # else a union of models: the events of some streams
    result = (build if is_model else read)(model, instance.value, "", issues)
    assert issues, str(instance)
    assert result.model_dump(mode="json") == instance.value, str(instance)


def is_only_absent(schema: spec.Schema, instance: Instance) -> bool:
    """A missing field that might have been null says the same as null."""
    if instance.kind != "missing":
        return False
    filled = json.loads(json.dumps(instance.value))
    place = filled
    *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in instance.pointer.split("/")[1:]]
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[last] = None
    return is_valid(schema, filled, spec.document())
