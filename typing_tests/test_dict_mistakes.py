"""Mistakes in what is annotated with a dict form: mypy and pyright find them by themselves.

Never executed; see `test_chat.py` for how errors are expected. More of them: `tests/mypy_plugin/mistakes.txt`.
"""

from typed_openai.types.chat import (
    ChatCompletionMessageParam,
    ChatCompletionStreamOptionsParam,
    ChatCompletionToolParam,
    ChatCompletionUserMessageParam,
)
from typed_openai.types.shared_params import Reasoning


def a_mistake_in_what_is_annotated_is_found() -> None:
    _0: list[ChatCompletionMessageParam] = [{"role": "usr", "content": "Hello!"}]  # type: ignore[list-item, misc, unused-ignore]  # pyright: ignore[reportAssignmentType]
    _1: ChatCompletionUserMessageParam = {"role": "user", "contents": "Hello!"}  # type: ignore[typeddict-item, typeddict-unknown-key]  # pyright: ignore[reportAssignmentType]
    _2: ChatCompletionToolParam = {"type": "function", "functon": {}}  # type: ignore[typeddict-item, typeddict-unknown-key]  # pyright: ignore[reportAssignmentType]
    _3: ChatCompletionStreamOptionsParam = {"include_usag": True}  # type: ignore[typeddict-unknown-key]  # pyright: ignore[reportAssignmentType]
    _4: Reasoning = {"effort": "lo"}  # type: ignore[typeddict-item]  # pyright: ignore[reportAssignmentType]
