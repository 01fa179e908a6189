"""What every `parse` does around its answers: refuse what makes no sense, ask again, lose nothing that came.

Knows neither chat nor responses: how an answer is read, and how the conversation goes on, is told to it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from typed_openai.core.request.faults import shown
from typed_openai.errors import Fault, OpenAIError, OutputError, OutputValidationError, RequestValidationError
from typed_openai.structured.sum_usage import added

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow
    from typed_openai.models.chat.completions import ChatCompletion
    from typed_openai.models.responses.results import Response

A = TypeVar("A", bound="ChatCompletion | Response")
V = TypeVar("V")


def asking(
    create: Callable[..., Flow[A]],
    params: dict[str, Any],
    reasks: int,
    read: Callable[[A], V],
    again: Callable[[A, OutputValidationError], dict[str, Any]],
) -> Flow[tuple[A, V, Any, int]]:
    """Ask until the answer can be read, up to `reasks` times more; gives it, its value, the usage and how many asks.

    Where the service fails in between, the last answer that did not fit is not lost: its error is the `__cause__`.
    """
    usage: Any = None
    failed: OutputValidationError | None = None
    asks = 0
    while True:
        try:
            answer = yield from create(**params)
        except OpenAIError as error:
            if failed is None:
                raise
            failed.__cause__ = error.__cause__
            raise error from failed
        asks += 1
        usage = added(usage, answer.usage)
        try:
            with keeping(answer, usage):
                return answer, read(answer), usage, asks
        except OutputValidationError as error:
            if asks > reasks:
                raise
            failed, params = error, again(answer, error)


def check_call(operation: str, reasks: object, params: Mapping[str, Any]) -> None:
    """Refuse what `parse` has no use for."""
    if type(reasks) is not int or reasks < 0:
        raise RequestValidationError(operation, [Fault("reasks", "a number from 0", shown(reasks))])
    for name, instead in (("stream", "use stream(), which takes the type too"), ("background", "use create()")):
        if params.get(name):
            raise RequestValidationError(operation, [Fault(name, "no parameter of parse", "True", instead)])


@contextmanager
def keeping(completion: Any, usage: Any) -> Generator[None]:
    """What goes wrong while an answer is read keeps the answer and the usage."""
    try:
        yield
    except OutputError as error:
        error.completion, error.usage = completion, usage
        raise


def asked_again(error: OutputValidationError) -> dict[str, Any]:
    """What the conversation goes on with: what was wrong."""
    faults = "\n".join(f"- {fault}" for fault in error.faults)
    return {"role": "user", "content": f"That answer does not fit the schema:\n{faults}\nAnswer again, mended."}
