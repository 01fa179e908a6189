"""The site that `make docs` built: links lead somewhere, nothing comes from another host, texts lie beside.

In Chromium, where there is one: pages at two widths, light and dark, without an error or a page that is wider than the
window, and a search that finds.
"""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Iterator
from functools import cache, partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urldefrag

import pytest
from playwright.sync_api import Browser, sync_playwright

SITE = Path(__file__).parent.parent.parent / "build/docs/site"
PAGES = sorted(SITE.rglob("*.html"))
pytestmark = pytest.mark.docs
LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}


class Page(HTMLParser):
    """Links, names and what a page loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.names: set[str] = set()
        self.loaded: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.names |= {value for key in ("id", "name") if (value := given.get(key))}
        for key in ("href", "src"):
            if value := given.get(key):
                (self.loaded if (tag, key) in LOADED else self.links).add(value)


@cache
def read(path: Path) -> Page:
    return Page(path.read_text())


def local(links: set[str]) -> list[str]:
    return sorted(link for link in links if not re.match(r"[a-z]+:|//", link))


def test_there_are_pages_to_look_at() -> None:
    assert len(PAGES) > 200
    assert sum(len(read(page).links) for page in PAGES) > 3000


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(SITE)))
def test_every_link_leads_to_a_file_and_a_place_in_it(page: Path) -> None:
    if page.name == "404.html":
        return  # its links are from the root of wherever the site lies
    dead = []
    for link in local(read(page).links | read(page).loaded):
        path, anchor = urldefrag(link)
        aim = (page.parent / unquote(path)).resolve() if path else page
        aim = aim / "index.html" if aim.is_dir() else aim
        if not aim.is_file() or (anchor and aim.suffix == ".html" and unquote(anchor) not in read(aim).names):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(SITE)))
def test_nothing_is_loaded_from_another_host(page: Path) -> None:
    assert [each for each in read(page).loaded if re.match(r"(https?:)?//", each)] == []


def test_no_style_loads_from_another_host() -> None:
    styles = [path.read_text() for path in SITE.rglob("*.css")]
    assert styles
    assert [
        found for text in styles for found in re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)\"']+", text)
    ] == []


def test_the_markdown_of_a_page_lies_beside_it() -> None:
    pages = [page for page in PAGES if page.name != "404.html"]
    assert [page for page in pages if not page.with_suffix(".md").is_file()] == []


def test_models_find_every_page_from_one_file() -> None:
    links = re.findall(r"\]\(([^)]+)\)", (SITE / "llms.txt").read_text())
    assert {str(path.relative_to(SITE)) for path in SITE.rglob("*.md")} == {*links}
    assert "def stock(product: str) -> int:" in (SITE / "llms-full.txt").read_text()


@pytest.mark.parametrize("word", ["usage_scope", "create_many", "idle_timeout", "BudgetExceededError"])
def test_words_of_guides_and_of_the_reference_are_found_by_the_search(word: str) -> None:
    assert word in json.dumps(json.loads((SITE / "search.json").read_text()))


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("operations/chat.html", "typed_openai.resources.chat.Completions.create"),
        ("operations/embeddings.html", "typed_openai.resources.embeddings.Embeddings.create_many"),
        ("reference/clients.html", "typed_openai.client.OpenAI"),
        ("reference/errors.html", "typed_openai.errors.RateLimitError"),
        ("models/chat-messages.html", "typed_openai.models.chat.messages.UserMessage.content"),
        ("models/responses-events.html", "typed_openai.models.responses.events.ResponseTextDeltaEvent.item_id"),
    ],
)
def test_the_reference_has_a_place_for_each_name(page: str, name: str) -> None:
    assert name in read(SITE / page).names


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(SITE))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.parametrize("width", [400, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_no_wider_than_a_window_and_ask_one_host(
    browser: Browser, address: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    for name in (
        "index",
        "features",
        "coming-from-openai",
        "frameworks",
        "operations/chat",
        "reference/errors",
        "models/chat-params",
    ):
        page.goto(f"{address}/{name}.html")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.evaluate("document.body.dataset.mdColorScheme") == {"light": "default", "dark": "slate"}[scheme]
    assert wrong == []
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    context.close()


def test_the_search_finds_a_page(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/index.html")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+k")
    page.keyboard.type("usage_scope")
    page.locator("a[href*='usage.html']:visible").first.wait_for(timeout=15_000)
