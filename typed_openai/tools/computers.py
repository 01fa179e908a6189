"""Computers that a model operates through you: what drives one, and the tool that stands for it in `run_tools`.

    with Browser.launch("https://example.com") as browser:          # tools/browser.py, extra [browser]
        run = client.responses.run_tools(model="gpt-5.5", input="...", tools=[computer(browser, approve=ask)])

Rules
* A driver is any object with the methods of `Computer`; with an async client they may be async. Points are pixels from
  the upper left corner of what `screenshot` shows.
* What the service flags (`pending_safety_checks`) is done only when `approve` says so. Without `approve`, or when it
  says no, the run ends in `SafetyCheckError` before anything is done.
* The actions of a call are done in their order, then the screen is shown. What the driver raises is for
  `on_tool_error`, as with functions; where the run goes on, the model is shown the screen as it is then.
* Calls of one round are made one after the other, functions among them: what they do to a screen depends on the order.

Weak spots: what a click leads to nobody checks here: give models machines and accounts of their own. A kind of action
that is newer than this package is not done.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from pydantic import BaseModel

from typed_openai.core.request.faults import shown
from typed_openai.core.request.filetypes import type_of_content
from typed_openai.core.run.effects import Call
from typed_openai.core.value_kinds import kind_of
from typed_openai.errors import ConfigurationError, OpenAIError
from typed_openai.models.responses.calls import ActionDragPath, PendingSafetyCheck, ResponseComputerToolCall
from typed_openai.models.responses.service_tools import ComputerTool, ComputerUsePreviewTool

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow

__all__ = ["Approve", "Computer", "ComputerOperator", "SafetyCheckError", "UnknownActionError", "computer"]

BLANK = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A picture of one point, where the screen was never seen."""


class SafetyCheckError(OpenAIError):
    """The service wants a human to look first, and nobody allowed it. Nothing of the call was done.

    `call`: what was to be done. `checks`: what is the matter.
    """

    def __init__(self, message: str, call: ResponseComputerToolCall | None = None) -> None:
        super().__init__(message)
        self.call = call
        self.checks: list[PendingSafetyCheck] = [] if call is None else _checks_of(call)


def _checks_of(call: ResponseComputerToolCall) -> list[PendingSafetyCheck]:
    """What the service flags, as far as it can be read."""
    checks: Any = getattr(call, "pending_safety_checks", None)
    return [each for each in checks if isinstance(each, PendingSafetyCheck)] if isinstance(checks, list) else []


def _unapproved(call: ResponseComputerToolCall, has_approver: bool) -> SafetyCheckError:
    said = "; ".join(str(check.message or check.code or check.id) for check in _checks_of(call))
    said = said or f"it is flagged by {shown(call.pending_safety_checks)}"
    why = "it was not approved" if has_approver else "nobody is asked: give computer(..., approve=...)"
    return SafetyCheckError(f"the computer call {call.call_id!r} was not made: {said} ({why})", call)


class UnknownActionError(OpenAIError, LookupError):
    """The model wants something done that no driver can: an action of a kind that is newer than this package, or one
    that lacks what it takes (a point, a text). It is for `on_tool_error`, as what a driver raises."""


class Computer(Protocol):
    """What operates a computer, or a browser. With an async client each method may be async."""

    def screenshot(self) -> Any:
        """The screen as PNG, JPEG or WebP: bytes."""
        ...

    def click(self, x: int, y: int, *, button: str, keys: Sequence[str]) -> Any:
        """Click there with `left`, `right`, `wheel`, `back` or `forward`, while these keys are held."""
        ...

    def double_click(self, x: int, y: int, *, keys: Sequence[str]) -> Any:
        """Click twice there."""
        ...

    def move(self, x: int, y: int, *, keys: Sequence[str]) -> Any:
        """Move the mouse there."""
        ...

    def drag(self, path: Sequence[tuple[int, int]], *, keys: Sequence[str]) -> Any:
        """Press at the first point, move along the others, let go at the last."""
        ...

    def scroll(self, x: int, y: int, *, scroll_x: int, scroll_y: int, keys: Sequence[str]) -> Any:
        """Scroll by so many pixels, to the right and down, with the mouse there."""
        ...

    def type(self, text: str) -> Any:
        """Type a text."""
        ...

    def keypress(self, keys: Sequence[str]) -> Any:
        """Press these keys together: `CTRL`, `A`, `ENTER`, ..."""
        ...

    def wait(self) -> Any:
        """Wait a moment."""
        ...


Approve: TypeAlias = Callable[[ResponseComputerToolCall], object]
"""Asked before a call that the service flags: whether it may be made. May be async with an async client."""


class Attempt:
    """Keeps what the driver raises; an interrupt, a cancellation and what was not approved pass."""

    error: Exception | None = None

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, Exception) and not isinstance(error, SafetyCheckError):
            self.error = error
        return self.error is not None


