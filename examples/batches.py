"""Batches: many requests at once for half the price, as one call and step by step.

Run it with `python -m examples.batches` (`OPENAI_API_KEY`, or `OPENAI_BASE_URL` of a local server).
"""

from __future__ import annotations

from typed_openai import OpenAI
from typed_openai.bulk import BatchBuilder, BatchReader, BatchResults
from typed_openai.models.chat import ChatCompletion, ChatCompletionCreateParams, UserMessage
from typed_openai.models.embeddings import CreateEmbeddingResponse, EmbeddingCreateParams

MODEL = "gpt-4o-mini"


def lines() -> BatchBuilder:
    """Three questions and a text to embed, each under a name of its own."""
    made = BatchBuilder()
    for number, question in enumerate(["What is 2+2?", "Name a colour.", "Say hello."]):
        made.add(f"q-{number}", ChatCompletionCreateParams(model=MODEL, messages=[UserMessage(content=question)]))
    made.add("vector", EmbeddingCreateParams(model="text-embedding-3-small", input="a red apple", dimensions=8))
    return made


def in_one_call(client: OpenAI) -> None:
    """Upload, create, wait, read: answers are typed and found by custom id, whatever order they come in."""
    asked = lines()
    results = client.batches.run(asked, on_created=lambda batch: print("created", batch.id, batch.endpoint))
    for custom_id, completion in results.answers(ChatCompletion).items():
        print(custom_id, completion.text)
    print("vector", results.answer("vector", CreateEmbeddingResponse).data[0].embedding)
    for custom_id, error in results.errors.items():
        print(custom_id, "failed:", error)
    if results.errors or results.missing:
        again = asked.only([*results.errors, *results.missing])
        print(len(again), "lines would be sent again")


def step_by_step(client: OpenAI) -> None:
    """The same with the single operations; a program may stop in between and keep the id."""
    [part, *_] = lines().parts()
    file = client.files.create(file=("lines.jsonl", part.content), purpose="batch")
    batch_id = client.batches.create(input_file_id=file.id, endpoint=part.endpoint, completion_window="24h").id
    batch = client.batches.wait(batch_id, wait={"on_progress": lambda seen: print(batch_id, seen.status)})
    print("all batches:", [each.id for each in client.batches.list()])
    reader = BatchReader(batch.endpoint)
    for file_id in filter(None, (batch.output_file_id, batch.error_file_id)):
        found = BatchResults([batch], reader.read(client.files.content(file_id).read(), file_id), part.custom_ids)
        print(f"{len(found)} of {len(part.custom_ids)} lines answered")


def cancelled(client: OpenAI) -> None:
    """A batch that is cancelled keeps what was answered up to then."""
    [batch, *_] = client.batches.submit(lines())
    client.batches.cancel(batch.id)
    results = client.batches.results(batch.id, wait={"raise_on_failure": False})
    print(results.explanation())


def main() -> None:
    with OpenAI() as client:
        in_one_call(client)
        step_by_step(client)
        cancelled(client)


if __name__ == "__main__":
    main()
