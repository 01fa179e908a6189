"""What the Responses API has no place for: refused before anything is sent, with what to use instead.

Rule: nothing that was asked for is left out in silence. What a program may do without is named where the bridge is made
(`ignore`), and left out with a line in the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from typed_openai.bridge.reading import objects
from typed_openai.bridge.runs_as_responses import LEAST_TOKENS
from typed_openai.core.redact import logger
from typed_openai.core.request.faults import shown
from typed_openai.errors import Fault, RequestValidationError

if TYPE_CHECKING:
    from typed_openai.bridge.exchange import Asked

Ignorable: TypeAlias = Literal["max_prompt_tokens", "truncation_strategy"]
"""Parameters of runs that a program may do without: both only save tokens."""
_ATTACHED = ("code_interpreter", "file_search")
_NO_PROMPT_LIMIT = "responses have no limit for what is read: use max_completion_tokens, or a shorter thread"
_NO_LAST = "a conversation is read whole: use 'auto', or begin a thread with the newest messages"
_FEW = "the Responses API generates no fewer"
_PICTURE = "only users may show pictures: say it in a text, or as a message of the user"
_TOOL = "only these two see files"


def refuse(asked: Asked) -> None:
    """Raises `RequestValidationError` with all that cannot be had."""
    faults = []
    for fault in _faults(asked.given):
        if fault.path.partition(".")[0] in asked.ignored:
            logger.info("%s: %s is ignored (%s)", asked.title, fault.path, fault.given)
        else:
            faults.append(fault)
    if faults:
        raise RequestValidationError(asked.title, faults)


def refuse_choice(asked: Asked) -> None:
    """File search must be used, and there is nothing to search."""
    hint = "give the assistant, the run or the thread a vector store (tool_resources)"
    fault = Fault("tool_choice", "a tool that has something to work on", "'file_search'", hint)
    raise RequestValidationError(asked.title, [fault])


def _faults(given: Mapping[str, Any]) -> Iterator[Fault]:
    if given.get("max_prompt_tokens") is not None:
        yield Fault("max_prompt_tokens", "left out", shown(given["max_prompt_tokens"]), _NO_PROMPT_LIMIT)
    most = given.get("max_completion_tokens")
    if most is not None and most < LEAST_TOKENS:
        yield Fault("max_completion_tokens", f"at least {LEAST_TOKENS}", shown(most), _FEW)
    truncation = given.get("truncation_strategy") or {}
    if truncation.get("type", "auto") != "auto":
        yield Fault("truncation_strategy.type", "'auto'", shown(truncation["type"]), _NO_LAST)
    if "role" in given:
        yield from _of_message(given, "")
    thread = given.get("thread") or {}
    for where, messages in (
        ("messages", given.get("messages")),
        ("additional_messages", given.get("additional_messages")),
        ("thread.messages", thread.get("messages")),
    ):
        for place, message in enumerate(objects(messages)):
            yield from _of_message(message, f"{where}[{place}].")


def _of_message(message: Mapping[str, Any], where: str) -> Iterator[Fault]:
    for place, part in enumerate(objects(message.get("content"))):
        if message.get("role") == "assistant" and part.get("type") != "text":
            yield Fault(f"{where}content[{place}].type", "'text'", shown(part.get("type")), _PICTURE)
    for place, attached in enumerate(objects(message.get("attachments"))):
        for number, tool in enumerate(objects(attached.get("tools"))):
            if tool.get("type") not in _ATTACHED:
                path = f"{where}attachments[{place}].tools[{number}].type"
                yield Fault(path, " or ".join(map(repr, _ATTACHED)), shown(tool.get("type")), _TOOL)
