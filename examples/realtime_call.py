"""A telephone call (SIP) that is taken and steered: accepted over HTTP, listened to and told what to do over a socket.

A server is told of the call by a webhook (`realtime.call.incoming`); here the local server lets one ring.
"""

from __future__ import annotations

from typed_openai import OpenAI
from typed_openai.local import LocalServer


def take(client: OpenAI, call_id: str) -> str:
    """Answer a call, let the model greet whoever calls, and hang up; what it said."""
    client.realtime.calls.accept(call_id, type="realtime", model="gpt-realtime", instructions="You are a receptionist.")
    with client.realtime.connect(call_id=call_id) as connection:
        connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
        connection.say("Somebody calls: greet them.", role="system")
        said = connection.get_final_response().output_text
    client.realtime.calls.hangup(call_id)
    return said


def main() -> None:
    with LocalServer() as server:
        client = OpenAI(base_url=server.base_url, api_key="sk-local")
        print(take(client, server.ring()))


if __name__ == "__main__":
    main()
