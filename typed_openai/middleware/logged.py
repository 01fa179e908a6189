"""One line in the log for each attempt (`log_requests`)."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from typed_openai.core.answer.one_line import one_line
from typed_openai.core.answer.response import hide, masked
from typed_openai.core.option_values import check_count, check_switch
from typed_openai.core.redact import logger as package_logger
from typed_openai.core.redact import redact_url
from typed_openai.errors import APIConnectionError, ConfigurationError

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow, Middleware, Reply, Request, Sender


def log_requests(
    *, level: int = logging.INFO, bodies: bool = False, limit: int = 2000, logger: logging.Logger = package_logger
) -> Middleware:
    """Log each attempt in one line: method, URL without query, status, milliseconds, request id.

    `bodies=True` logs what is sent and what comes back as well, cut after `limit` characters: everything your users
    say, but no key. Of streams and files only the fact is told. `logger` is the package's own unless given. Raises
    `ConfigurationError` for what is none of that.
    """
    check_switch("bodies", bodies)
    check_count("limit", limit, "a whole number of characters")
    number: object = level
    if isinstance(number, bool) or not isinstance(number, int):
        raise ConfigurationError(f"level: a number (logging.INFO), got {level!r}")
    if not isinstance(logger, logging.Logger | logging.LoggerAdapter):
        raise ConfigurationError(f"logger: a logging.Logger, got {type(logger).__name__}")

    def logged(request: Request, send: Sender) -> Flow[Reply]:
        what = f"{request.method} {redact_url(request.url)}"
        if bodies and logger.isEnabledFor(level):
            logger.log(level, "%s sends %s", what, _shown(request.content, request, limit))
        began = time.perf_counter()
        try:
            reply = yield from send(request)
        except APIConnectionError as error:
            logger.log(level, "%s failed after %.0f ms: %s", what, _since(began), error)
            raise
        number = reply.headers.get("x-request-id", "")
        known = f" [{number}]" if number else ""
        logger.log(level, "%s %d in %.0f ms%s", what, reply.status, _since(began), known)
        if bodies and logger.isEnabledFor(level):
            logger.log(level, "%s answers %s", what, _shown(reply.content, request, limit))
        return reply

    return logged


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def _shown(content: bytes | None, request: Request, limit: int) -> str:
    if content is None:
        return "a form" if request.form is not None else "a stream" if request.streams else "no body"
    text = masked(hide(content, request.secrets)).decode("utf-8", errors="replace")
    return one_line(text if len(text) <= limit else f"{text[:limit]}... ({len(text)} characters)")
