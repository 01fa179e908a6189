"""ChatKit: a session for a web page, and what was said in its chat."""

from __future__ import annotations

from typed_openai import OpenAI


def main() -> None:
    client = OpenAI()
    session = client.beta.chatkit.sessions.create(
        user="user-1",
        workflow={"id": "wf_123"},
        chatkit_configuration={"history": {"enabled": True, "recent_threads": 5}},
        rate_limits={"max_requests_per_1_minute": 20},
    )
    print("the page gets a secret of", len(session.client_secret), "characters")

    for thread in client.beta.chatkit.threads.list(user="user-1"):
        print(thread.title or "a chat without a title", "-", thread.status.type)
        for item in client.beta.chatkit.threads.list_items(thread.id, order="asc"):
            if item.type == "chatkit.user_message" or item.type == "chatkit.assistant_message":
                print(" ", *(part.text for part in item.content if hasattr(part, "text")))
        client.beta.chatkit.threads.delete(thread.id)

    print(client.beta.chatkit.sessions.cancel(session.id).status)


if __name__ == "__main__":
    main()
