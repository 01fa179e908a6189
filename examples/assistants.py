"""Assistants: an assistant, a thread of messages, a run that is waited for, and where its answers are found.

Run it with `python -m examples.assistants` (`OPENAI_API_KEY`, or `OPENAI_BASE_URL` of a local server). The service has
deprecated this part of its API in favour of Responses.
"""

from __future__ import annotations

from typed_openai import NotFoundError, OpenAI, WaitFailedError
from typed_openai.models.assistants import Assistant, ImageFileContentBlock, Message, TextContentBlock

MODEL = "gpt-4o-mini"


def assistants(client: OpenAI) -> Assistant:
    """Make, fetch, list, change."""
    assistant = client.beta.assistants.create(
        model=MODEL,
        name="typed_openai test assistant",
        instructions="You are a Python dev bot. When asked a question, write and run Python code to answer it.",
        tools=[{"type": "code_interpreter"}, {"type": "file_search"}],
        tool_resources={"code_interpreter": {"file_ids": []}, "file_search": {"vector_store_ids": []}},
        metadata={"my_internal_version_id": "1.0.0"},
    )
    assistant = client.beta.assistants.retrieve(assistant.id)
    print("assistants:", [each.name for each in client.beta.assistants.list(limit=10)])
    notes = {"my_internal_version_id": "1.0.1"}
    return client.beta.assistants.update(assistant.id, name="Modified test assistant", metadata=notes)


def show(message: Message) -> None:
    """The parts of a message by their kind; `message.text` has the texts alone."""
    for block in message.content:
        if isinstance(block, TextContentBlock):
            print(f"{message.role}: {block.text.value} ({len(block.text.annotations)} annotations)")
        elif isinstance(block, ImageFileContentBlock):
            print("a picture:", block.image_file.file_id)


def main() -> None:
    with OpenAI() as client:
        assistant = assistants(client)
        threads = client.beta.threads
        thread = threads.create()
        asked = "Can you help me write an API library to interact with the OpenAI API please?"
        message = threads.messages.create(thread.id, role="user", content=asked)
        show(threads.messages.retrieve(message.id, thread_id=thread.id))

        run = threads.runs.create(
            thread.id, assistant_id=assistant.id, max_prompt_tokens=256, max_completion_tokens=256
        )
        print("status:", threads.runs.retrieve(run.id, thread_id=thread.id).status)
        try:
            run = threads.runs.poll(run.id, thread.id, wait={"on_progress": lambda run: print("...", run.status)})
        except WaitFailedError as failed:
            print("failed:", failed.result.last_error)
            return
        print("ended:", run.status, run.usage and run.usage.total_tokens)

        for each in threads.messages.list(thread.id, order="asc"):  # all messages again, or ...
            show(each)
        for step in threads.runs.steps.list(run.id, thread_id=thread.id, order="asc"):  # ... only what the run wrote
            if step.message_id is not None:
                show(threads.messages.retrieve(step.message_id, thread_id=thread.id))
        threads.messages.update(message.id, thread_id=thread.id, metadata={"user_id": "abc123"})
        print("runs:", [each.status for each in threads.runs.list(thread.id, order="asc", limit=3)])

        both = threads.create_and_run(
            assistant_id=assistant.id, thread={"messages": [{"role": "user", "content": "Hi"}]}
        )
        print("made at once:", both.id, "on", both.thread_id)
        threads.delete(thread.id)
        client.beta.assistants.delete(assistant.id)
        try:
            threads.messages.retrieve(message.id, thread_id=thread.id)
        except NotFoundError as gone:
            print("gone with its thread:", gone.status_code)


if __name__ == "__main__":
    main()
