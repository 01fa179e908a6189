"""`openai.pagination`: the pages under the names there. They live in `typed_openai.core.answer.pages`."""

from typed_openai.core.answer.pages import AsyncCursorPage as AsyncCursorPage
from typed_openai.core.answer.pages import AsyncNextCursorPage as AsyncNextCursorPage
from typed_openai.core.answer.pages import AsyncPage as AsyncPage
from typed_openai.core.answer.pages import SyncCursorPage as SyncCursorPage
from typed_openai.core.answer.pages import SyncNextCursorPage as SyncNextCursorPage
from typed_openai.core.answer.pages import SyncPage as SyncPage

SyncConversationCursorPage = SyncCursorPage
AsyncConversationCursorPage = AsyncCursorPage