class ComputerOperator:
    """A computer among the tools of `responses.run_tools`; `tool` is what the model is told of it."""

    def __init__(self, driver: Computer, approve: Approve | None, tool: Any) -> None:
        self.driver = driver
        self.approve = approve
        self.tool = tool
        self.screen: str = BLANK
        """The last picture of the screen, as a `data:` URL."""

    def perform(self, call: ResponseComputerToolCall) -> Flow[list[PendingSafetyCheck]]:
        """Do what a call wants, and look at the screen; gives the checks that were acknowledged."""
        if call.pending_safety_checks and not (self.approve is not None and (yield Call(self.approve, call))):
            raise _unapproved(call, self.approve is not None)
        wanted: Any = call.actions if call.actions is not None else [call.action] if call.action is not None else []
        for action in wanted if isinstance(wanted, list) else [wanted]:
            if not _is_whole(action):
                raise UnknownActionError(f"an action that a driver can do was expected, got {shown(action)}")
            yield from self._act(action)
        yield from self.look()
        return _checks_of(call)

    @property
    def shown(self) -> list[dict[str, Any]]:
        """What a model is told of a call: the screen."""
        return [{"type": "computer_screenshot", "image_url": self.screen}]

    def look(self) -> Flow[None]:
        """Take a picture of the screen."""
        picture = yield Call(self.driver.screenshot)
        kind = type_of_content(picture[:64]) if isinstance(picture, bytes) else None
        if kind is None or not kind.startswith("image/"):
            raise ConfigurationError(f"{type(self.driver).__name__}.screenshot(): expected a picture as bytes")
        self.screen = f"data:{kind};base64,{b64encode(picture).decode()}"

    def _act(self, action: Any) -> Flow[None]:
        driver, kind = self.driver, action.type
        keys = tuple(getattr(action, "keys", None) or ())
        if kind == "click":
            yield Call(lambda: driver.click(action.x, action.y, button=action.button, keys=keys))
        elif kind == "double_click":
            yield Call(lambda: driver.double_click(action.x, action.y, keys=keys))
        elif kind == "move":
            yield Call(lambda: driver.move(action.x, action.y, keys=keys))
        elif kind == "drag":
            yield Call(lambda: driver.drag([(point.x, point.y) for point in action.path], keys=keys))
        elif kind == "scroll":
            right, down = action.scroll_x, action.scroll_y
            yield Call(lambda: driver.scroll(action.x, action.y, scroll_x=right, scroll_y=down, keys=keys))
        elif kind == "type":
            yield Call(driver.type, action.text)
        elif kind == "keypress":
            yield Call(driver.keypress, tuple(action.keys))
        elif kind == "wait":
            yield Call(driver.wait)
        elif kind != "screenshot":  # the screen is shown after each call
            raise UnknownActionError(f"the action {kind!r} is not one that a driver knows: {action!r}")


_NUMBERS = {
    "click": ("x", "y"),
    "double_click": ("x", "y"),
    "move": ("x", "y"),
    "scroll": ("x", "y", "scroll_x", "scroll_y"),
}
_TEXTS = {"click": "button", "type": "text"}
_LISTS: dict[str, tuple[str, type[Any]]] = {"drag": ("path", ActionDragPath), "keypress": ("keys", str)}


def _is_whole(action: Any) -> bool:
    """Whether an action has what it takes; one of an unknown kind has."""
    kind = str(getattr(action, "type", ""))
    name, item = _LISTS.get(kind, ("", object))
    listed = getattr(action, name, None) if name else []
    points = [action, *listed] if kind == "drag" and isinstance(listed, list) else [action]
    return (
        isinstance(action, BaseModel)
        and all(_is_number(getattr(action, each, None)) for each in _NUMBERS.get(kind, ()))
        and (kind not in _TEXTS or isinstance(getattr(action, _TEXTS[kind], None), str))
        and isinstance(listed, list)
        and all(isinstance(each, item) for each in listed)
        and all(_is_number(point.x) and _is_number(point.y) for point in points[1:])
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def computer(
    driver: Computer,
    *,
    approve: Approve | None = None,
    preview: ComputerUsePreviewTool | Mapping[str, Any] | None = None,
) -> ComputerOperator:
    """A computer for the tools of `responses.run_tools`.

    driver: what operates it (`Computer`), such as `Browser` of `typed_openai.tools.browser`.
    approve: asked before each call that the service flags, with the `ResponseComputerToolCall`; what is true lets it
        be made. Without it such a call ends the run in `SafetyCheckError`.
    preview: for `computer-use-preview` models: the tool of before, with the size of the screen.
    """
    tool: Any = ComputerTool() if preview is None else preview
    if isinstance(preview, Mapping):
        tool = {"type": "computer_use_preview", **preview}  # checked with the request that it stands in
    lacking = [name for name in _METHODS if not callable(getattr(driver, name, None))]
    if lacking or isinstance(driver, type):
        got = f"one without {lacking}" if lacking else kind_of(driver)
        raise ConfigurationError(f"computer(): expected a driver with the methods of Computer, got {got}")
    return ComputerOperator(driver, approve, tool)


_METHODS = ("screenshot", "click", "double_click", "move", "drag", "scroll", "type", "keypress", "wait")
