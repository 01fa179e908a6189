"""Webhooks: a small server that takes deliveries, and a delivery that is signed as the service would sign it."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from typed_openai import InvalidWebhookSignatureError, OpenAI, sign_webhook
from typed_openai.models.webhooks import ResponseCompletedWebhookEvent

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZg=="  # noqa: S105  # in earnest it comes from OPENAI_WEBHOOK_SECRET
client = OpenAI(webhook_secret=SECRET, api_key="sk-not-needed-for-webhooks")


class Receiver(BaseHTTPRequestHandler):
    """Answers 200 to what is from the service, 400 to everything else."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            event = client.webhooks.unwrap(body, dict(self.headers))
        except InvalidWebhookSignatureError as error:
            print("refused:", error)
            self.send_error(400)
            return
        if isinstance(event, ResponseCompletedWebhookEvent):
            print("done:", event.data.id)  # client.responses.retrieve(event.data.id) has the answer
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def main() -> None:
    event = {
        "object": "event",
        "id": "evt_1",
        "type": "response.completed",
        "created_at": 1750000000,
        "data": {"id": "resp_1"},
    }
    body = json.dumps(event).encode()
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for content in (body, body.replace(b"resp_1", b"resp_2")):
            headers = sign_webhook(body, SECRET)
            try:
                with urlopen(Request(f"http://127.0.0.1:{server.server_port}", content, headers)) as answer:
                    print("the receiver says", answer.status)
            except HTTPError as error:
                print("the receiver says", error.code)
                error.close()
        server.shutdown()


if __name__ == "__main__":
    main()
