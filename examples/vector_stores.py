"""Vector stores: fill one with files, search it, and look after it, its files and its batches of files.

Run it with `python -m examples.vector_stores` (`OPENAI_API_KEY`, or `OPENAI_BASE_URL` of a local server).
"""

from __future__ import annotations

from typed_openai import OpenAI, WaitFailedError
from typed_openai.models.vector_stores import ComparisonFilter, CompoundFilter, VectorStore, VectorStoreExpirationAfter

RETURNS = ("returns.md", b"# Returns\nYou may return a product within 30 days. A refund takes a week.")
SHIPPING = ("shipping.html", b"<h1>Shipping</h1><p>Parcels reach Norway within a week.</p>")
HOURS = ("hours.txt", b"The shop is open from 9 to 5 on weekdays.")


def fill(client: OpenAI) -> str:
    """Upload, attach and wait: one file with attributes, then two at once."""
    expiry = VectorStoreExpirationAfter(days=7)
    store: VectorStore = client.vector_stores.create(name="my vector store", expires_after=expiry)
    file = client.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=RETURNS, attributes={"topic": "returns", "year": 2024}
    )
    print("filled    ", file.id, file.status, file.attributes)
    batch = client.vector_stores.file_batches.upload_and_poll(store.id, files=[SHIPPING, HOURS])
    print("           and", batch.file_counts.completed, "more;", batch.file_counts.failed, "could not be read")
    return store.id


def search(client: OpenAI, store_id: str) -> None:
    """The best chunks for a question, all of them and those of certain files only."""
    page = client.vector_stores.search(store_id, query="How do I return a product?", rewrite_query=True)
    print("searched  ", page.search_query)
    for found in page:
        print(f"           {found.score:.2f} {found.filename}: {found.text!r}")
    recent = CompoundFilter(
        type="and",
        filters=[
            ComparisonFilter(type="eq", key="topic", value="returns"),
            ComparisonFilter(type="gte", key="year", value=2020),
        ],
    )
    only = client.vector_stores.search(store_id, query="week", filters=recent, ranking_options={"score_threshold": 0.1})
    print("filtered  ", [found.filename for found in only])


def look_after_stores(client: OpenAI, store_id: str) -> None:
    """List, retrieve, change."""
    print("stores    ", [(store.name, store.file_counts.total) for store in client.vector_stores.list(limit=20)])
    changed = client.vector_stores.update(store_id, name="Modified Test Vector Store")
    print("renamed   ", client.vector_stores.retrieve(changed.id).name)


def look_after_files(client: OpenAI, store_id: str) -> None:
    """Attach a file that was uploaded before, wait for it, read it, change its attributes, take it out again."""
    uploaded = client.files.create(file=("notes.md", b"Gift cards never expire."), purpose="assistants")
    files = client.vector_stores.files
    attached = files.create(store_id, file_id=uploaded.id)
    done = files.poll(attached.id, vector_store_id=store_id, wait={"deadline": 60})
    print("attached  ", done.id, [piece.text for piece in files.content(done.id, vector_store_id=store_id)])
    print("attributes", files.update(done.id, vector_store_id=store_id, attributes={"topic": "gifts"}).attributes)
    print("files     ", [(each.id, each.status) for each in files.list(store_id, filter="completed")])
    files.delete(done.id, vector_store_id=store_id)
    client.files.delete(uploaded.id)


def look_after_batches(client: OpenAI, store_id: str) -> None:
    """Attach several uploaded files, look at them, stop; and what a file that cannot be read says."""
    ids = [client.files.create(file=file, purpose="assistants").id for file in (SHIPPING, HOURS)]
    batches = client.vector_stores.file_batches
    batch = batches.create(store_id, file_ids=ids)
    print("batch     ", batches.retrieve(batch.id, vector_store_id=store_id).status)
    print("cancelled ", batches.cancel(batch.id, vector_store_id=store_id).file_counts.cancelled)
    print("           ", [(each.id, each.status) for each in batches.list_files(batch.id, vector_store_id=store_id)])
    try:
        client.vector_stores.files.upload_and_poll(vector_store_id=store_id, file=("photo.png", b"\x89PNG\r\n\x1a\n"))
    except WaitFailedError as error:
        print("failed    ", error.result.last_error)


def main() -> None:
    with OpenAI() as client:
        store_id = fill(client)
        search(client, store_id)
        look_after_stores(client, store_id)
        look_after_files(client, store_id)
        look_after_batches(client, store_id)
        for file_id in [file.id for file in client.vector_stores.files.list(store_id)]:
            client.files.delete(file_id)  # deleting the store would leave them
        print("deleted   ", client.vector_stores.delete(store_id).deleted)


if __name__ == "__main__":
    main()
