"""Lists as type checkers see them: pages, iteration over all pages, in both colours.

Never executed; see `test_chat.py` for how errors are expected.
"""

from typing import assert_type

from typed_openai import AsyncCursorPage, AsyncOpenAI, AsyncPage, OpenAI, SyncCursorPage, SyncPage
from typed_openai.core.answer.pages import AsyncNextCursorPage, AsyncPaginator, SyncNextCursorPage
from typed_openai.core.answer.records import Records
from typed_openai.models.admin.groups import Group
from typed_openai.models.admin.usage import CostAmount, UsageCompletionsBucket, UsageCompletionsResult
from typed_openai.models.admin.usage_pages import SyncBucketPage
from typed_openai.models.chat import (
    ChatCompletion,
    ChatCompletionListParams,
    ChatCompletionStoreMessage,
    MessageListParams,
)
from typed_openai.models.models import Model

client = OpenAI()
async_client = AsyncOpenAI()


def a_list_gives_a_page() -> None:
    page = client.chat.completions.list(limit=3, order="desc")
    assert_type(page, SyncCursorPage[ChatCompletion])
    assert_type(page.data, list[ChatCompletion])
    assert_type(page.has_next_page(), bool)
    assert_type(page.get_next_page(), SyncCursorPage[ChatCompletion])
    assert_type(page.last_id, str | None)
    for completion in page:
        assert_type(completion, ChatCompletion)
    for each in page.iter_pages():
        assert_type(each, SyncCursorPage[ChatCompletion])
    assert_type(client.models.list(), SyncPage[Model])


async def a_list_that_names_where_it_goes_on() -> None:
    page = client.admin.organization.groups.list(limit=3)
    assert_type(page, SyncNextCursorPage[Group])
    assert_type(page.next, str | None)
    for group in page:
        assert_type(group, Group)
    paginator = async_client.admin.organization.groups.list(order="asc")
    assert_type(paginator, AsyncPaginator[AsyncNextCursorPage[Group], Group])
    assert_type(await paginator, AsyncNextCursorPage[Group])


async def buckets_of_usage_are_of_their_kind() -> None:
    usage = client.admin.organization.usage
    page = usage.completions(start_time=0, group_by=["model", "project_id"])
    assert_type(page, SyncBucketPage[UsageCompletionsBucket])
    for bucket in page:
        assert_type(bucket.results, list[UsageCompletionsResult])
    assert_type(page.records(by=("day", "model")), Records)
    assert_type(usage.costs(start_time=0).data[0].results[0].amount, CostAmount | None)
    usage.costs(start_time=0, group_by=["moon"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    usage.completions()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    awaited = await async_client.admin.organization.usage.embeddings(start_time=0)
    assert_type(await awaited.records(), Records)


def a_list_takes_a_params_object() -> None:
    assert_type(client.chat.completions.list(ChatCompletionListParams(limit=3)), SyncCursorPage[ChatCompletion])
    messages = client.chat.completions.messages.list("chatcmpl-1", MessageListParams(limit=3))
    assert_type(messages, SyncCursorPage[ChatCompletionStoreMessage])
    assert_type(
        client.chat.completions.messages.list("chatcmpl-1", limit=3), SyncCursorPage[ChatCompletionStoreMessage]
    )


async def an_async_list_is_awaited_for_a_page() -> None:
    page = await async_client.chat.completions.list(limit=3)
    assert_type(page, AsyncCursorPage[ChatCompletion])
    assert_type(page.data, list[ChatCompletion])
    assert_type(await page.get_next_page(), AsyncCursorPage[ChatCompletion])
    async for completion in page:
        assert_type(completion, ChatCompletion)
    assert_type(await async_client.models.list(), AsyncPage[Model])


async def an_async_list_may_be_iterated_at_once() -> None:
    paginator = async_client.chat.completions.list()
    assert_type(paginator, AsyncPaginator[AsyncCursorPage[ChatCompletion], ChatCompletion])
    async for completion in paginator:
        assert_type(completion, ChatCompletion)
    async for model in async_client.models.list():
        assert_type(model, Model)
    assert_type([model.id async for model in async_client.models.list()], list[str])


# -- errors that must be found ----------------------------------------------------------------------------------------


def a_wrong_parameter_is_found() -> None:
    client.chat.completions.list(limits=3)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    client.chat.completions.list(order="up")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    client.chat.completions.list(limit="3")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    client.models.list(limit=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.models.list().first_id  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def a_wrong_colour_is_found() -> None:
    for _ in async_client.models.list():  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
        pass
    async for _model in client.models.list():  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
        pass
    async_client.models.list().data  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
