"""A browser as the computer of a model (`tools/computers.py`), driven by Playwright: extra `[browser]`.

    with Browser.launch("https://example.com") as browser:
        client.responses.run_tools(model=..., input=..., tools=[computer(browser)])

    browser = Browser(page)      # a page of your own, of playwright.sync_api or of playwright.async_api

Rules
* One class for both colours: a method gives what it comes to with a page of the sync API, and something to await with
  one of the async API.
* What opens in a new tab is what is looked at from then on, until it is closed.
* Names of keys are those that models write (`CTRL`, `ESC`, `ARROWDOWN`) or Playwright's own.

Weak spot: `launch` is for the sync API only, and takes the Chromium of Playwright or the one at `executable`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from inspect import isawaitable
from typing import Any, Concatenate, ParamSpec, Self, TypeAlias

from typed_openai.core.extras import needed

P = ParamSpec("P")
Steps: TypeAlias = Generator[Any, Any, Any]

FLAGS = ("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync")
PAUSE = 1000
"""How long `wait` is, in milliseconds."""
_BUTTONS = {"wheel": "middle"}
_KEYS = {
    "ALT": "Alt",
    "ARROWDOWN": "ArrowDown",
    "ARROWLEFT": "ArrowLeft",
    "ARROWRIGHT": "ArrowRight",
    "ARROWUP": "ArrowUp",
    "BACKSPACE": "Backspace",
    "CMD": "Meta",
    "COMMAND": "Meta",
    "CTRL": "Control",
    "CONTROL": "Control",
    "DEL": "Delete",
    "DELETE": "Delete",
    "DOWN": "ArrowDown",
    "END": "End",
    "ENTER": "Enter",
    "ESC": "Escape",
    "ESCAPE": "Escape",
    "HOME": "Home",
    "INSERT": "Insert",
    "LEFT": "ArrowLeft",
    "META": "Meta",
    "OPTION": "Alt",
    "PAGEDOWN": "PageDown",
    "PAGEUP": "PageUp",
    "RETURN": "Enter",
    "RIGHT": "ArrowRight",
    "SHIFT": "Shift",
    "SPACE": " ",
    "SUPER": "Meta",
    "TAB": "Tab",
    "UP": "ArrowUp",
    "WIN": "Meta",
}


def _stepwise(method: Callable[Concatenate[Any, P], Steps]) -> Callable[Concatenate[Any, P], Any]:
    """A method of several steps, each of which may have to be awaited: done at once, or something to await."""

    @functools.wraps(method)
    def run(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> Any:
        steps = method(self, *args, **kwargs)
        try:
            given = next(steps)
            while not isawaitable(given):
                given = steps.send(given)
        except StopIteration as end:
            return end.value
        return _awaited(steps, given)

    return run


async def _awaited(steps: Steps, given: Any) -> Any:
    try:
        while True:
            given = steps.send(await given if isawaitable(given) else given)
    except StopIteration as end:
        return end.value


def key_of(name: str) -> str:
    """Playwright's name of a key."""
    return _KEYS.get(name.upper(), name if len(name) > 1 else name.lower())


class Browser:
    """A page of Playwright, as a driver of `computer`."""

    def __init__(self, page: Any) -> None:
        self._pages = [page]
        page.on("popup", self._opened)

    @property
    def page(self) -> Any:
        """The page that is looked at."""
        while len(self._pages) > 1 and self._pages[-1].is_closed():
            self._pages.pop()
        return self._pages[-1]

    def _opened(self, page: Any) -> None:
        self._pages.append(page)
        page.on("popup", self._opened)

    @classmethod
    @contextmanager
    def launch(
        cls,
        url: str = "about:blank",
        *,
        width: int = 1280,
        height: int = 720,
        headless: bool = True,
        executable: str | None = None,
        flags: Sequence[str] = FLAGS,
    ) -> Generator[Self]:
        """A Chromium of its own, without anything of yours in it, closed with the block.

        executable: another Chromium than the one that Playwright installs (`/usr/bin/chromium`).
        Raises `ConfigurationError` without the extra `[browser]`.
        """
        driver = needed("playwright.sync_api", "Browser")
        with driver.sync_playwright() as playwright:
            browser = playwright.chromium.launch(headless=headless, executable_path=executable, args=[*flags])
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(url)
            yield cls(page)
            browser.close()

    # -- what a computer can do ------------------------------------------------------------------------------------

    @_stepwise
    def screenshot(self) -> Steps:
        """What is to be seen of the page, as PNG."""
        return (yield self.page.screenshot())

    @_stepwise
    def click(self, x: int, y: int, *, button: str = "left", keys: Sequence[str] = ()) -> Steps:
        """Click there; `back` and `forward` go through the history."""
        page = self.page
        if button in ("back", "forward"):
            yield page.go_back() if button == "back" else page.go_forward()
            return
        yield from self._held(keys, lambda: page.mouse.click(x, y, button=_BUTTONS.get(button, button)))

    @_stepwise
    def double_click(self, x: int, y: int, *, keys: Sequence[str] = ()) -> Steps:
        """Click twice there."""
        page = self.page
        yield from self._held(keys, lambda: page.mouse.dblclick(x, y))

    @_stepwise
    def move(self, x: int, y: int, *, keys: Sequence[str] = ()) -> Steps:
        """Move the mouse there."""
        page = self.page
        yield from self._held(keys, lambda: page.mouse.move(x, y))

    @_stepwise
    def drag(self, path: Sequence[tuple[int, int]], *, keys: Sequence[str] = ()) -> Steps:
        """Press at the first point, move along the others, let go at the last."""
        mouse = self.page.mouse
        if not path:
            return
        first, *others = path
        moves = [functools.partial(mouse.move, *point) for point in others]
        yield mouse.move(*first)
        yield from self._held(keys, mouse.down, *moves, mouse.up)

    @_stepwise
    def scroll(self, x: int, y: int, *, scroll_x: int, scroll_y: int, keys: Sequence[str] = ()) -> Steps:
        """Scroll by so many pixels, with the mouse there."""
        mouse = self.page.mouse
        yield mouse.move(x, y)
        yield from self._held(keys, lambda: mouse.wheel(scroll_x, scroll_y))

    @_stepwise
    def type(self, text: str) -> Steps:
        """Type a text where the cursor is."""
        yield self.page.keyboard.type(text)

    @_stepwise
    def keypress(self, keys: Sequence[str]) -> Steps:
        """Press these keys together."""
        yield from self._held(keys)

    @_stepwise
    def wait(self) -> Steps:
        """Wait a second."""
        yield self.page.wait_for_timeout(PAUSE)

    def _held(self, keys: Sequence[str], *steps: Callable[[], Any]) -> Steps:
        """Do this while these keys are held."""
        keyboard, names = self.page.keyboard, [key_of(key) for key in keys]
        for name in names:
            yield keyboard.down(name)
        for step in steps:
            yield step()
        for name in reversed(names):
            yield keyboard.up(name)
