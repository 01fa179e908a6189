"""A model operates a real Chromium: clicks, types, scrolls, and sees what came of it; in both colours of Playwright."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.local import LocalServer
from typed_openai.local.script import ToolCall
from typed_openai.tools.browser import FLAGS, Browser, key_of
from typed_openai.tools.computers import computer

pytest.importorskip("playwright")
CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")

PAGE = """<!doctype html><title>Shop</title>
<style>* { margin: 0 } input { position: absolute; left: 20px; top: 20px; width: 200px; height: 30px }
button { position: absolute; left: 20px; top: 80px; width: 200px; height: 40px } body { height: 4000px }</style>
<input id=what><button onclick="document.title = 'Bought ' + what.value">Buy</button>
<script>document.addEventListener('keydown', event => event.key === 'a' && event.ctrlKey && (window.all = true))
let from; document.addEventListener('mousedown', event => from = [event.clientX, event.clientY])
document.addEventListener('mouseup', event =>
  from[1] === 300 && (window.dragged = [from, [event.clientX, event.clientY]]))
document.addEventListener('dblclick', () => window.twice = true)</script>"""
ROUNDS: list[Any] = [
    ToolCall("computer", actions=[{"type": "click", "button": "left", "x": 100, "y": 35}]),
    ToolCall("computer", actions=[{"type": "type", "text": "tea"}, {"type": "keypress", "keys": ["CTRL", "a"]}]),
    ToolCall("computer", actions=[{"type": "click", "button": "left", "x": 100, "y": 100}]),
    ToolCall(
        "computer",
        actions=[
            {"type": "drag", "path": [{"x": 300, "y": 300}, {"x": 320, "y": 330}, {"x": 340, "y": 350}]},
            {"type": "double_click", "x": 400, "y": 400, "keys": None},
            {"type": "move", "x": 10, "y": 10},
            {"type": "scroll", "x": 400, "y": 400, "scroll_x": 0, "scroll_y": 500},
            {"type": "wait"},
        ],
    ),
    "It is bought.",
]
WHAT_CAME = "[document.title, window.all, window.twice, JSON.stringify(window.dragged), window.scrollY > 0]"
EXPECTED = ["Bought tea", True, True, "[[300,300],[340,350]]", True]


@pytest.fixture
def shop(tmp_path: Path) -> str:
    """The address of a page to buy things."""
    page = tmp_path / "shop.html"
    page.write_text(PAGE)
    return page.as_uri()


@needs_chromium
def test_a_model_buys_tea_in_a_browser(shop: str) -> None:
    with (
        LocalServer(script=ROUNDS) as server,
        OpenAI(api_key="sk-x", base_url=server.base_url) as client,
        Browser.launch(shop, executable=CHROMIUM, flags=[*FLAGS, "--no-sandbox"]) as browser,
    ):
        run = client.responses.run_tools(model="m", input="Buy tea.", tools=[computer(browser)])
        assert browser.page.evaluate(WHAT_CAME) == EXPECTED
        assert (run.text, len(run.calls)) == ("It is bought.", 4)
        screens = [call.output[0]["image_url"] for call in run.calls if isinstance(call.output, list)]
        assert len({*screens}) == 4
        assert all(screen.startswith("data:image/png;base64,") for screen in screens)


@needs_chromium
async def test_an_async_page_is_driven_by_the_same_class(shop: str) -> None:
    from playwright.async_api import async_playwright

    with LocalServer(script=ROUNDS) as server:
        async with AsyncOpenAI(api_key="sk-x", base_url=server.base_url) as client, async_playwright() as playwright:
            chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--no-sandbox"])
            page = await chromium.new_page()
            await page.goto(shop)
            run = await client.responses.run_tools(model="m", input="Buy tea.", tools=[computer(Browser(page))])
            assert run.text == "It is bought."
            assert await page.evaluate(WHAT_CAME) == EXPECTED
            await chromium.close()


@needs_chromium
def test_what_opens_in_a_new_tab_is_looked_at_until_it_is_closed(shop: str) -> None:
    with Browser.launch(shop, executable=CHROMIUM, flags=[*FLAGS, "--no-sandbox"]) as browser:
        first = browser.page
        with first.expect_popup():
            first.evaluate("window.open('about:blank')")
        assert browser.page is not first
        browser.page.close()
        assert browser.page is first
        browser.click(0, 0, button="back")
        assert browser.screenshot().startswith(b"\x89PNG")


def test_keys_are_called_as_models_call_them() -> None:
    assert [key_of(name) for name in ("CTRL", "ctrl", "ESC", "ARROWDOWN", "A", "F5")] == [
        *("Control", "Control", "Escape", "ArrowDown", "a", "F5")
    ]
