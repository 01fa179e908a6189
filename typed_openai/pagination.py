"""`openai.pagination`: the pages under the names there. They live in `typed_openai.core.pages`."""

from typed_openai.core.pages import AsyncCursorPage as AsyncCursorPage
from typed_openai.core.pages import AsyncPage as AsyncPage
from typed_openai.core.pages import SyncCursorPage as SyncCursorPage
from typed_openai.core.pages import SyncPage as SyncPage

SyncConversationCursorPage = SyncCursorPage
AsyncConversationCursorPage = AsyncCursorPage
