"""Conversations that the service keeps: begin one, answer in it, read it, go on elsewhere, take items out."""

from __future__ import annotations

from typed_openai import OpenAI
from typed_openai.models.conversations import ConversationItem
from typed_openai.models.responses import Message


def line(item: ConversationItem) -> str:
    """An item in one line."""
    if isinstance(item, Message):
        return f"{item.role}: {' '.join(getattr(part, 'text', '') for part in item.content)}"
    return item.type


def main() -> None:
    client = OpenAI()

    conversation = client.conversations.create(
        items=[{"type": "message", "role": "developer", "content": "Be brief."}],
        metadata={"topic": "tea"},
    )
    print("began", conversation.id, conversation.metadata)

    response = client.responses.create(model="gpt-4o", conversation=conversation.id, input="When is tea?")
    print("answered", response.output_text)

    added = client.conversations.items.create(
        conversation.id, items=[{"type": "message", "role": "user", "content": "Thanks!"}]
    )
    for item in client.conversations.items.list(conversation.id, order="asc"):
        print(" ", line(item))

    copy = client.conversations.create(items=[*client.conversations.items.list(conversation.id, order="asc")])
    print("copied to", copy.id)

    client.conversations.items.delete(added.first_id, conversation_id=conversation.id)
    client.conversations.update(conversation.id, metadata={"topic": "tea", "state": "done"})
    print("now", client.conversations.retrieve(conversation.id).metadata)
    for each in (conversation, copy):
        print("deleted", client.conversations.delete(each.id).deleted)


if __name__ == "__main__":
    main()
