"""Realtime over HTTP: a secret for a browser, a call by WebRTC, a telephone that rings, is answered and handed over."""

from __future__ import annotations

from typed_openai import OpenAI, tool
from typed_openai.local import LocalServer

OFFER = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\na=setup:actpass\r\n"  # what RTCPeerConnection.createOffer() gives


@tool
def opening_hours(day: str) -> str:
    """When the shop is open.

    Args:
        day: The day of the week.
    """
    return f"On {day}s from nine to five."


def main() -> None:
    client = OpenAI()
    secret = client.realtime.client_secrets.create(
        session={"type": "realtime", "model": "gpt-realtime-2.1", "tools": [opening_hours]},
        expires_after={"seconds": 60},
    )
    print("a secret for a browser, good until", secret.expires_at)

    answer = client.realtime.calls.create(sdp=OFFER, session={"type": "realtime", "model": "gpt-realtime-2.1"})
    call_id = answer.meta.headers["location"].rpartition("/")[2]
    print("the browser is answered with", len(answer.text), "characters")
    client.realtime.calls.hangup(call_id)

    # In earnest the webhook `realtime.call.incoming` brings the id; this server rings when it is told to.
    with LocalServer() as server, OpenAI(base_url=server.base_url, api_key="sk-local") as telephone:
        call_id = server.ring()
        telephone.realtime.calls.accept(
            call_id,
            type="realtime",
            model="gpt-realtime-2.1",
            instructions="Say when the shop is open; hand over whoever asks for a person.",
            tools=[opening_hours],
        )
        telephone.realtime.calls.refer(call_id, target_uri="tel:+15550100")
        print("a call was answered and handed over")
        session = telephone.live.create(
            session={"model": "gpt-live-1.1", "instructions": "Good day!", "store": True},
            transport={"type": "webrtc", "sdp": OFFER},
        ).session
        recording = telephone.live.sessions.download_recording(session.id)
        print("the recording of a live session has", len(recording.read()), "bytes")


if __name__ == "__main__":
    main()
