"""From the result of a call to what is written: lists, streams, files, pictures and plain answers, by their type.

On a terminal what a model says is asked for as a stream and shown while it comes; a call that takes its time shows that
it does; what is waited for shows its state. Nothing here knows an operation by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from typed_openai.cli.live import Spoken
from typed_openai.cli.progress import Progress, waiting
from typed_openai.core.answer.pages import SyncPage
from typed_openai.core.answer.raw import Binary
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.flow_methods import FlowMethod
from typed_openai.streaming.read_once import ReadOnce

if TYPE_CHECKING:
    from typed_openai.cli.session import Session

_SPEAKING = tuple(f"typed_openai.streaming.{area}." for area in ("chat", "completions", "responses"))
"""Where streams are of words (`Endpoint.streams`)."""


def asked(
    session: Session, declaration: Endpoint, operation: Any, ids: Sequence[str], params: Mapping[str, Any]
) -> Any:
    """The result of a call, or the stream that it opens."""
    params = dict(params)
    if _speaks(declaration) and session.output.for_people and session.output.format != "table":
        params.setdefault("stream", True)
    if declaration.is_binary and declaration.stream_on[0] not in params and declaration.method == "GET":
        streamed = getattr(operation.resource.with_streaming_response, declaration.name)
        return streamed(*ids, **params)
    with Progress(session.terminal).files(declaration, params) as given, waiting(session.terminal, declaration.title):
        return operation(*ids, **given)


def _speaks(declaration: Endpoint) -> bool:
    streams = declaration.streams
    return declaration.events_at is None and isinstance(streams, str) and streams.startswith(_SPEAKING)


def waited(
    session: Session, declaration: FlowMethod, operation: Any, ids: Mapping[str, str], params: Mapping[str, Any]
) -> Any:
    """The result of an operation of several steps, its state shown meanwhile."""
    params, names = dict(params), declaration.__signature__.parameters
    with (
        Progress(session.terminal).files(declaration, params) as given,
        waiting(session.terminal, declaration.title) as status,
    ):
        if "wait" in names:
            given["wait"] = {**(given.get("wait") or {}), "on_progress": status.seen}
        elif "on_progress" in names:
            given["on_progress"] = status.parts
        return operation(**ids, **given)


def write(session: Session, result: Any, most: int | None = None) -> None:
    """Write a result of whatever type."""
    output = session.output
    if isinstance(result, SyncPage):
        output.items(result, most)
    elif hasattr(result, "__enter__") and not isinstance(result, ReadOnce):
        with result as answer:
            _download(session, answer)
    elif isinstance(result, ReadOnce):
        events(session, result)
    elif isinstance(result, Binary):
        from typed_openai.cli.media import write_file

        write_file(output, result.content, str(result.content_type))
    elif result is not None and output.for_people:
        from typed_openai.cli.media import show_pictures

        if not show_pictures(output, result):
            output.result(result)
    else:
        output.result(result)
    for issue in getattr(result, "issues", ()) if session.given.get("verbose") else ():
        output.note(f"The answer deviates: {issue}")


def events(session: Session, stream: Any) -> Any:
    """Write the events of a stream: words as they come where somebody looks, else each event. Gives their sum."""
    output = session.output
    with stream:
        if not (output.for_people or output.format == "text") or output.select is not None:
            for event in stream:
                output.event(event)
            return stream.partial() if hasattr(stream, "partial") else None
        with Spoken(output) as spoken:
            for event in stream:
                spoken.add(said_in(event))
        final = stream.partial() if hasattr(stream, "partial") else None
        if not spoken.text and final is not None:
            output.result(final)
        return final


def said_in(event: Any) -> str:
    """The words that an event brings, of whichever stream; `""` for any other event."""
    choices = getattr(event, "choices", None)
    if choices:
        first = choices[0]
        delta = getattr(first, "delta", None)
        told = getattr(delta, "content", None) if delta is not None else getattr(first, "text", None)
        return told if isinstance(told, str) and getattr(first, "index", 0) in (0, None) else ""
    if getattr(event, "type", None) in ("response.output_text.delta", "content.delta", "response.refusal.delta"):
        told = event.delta
        return told if isinstance(told, str) else ""
    return ""


def _download(session: Session, answer: Any) -> None:
    """A file bit by bit, with a bar where it takes long."""
    from typed_openai.cli.media import FileWriter

    size = answer.headers.get("content-length")
    total = int(size) if size and size.isdigit() else None
    with (
        FileWriter(session.output, str(answer.headers.get("content-type"))) as writer,
        Progress(session.terminal).bar("downloading", total, shown=writer.is_saved) as advance,
    ):
        for block in answer.iter_bytes():
            writer.write(block)
            advance(len(block))
