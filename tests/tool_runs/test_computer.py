"""A computer among the tools of a response: what is done, what is shown, what is not done without approval."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

import pytest

from tests.canned import Connect, Wire, done, status
from typed_openai import ConfigurationError, RequestValidationError
from typed_openai.tools.computers import SafetyCheckError, UnknownActionError, computer
from typed_openai.tools.response_loop import ResponseToolRun

PNG = b"\x89PNG\r\n\x1a\n"
CHECK = {"id": "sc_1", "code": "malicious_instructions", "message": "The page asks for a password."}
ANSWER = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed"}


class Screen:
    """A driver that writes down what it is asked; each picture is another."""

    def __init__(self, broken: str = "") -> None:
        self.did: list[Any] = []
        self.broken = broken

    def _note(self, what: str, *about: Any) -> None:
        self.did.append((what, *about))
        if what == self.broken:
            raise OSError(f"no {what} today")

    def screenshot(self) -> bytes:
        return PNG + bytes([len(self.did)])

    def click(self, x: int, y: int, *, button: str, keys: Sequence[str]) -> None:
        self._note("click", x, y, button, *keys)

    def double_click(self, x: int, y: int, *, keys: Sequence[str]) -> None:
        self._note("double_click", x, y, *keys)

    def move(self, x: int, y: int, *, keys: Sequence[str]) -> None:
        self._note("move", x, y, *keys)

    def drag(self, path: Sequence[tuple[int, int]], *, keys: Sequence[str]) -> None:
        self._note("drag", *path)

    def scroll(self, x: int, y: int, *, scroll_x: int, scroll_y: int, keys: Sequence[str]) -> None:
        self._note("scroll", x, y, scroll_x, scroll_y)

    def type(self, text: str) -> None:
        self._note("type", text)

    def keypress(self, keys: Sequence[str]) -> None:
        self._note("keypress", *keys)

    def wait(self) -> None:
        self._note("wait")


class AsyncScreen(Screen):
    """The same, of coroutines where it counts."""

    async def screenshot(self) -> bytes:  # type: ignore[override]  # as drivers for async clients are
        return PNG + bytes([len(self.did)])

    async def type(self, text: str) -> None:  # type: ignore[override]  # as above
        self._note("type", text)


def screen(connect: Connect, broken: str = "") -> Screen:
    return AsyncScreen(broken) if connect.is_async else Screen(broken)


def call(*actions: dict[str, Any], checks: Sequence[dict[str, Any]] = (), call_id: str = "call_1") -> dict[str, Any]:
    item = {"type": "computer_call", "id": "cu_1", "call_id": call_id, "status": "completed"}
    return {**item, "actions": [*actions], "pending_safety_checks": [*checks]}


def said(*items: dict[str, Any]) -> Any:
    whole = {"id": "resp_1", "object": "response", "created_at": 1, "status": "completed", "model": "m"}
    return status(200, {**whole, "output": [*items]})


def told() -> Any:
    return said({**ANSWER, "content": [{"type": "output_text", "text": "Done.", "annotations": []}]})


def picture(number: int) -> str:
    return f"data:image/png;base64,{base64.b64encode(PNG + bytes([number])).decode()}"


def sent(wire: Wire, number: int) -> list[Any]:
    items: list[Any] = json.loads(wire.requests[number].content)["input"]
    return items


CLICK = {"type": "click", "button": "left", "x": 3, "y": 4, "keys": ["SHIFT"]}
ACTIONS: list[dict[str, Any]] = [
    {"type": "screenshot"},
    CLICK,
    {"type": "double_click", "x": 1, "y": 2, "keys": None},
    {"type": "move", "x": 5, "y": 6},
    {"type": "drag", "path": [{"x": 1, "y": 1}, {"x": 2, "y": 2}]},
    {"type": "scroll", "x": 0, "y": 0, "scroll_x": 0, "scroll_y": 300},
    {"type": "type", "text": "tea"},
    {"type": "keypress", "keys": ["CTRL", "A"]},
    {"type": "wait"},
]


async def test_each_action_is_done_in_its_order_and_the_screen_is_shown(connect: Connect) -> None:
    wire, driver = Wire(said(call(*ACTIONS)), told()), screen(connect)
    run = await done(connect(wire).responses.run_tools(model="m", input="Buy tea.", tools=[computer(driver)]))
    assert driver.did == [
        ("click", 3, 4, "left", "SHIFT"),
        ("double_click", 1, 2),
        ("move", 5, 6),
        ("drag", (1, 1), (2, 2)),
        ("scroll", 0, 0, 0, 300),
        ("type", "tea"),
        ("keypress", "CTRL", "A"),
        ("wait",),
    ]
    assert json.loads(wire.requests[0].content)["tools"] == [{"type": "computer"}]
    assert sent(wire, 1)[-1] == {
        "type": "computer_call_output",
        "call_id": "call_1",
        "output": {"type": "computer_screenshot", "image_url": picture(8)},
    }
    assert (run.text, [made.name for made in run.calls]) == ("Done.", ["computer"])


async def test_the_call_of_before_with_one_action_is_done_as_well(connect: Connect) -> None:
    item = {**call(), "action": CLICK}
    del item["actions"]
    wire, driver = Wire(said(item), told()), screen(connect)
    preview = {"environment": "browser", "display_width": 800, "display_height": 600}
    await done(connect(wire).responses.run_tools(model="m", input="x", tools=[computer(driver, preview=preview)]))
    assert driver.did == [("click", 3, 4, "left", "SHIFT")]
    assert json.loads(wire.requests[0].content)["tools"] == [{"type": "computer_use_preview", **preview}]


async def test_what_is_flagged_is_done_only_when_it_was_approved(connect: Connect) -> None:
    asked: list[Any] = []

    def approve(wanted: Any) -> bool:
        asked.append([check.code for check in wanted.pending_safety_checks])
        return True

    wire, driver = Wire(said(call(CLICK, checks=[CHECK])), told()), screen(connect)
    await done(connect(wire).responses.run_tools(model="m", input="x", tools=[computer(driver, approve=approve)]))
    assert asked == [["malicious_instructions"]]
    assert sent(wire, 1)[-1]["acknowledged_safety_checks"] == [CHECK]


@pytest.mark.parametrize("approve", [None, lambda _: False])
async def test_what_is_not_approved_ends_the_run_before_anything_is_done(connect: Connect, approve: Any) -> None:
    wire, driver = Wire(said(call(CLICK, checks=[CHECK]))), screen(connect)
    with pytest.raises(SafetyCheckError, match="password") as stopped:
        await done(
            connect(wire).responses.run_tools(
                model="m", input="x", tools=[computer(driver, approve=approve)], on_tool_error="feed_back"
            )
        )
    assert driver.did == []
    assert len(wire.requests) == 1
    assert [check.id for check in stopped.value.checks] == ["sc_1"]
    run = ResponseToolRun.of(stopped.value)
    assert run is not None
    assert [made.finished for made in run.calls] == [False]


async def test_an_error_of_the_driver_is_for_on_tool_error(connect: Connect) -> None:
    wire, driver = Wire(said(call(CLICK))), screen(connect, broken="click")
    with pytest.raises(OSError, match="no click today"):
        await done(connect(wire).responses.run_tools(model="m", input="x", tools=[computer(driver)]))
    wire, driver = Wire(said(call(CLICK, {"type": "wait"})), told()), screen(connect, broken="click")
    run = await done(
        connect(wire).responses.run_tools(model="m", input="x", tools=[computer(driver)], on_tool_error="feed_back")
    )
    assert driver.did == [("click", 3, 4, "left", "SHIFT")]
    assert sent(wire, 1)[-1]["output"]["image_url"] == picture(1)
    assert isinstance(run.calls[0].error, OSError)


async def test_an_action_that_is_newer_than_this_package_is_not_done(connect: Connect) -> None:
    wire, driver = Wire(said(call({"type": "teleport", "x": 1}))), screen(connect)
    with pytest.raises(UnknownActionError, match="teleport"):
        await done(connect(wire).responses.run_tools(model="m", input="x", tools=[computer(driver)]))


WRONG: tuple[Any, ...] = (None, {}, True)
ODD: list[Any] = [
    {**each, name: odd} for each in ACTIONS for name in each if name not in ("type", "keys") for odd in WRONG
]
ODD += [{"type": each["type"]} for each in ACTIONS if each["type"] not in ("screenshot", "wait")]
ODD += [
    {"type": "drag", "path": [{"x": 1, "y": None}]},
    {"type": "keypress", "keys": [5]},
    None,
    5,
]


@pytest.mark.parametrize("odd", ODD, ids=json.dumps)
async def test_an_action_that_lacks_what_it_takes_is_not_done_and_told_as_what_is_newer(
    connect: Connect, odd: Any
) -> None:
    driver = screen(connect)
    wire = Wire(said(call(odd)), told())
    client = connect(wire)
    with pytest.raises(UnknownActionError):
        await done(client.responses.run_tools(model="m", input="x", tools=[computer(driver)]))
    assert driver.did == []
    again = connect(Wire(said(call(odd)), told()))
    run = await done(
        again.responses.run_tools(model="m", input="x", tools=[computer(driver)], on_tool_error="feed_back")
    )
    assert (run.text, driver.did) == ("Done.", [])


@pytest.mark.parametrize("checks", ["odd", [None], [5], {"a": 1}, [{"id": "a"}]])
async def test_what_is_flagged_in_any_way_wants_approval(connect: Connect, checks: Any) -> None:
    item = {**call(CLICK), "pending_safety_checks": checks}
    driver = screen(connect)
    with pytest.raises(SafetyCheckError, match="nobody is asked"):
        await done(connect(Wire(said(item))).responses.run_tools(model="m", input="x", tools=[computer(driver)]))
    assert driver.did == []
    wire = Wire(said(item), told())
    tool = computer(driver, approve=lambda call: True)
    run = await done(connect(wire).responses.run_tools(model="m", input="x", tools=[tool]))
    assert (run.text, len(driver.did)) == ("Done.", 1)


async def test_functions_and_the_computer_are_called_in_the_order_asked_for(connect: Connect) -> None:
    driver = screen(connect)

    def note() -> str:
        """Write it down."""
        driver.did.append("note")
        return "noted"

    function = {"type": "function_call", "call_id": "call_2", "name": "note", "arguments": "{}"}
    wire = Wire(said(call(CLICK), function, call({"type": "wait"}, call_id="call_3")), told())
    await done(connect(wire).responses.run_tools(model="m", input="x", tools=[note, computer(driver)]))
    assert [each if isinstance(each, str) else each[0] for each in driver.did] == ["click", "note", "wait"]
    assert [item["call_id"] for item in sent(wire, 1)[-3:]] == ["call_1", "call_2", "call_3"]


async def test_what_is_no_driver_and_a_second_computer_are_refused(connect: Connect) -> None:
    with pytest.raises(ConfigurationError, match="screenshot"):
        computer(object())  # type: ignore[arg-type]  # on purpose
    driver = screen(connect)
    with pytest.raises(RequestValidationError, match="one computer"):
        await done(
            connect(Wire()).responses.run_tools(model="m", input="x", tools=[computer(driver), computer(driver)])
        )


async def test_the_tool_of_before_is_checked_with_the_request(connect: Connect) -> None:
    tool = computer(screen(connect), preview={"environment": "toaster", "display_width": 8})
    with pytest.raises(RequestValidationError, match="environment"):
        await done(connect(Wire()).responses.run_tools(model="m", input="x", tools=[tool]))
