"""Every operation that is declared, asked of the local server: what the API description allows never makes a mistake in
it, and what the client refuses it refuses in the same place.

Requests go to the service without a socket; ids in them are those of objects that are there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from operator import attrgetter
from typing import Any

import httpx
import pytest

from tests.conformance import declared
from tests.conformance.generate import Instance, invalid_instances, valid_instances
from tests.conformance.spec import Schema, document
from typed_openai import OpenAI
from typed_openai.errors import OpenAIError, RequestValidationError
from typed_openai.local import LocalServer
from typed_openai.local.chatkit import THREADS as CHATS
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.faults import NO_FAULT
from typed_openai.local.files import store_file
from typed_openai.local.realtime import ring
from typed_openai.local.service import Service
from typed_openai.local.skills import SKILLS, VERSIONS
from typed_openai.local.state import State

MOST = 40
"""Requests to one operation, the plainest first."""
OPERATIONS = {title: schema for title, (schema, _) in declared.requests().items() if title in declared.declared()}
"""Without the events of sockets."""
JSON = [title for title in OPERATIONS if not declared.declared()[title].multipart]
POSTED = [title for title in JSON if declared.declared()[title].method == "POST"]
NEEDED = {"responses.create": {"model": "m", "input": "x"}, "responses.compact": {"model": "m"}}
NEEDED |= {f"beta.{title}": body for title, body in NEEDED.items()}
"""What the service wants though its description does not say so."""
SPENT = {"currency": "USD", "interval": "month", "threshold_amount": 1}
MAIL = {"type": "email", "recipients": ["a@example.com"]}
LISTS = {
    "certificate_ids": "certificate_id",
    "file_ids": "file_id",
    "vector_store_ids": "vector_store_id",
    "part_ids": "part_id",
}


class World:
    """A server with an object of each kind, and their ids by the names that parameters have; for an operation of
    projects, those of what is in one."""

    def __init__(self, title: str) -> None:
        self.service = Service(State())
        state, self.ids = self.service.state, dict[str, str]()
        line = {"custom_id": "a", "method": "POST", "url": "/v1/responses", "body": {"model": "m", "input": "x"}}
        self.ids["file_id"] = store_file(state, "a.md", b"some text", "assistants")["id"]
        self.ids["training_file"] = store_file(state, "a.jsonl", b'{"messages":[]}', "fine-tune")["id"]
        self.ids["input_file_id"] = store_file(state, "b.jsonl", json.dumps(line).encode(), "batch")["id"]
        self.ids["call_id"] = ring(state)
        self.ids["skill_id"] = SKILLS.make(state, default_version="1", latest_version="1")["id"]
        self.ids["default_version"] = VERSIONS.make(state, self.ids["skill_id"], version="1")["version"]
        self.ids["validation_file"] = self.ids["training_file"]
        self.ids["fine_tuned_model_checkpoint"] = "ft:m"
        message: Any = {"role": "user", "content": "x"}
        for name, path, body in (
            ("vector_store_id", "/vector_stores", {"file_ids": [self.ids["file_id"]]}),
            ("batch_id", "/vector_stores/{vector_store_id}/file_batches", {"file_ids": [self.ids["file_id"]]}),
            ("assistant_id", "/assistants", {"model": "m"}),
            ("thread_id", "/threads", {"messages": [message]}),
            ("message_id", "/threads/{thread_id}/messages", message),
            ("run_id", "/threads/{thread_id}/runs", {"assistant_id": "assistant_id"}),
            ("conversation_id", "/conversations", {}),
            ("item_id", "/conversations/{conversation_id}/items", {"items": [message]}),
            ("response_id", "/responses", NEEDED["responses.create"]),
            ("completion_id", "/chat/completions", {"model": "m", "messages": [message], "store": True}),
            ("container_id", "/containers", {"name": "x"}),
            ("fine_tuning_job_id", "/fine_tuning/jobs", {"model": "m", "training_file": self.ids["training_file"]}),
            ("webhook_endpoint_id", "/webhook_endpoints", {"name": "x", "url": "http://a", "event_types": []}),
            ("eval_id", "/evals", {"data_source_config": {"type": "logs"}, "testing_criteria": []}),
            ("video_id", "/videos", {"prompt": "x"}),
            ("key_id", "/organization/admin_api_keys", {"name": "x"}),
            ("certificate_id", "/organization/certificates", {"certificate": "x"}),
            ("group_id", "/organization/groups", {"name": "x"}),
            ("invite_id", "/organization/invites", {"email": "a@example.com", "role": "reader"}),
            ("role_id", "/organization/roles", {"role_name": "x", "permissions": []}),
            ("alert_id", "/organization/spend_alerts", {**SPENT, "notification_channel": MAIL}),
            ("project_id", "/organization/projects", {"name": "x"}),
            ("service_account_id", "/organization/projects/{project_id}/service_accounts", {"name": "x"}),
            ("upload_id", "/uploads", {"bytes": 1, "filename": "x", "mime_type": "x", "purpose": "user_data"}),
        ):
            made = self.asked("POST", self.placed(path), self.filled(body))
            self.ids[name] = made.get("id") or made.get("first_id") or "gone"
        CHATS.make(state, id=self.ids["thread_id"])
        for _ in range(2):
            self.asked("GET", self.placed("/threads/{thread_id}/runs/{run_id}"), {})
            self.asked("GET", self.placed("/videos/{video_id}"), {})
            self.asked("GET", self.placed("/organization/invites/{invite_id}"), {})
        self.ids["user_id"] = self.asked("GET", "/organization/users", {})["first_id"]
        source = {"type": "jsonl", "source": {"type": "file_content", "content": [{"item": {}}]}}
        run = self.asked("POST", self.placed("/evals/{eval_id}/runs"), {"data_source": source})
        self.ids["eval_run_id"] = run["id"]
        steps = self.asked("GET", self.placed("/threads/{thread_id}/runs/{run_id}/steps"), {})
        self.ids["step_id"] = steps["first_id"]
        self.ids |= {"conversation": self.ids["conversation_id"], "previous_response_id": self.ids["response_id"]}
        if title.startswith("admin.organization.projects."):
            self.look_into_project()

    def look_into_project(self) -> None:
        """Put something of each kind into the project, and go on with that."""
        within = self.placed("/organization/projects/{project_id}")
        self.asked("POST", f"{within}/users", {"user_id": self.ids["user_id"], "role": "member"})
        self.asked("POST", f"{within}/groups", {"group_id": self.ids["group_id"], "role": "member"})
        alert = self.asked("POST", f"{within}/spend_alerts", {**SPENT, "notification_channel": MAIL})
        role = self.asked("POST", self.placed("/projects/{project_id}/roles"), {"role_name": "x", "permissions": []})
        self.ids |= {"alert_id": alert["id"], "role_id": role["id"]}
        for name, listed in (("rate_limit_id", "rate_limits"), ("api_key_id", "api_keys")):
            self.ids[name] = self.asked("GET", f"{within}/{listed}", {})["first_id"]

    def placed(self, path: str) -> str:
        """A path with the ids of what is there; what is not is `gone`."""
        path = path.replace("{run_id}", "{eval_run_id}") if path.startswith("/evals") else path
        return re.sub(r"{(\w+)}", lambda found: self.ids.get(found[1], "gone"), path)

    def filled(self, value: Any, name: str = "") -> Any:
        """A body with the ids of what is there."""
        if isinstance(value, dict):
            return {key: self.filled(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.filled(inner, LISTS.get(name, "")) for inner in value]
        return self.ids.get(name, value) if isinstance(value, str) else value

    def answer(self, method: str, path: str, given: dict[str, Any]) -> tuple[int, Any]:
        """Status of an answer, and its body; events are only written."""
        headers, body = {"host": "127.0.0.1"}, json.dumps(given).encode() if method == "POST" else b""
        query = {} if method == "POST" else queried(given)
        path, _, more = path.partition("?")
        query |= {name: [value] for name, _, value in [more.partition("=")] if name}
        answer = self.service.answer(Request(method, f"/v1{path}", query, headers, body), NO_FAULT)
        if isinstance(answer, Reply):
            return answer.status, json.loads(answer.encoded()) if answer.content_type == "application/json" else None
        return answer.status, [event.encoded() for event in answer.events]

    def asked(self, method: str, path: str, given: dict[str, Any]) -> Any:
        return self.answer(method, path, given)[1]


def queried(given: Any, name: str = "") -> dict[str, list[str]]:
    """Parameters as a query."""
    if isinstance(given, dict):
        parts = [queried(value, f"{name}[{key}]" if name else key) for key, value in given.items()]
    elif isinstance(given, list):
        parts = [queried(value, f"{name}[]") for value in given]
    else:
        return {name: [given if isinstance(given, str) else json.dumps(given)]}
    found: dict[str, list[str]] = {}
    for key, values in (item for part in parts for item in part.items()):
        found.setdefault(key, []).extend(values)
    return found


@cache
def instances(title: str, valid: bool) -> list[Instance]:
    schema: Schema = OPERATIONS[title]
    return list((valid_instances if valid else invalid_instances)(schema, document()))[:MOST]


def bodies(title: str, world: World, valid: bool) -> Iterator[tuple[Instance, dict[str, Any]]]:
    for instance in instances(title, valid):
        if isinstance(instance.value, dict):
            yield instance, world.filled({**NEEDED.get(title, {}), **instance.value})


@pytest.mark.parametrize("title", JSON)
def test_what_the_description_allows_makes_no_mistake_in_the_server(title: str) -> None:
    operation, statuses, world = declared.declared()[title], set[int](), World(title)
    for _, body in bodies(title, world, valid=True):
        status, answer = world.answer(operation.method, world.placed(operation.path), body)
        assert status in (200, 201, 400, 404), (body, answer)
        statuses.add(status)
    assert statuses


def test_most_of_it_is_answered() -> None:
    assert len(JSON) >= 70
    refused = [title for title in JSON if not answered(title)]
    # a voice consent, a part of an upload, a call that is held and a run that waits for outputs would have to be there
    assert len(refused) <= 4, refused


def answered(title: str) -> bool:
    world, operation = World(title), declared.declared()[title]
    return any(
        world.answer(operation.method, world.placed(operation.path), body)[0] in (200, 201)
        for _, body in bodies(title, world, valid=True)
    )


@pytest.mark.parametrize("title", POSTED)
def test_what_the_client_refuses_the_server_refuses_in_the_same_place(title: str) -> None:
    operation, world = declared.declared()[title], World(title)
    seen = 0
    for instance, body in bodies(title, world, valid=False):
        if instance.kind == "unknown_property" and instance.pointer.count("/") == 1:
            continue  # what extra_body sends can be tried out on the local server
        places = refused_places(title, [world.ids.get(name, "gone") for name in operation.path_names], body)
        if places:
            status, answer = world.answer("POST", world.placed(operation.path), body)
            assert status == 400, (instance, body, places)
            named, seen = answer["error"]["param"], seen + 1
            assert any(place in (named, "(all)") or named.startswith(f"{place}.") for place in places), answer
    assert seen


def refused_places(title: str, ids: list[str], body: dict[str, Any]) -> set[str]:
    """Where the client finds a fault in a body; nowhere when it would send it."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={}))
    with OpenAI(api_key="k", base_url="http://x", http_client=httpx.Client(transport=transport)) as client:
        try:
            attrgetter(title)(client)(*ids, **body)
        except RequestValidationError as refused:
            return {fault.path for fault in refused.faults}
        except OpenAIError:
            pass  # taken, and answered with nothing
    return set()


def test_the_server_answers_what_is_declared_and_nothing_else() -> None:
    own = {("GET", "/images/local/{name}")}
    with LocalServer() as server:
        answered_here = {(route.method, route.pattern) for route in server.routes} - own
    assert len(answered_here) > 120
    assert answered_here == {
        (each.method, each.path.removesuffix("?beta=true")) for each in declared.declared().values()
    }
