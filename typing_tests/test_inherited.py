"""Classes of resources as users build on them: inherited from, and described by protocols of their own.

Never executed. An `async def` is a `Coroutine` for mypy and a `CoroutineType` for pyright: both have to fit.
"""

from typing import Any, Protocol

from typed_openai import APIResponse, AsyncOpenAI, OpenAI
from typed_openai.models.files import FileObject
from typed_openai.resources.files import AsyncFiles, Files

client = OpenAI()
async_client = AsyncOpenAI()


class Remembered(Files):
    def retrieve(self, file_id: str, **options: Any) -> FileObject:
        return super().retrieve(file_id, **options)


class AsyncRemembered(AsyncFiles):
    async def retrieve(self, file_id: str, **options: Any) -> FileObject:
        return await super().retrieve(file_id, **options)


class Finds(Protocol):
    def retrieve(self, file_id: str) -> FileObject: ...


class AsyncFinds(Protocol):
    async def retrieve(self, file_id: str) -> FileObject: ...


class FindsRaw(Protocol):
    async def retrieve(self, file_id: str) -> APIResponse[FileObject]: ...


finds: Finds = client.files
async_finds: AsyncFinds = async_client.files
finds_raw: FindsRaw = async_client.files.with_raw_response
not_awaited: Finds = async_client.files  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
