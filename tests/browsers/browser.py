"""A headless Chromium, driven over the WebDriver protocol by chromedriver (Debian: chromium, chromium-driver)."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from contextlib import closing
from http.client import HTTPConnection
from types import TracebackType
from typing import Any, Self

PATIENCE = 40.0
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1200,800",
)


def is_there() -> bool:
    """Whether Chromium and its driver are installed."""
    return all(shutil.which(name) for name in ("chromium", "chromedriver"))


class Browser:
    """`with Browser() as browser: browser.open(url); browser.wait("return document.title === 'x'")`."""

    def __init__(self) -> None:
        self._driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        self._session = ""
        assert self._driver.stdout is not None
        for line in self._driver.stdout:
            found = re.search(r"successfully on port (\d+)", line)
            if found:
                self._port = int(found[1])
                break

    def __enter__(self) -> Self:
        wanted = {"goog:chromeOptions": {"args": list(OPTIONS)}, "goog:loggingPrefs": {"browser": "ALL"}}
        made = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{made['sessionId']}"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if self._session:
                self._ask("DELETE", self._session)
        finally:
            self._driver.kill()
            self._driver.communicate()

    def open(self, url: str) -> None:
        """Go to a page."""
        self._ask("POST", f"{self._session}/url", {"url": url})

    def run(self, script: str, *arguments: object) -> Any:
        """What a script on the page returns."""
        return self._ask("POST", f"{self._session}/execute/sync", {"script": script, "args": list(arguments)})

    def wait(self, script: str, *arguments: object) -> Any:
        """Wait until a script returns something true, and give that; fails when it never does."""
        until = time.monotonic() + PATIENCE
        while not (found := self.run(script, *arguments)):
            if time.monotonic() > until:
                raise AssertionError(f"never true: {script}; the page says {self.text()!r}")
        return found

    def see(self, words: str) -> None:
        """Wait until the page shows these words."""
        self.wait("return document.body.innerText.includes(arguments[0])", words)

    def press(self, words: str) -> None:
        """Press the button that says this."""
        script = "return [...document.querySelectorAll('button')].find(each => each.innerText === arguments[0])"
        button = self.wait(script, words)
        self._ask("POST", f"{self._session}/element/{next(iter(button.values()))}/click", {})

    def type(self, selector: str, keys: str) -> None:
        """Type into a field."""
        field = self._ask("POST", f"{self._session}/element", {"using": "css selector", "value": selector})
        self._ask("POST", f"{self._session}/element/{next(iter(field.values()))}/value", {"text": keys})

    def text(self) -> str:
        """What the page says."""
        return str(self.run("return document.body.innerText"))

    def complaints(self) -> list[str]:
        """Errors on the console: of scripts, of policies, of what could not be loaded."""
        found = self._ask("POST", f"{self._session}/se/log", {"type": "browser"})
        return [entry["message"] for entry in found if entry["level"] == "SEVERE"]

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)) as connection:
            sent = None if body is None else json.dumps(body)
            connection.request(method, path, sent, {"content-type": "application/json"})
            answer = connection.getresponse()
            value = json.load(answer)["value"]
        assert answer.status == 200, value
        return value
