"""A computer that a model operates: a driver of your own, and what happens to a call that the service flags.

A browser is driven in the same way: `tools=[computer(Browser(page))]`, extra [browser].
"""

from __future__ import annotations

from collections.abc import Sequence

from typed_openai import OpenAI
from typed_openai.local import LocalServer, ToolCall
from typed_openai.models.responses import ResponseComputerToolCall
from typed_openai.tools import SafetyCheckError, computer


class Kiosk:
    """A ticket machine: a field for the station, and a button below it."""

    def __init__(self) -> None:
        self.station = ""
        self.sold: list[str] = []

    def screenshot(self) -> bytes:
        return b"\x89PNG\r\n\x1a\n" + self.station.encode()

    def click(self, x: int, y: int, *, button: str, keys: Sequence[str]) -> None:
        if y > 100:
            self.sold.append(self.station)

    def type(self, text: str) -> None:
        self.station += text

    def keypress(self, keys: Sequence[str]) -> None:
        self.station = ""

    def double_click(self, x: int, y: int, *, keys: Sequence[str]) -> None: ...
    def move(self, x: int, y: int, *, keys: Sequence[str]) -> None: ...
    def drag(self, path: Sequence[tuple[int, int]], *, keys: Sequence[str]) -> None: ...
    def scroll(self, x: int, y: int, *, scroll_x: int, scroll_y: int, keys: Sequence[str]) -> None: ...
    def wait(self) -> None: ...


def approve(call: ResponseComputerToolCall) -> bool:
    print("flagged:", *(check.message for check in call.pending_safety_checks))
    return True  # in earnest, ask somebody


def main() -> None:
    press = {"type": "click", "button": "left", "x": 50, "y": 120}
    flagged = {"id": "sc_1", "code": "payment", "message": "This buys something."}
    # A script stands in for the model, which finds its way by itself in earnest.
    rounds = (
        ToolCall("computer", actions=[{"type": "screenshot"}, {"type": "type", "text": "Roma Termini"}]),
        ToolCall("computer", actions=[press], pending_safety_checks=[flagged]),
    )
    for allow in (approve, None):
        kiosk = Kiosk()
        with LocalServer(script=[*rounds, "The ticket is bought."]) as server:
            client = OpenAI(base_url=server.base_url, api_key="sk-local")
            try:
                run = client.responses.run_tools(
                    model="gpt-5.5", input="A ticket to Rome.", tools=[computer(kiosk, approve=allow)]
                )
                print(run.text, kiosk.sold)
            except SafetyCheckError as error:
                print("stopped:", error)


if __name__ == "__main__":
    main()
