"""Observers, telemetry and middleware as type checkers see them.

Never executed; see `test_chat.py` for how errors are expected.
"""

from contextlib import AbstractContextManager, nullcontext
from typing import assert_type

import typed_openai.otel
from typed_openai import AsyncOpenAI, ObservedCall, OpenAI, configure
from typed_openai.middleware import Flow, MemoryStore, Reply, Request, Sender, Store, cache, fallback, limit, pace
from typed_openai.observers import Observer, record


class Mine:
    """An observer as one writes it."""

    def begin(self, call: ObservedCall) -> AbstractContextManager[None]:
        return nullcontext()

    def attempt(self, call: ObservedCall, request: Request) -> None:
        request.headers["x-attempt"] = str(call.attempts)

    def first_event(self, call: ObservedCall) -> None: ...

    def end(self, call: ObservedCall) -> None:
        assert_type(call.seconds, float | None)
        assert_type(call.error, BaseException | None)
        assert_type(call.parent, ObservedCall | None)


class Lacking:
    """Not an observer."""

    def begin(self, call: ObservedCall) -> None: ...


def observers_are_objects_with_four_methods() -> None:
    seen: Observer = Mine()
    client = OpenAI(observers=[seen, record("calls.db")], telemetry=True)
    assert_type(client.with_options(observers=False, telemetry=False), OpenAI)
    AsyncOpenAI(observers=(Mine(),))
    configure(observers=[Mine()])
    OpenAI(observers=[Lacking()])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]  # three are missing
    typed_openai.otel.instrument()  # pyright: ignore[reportUnknownMemberType]  # its types are those of opentelemetry


def own(request: Request, send: Sender) -> Flow[Reply]:
    """A middleware that waits for the end of a stream."""
    reply = yield from send(request)
    reply.at_end(lambda content: print(content))
    return reply


def middleware_is_made_by_functions() -> None:
    store: Store = MemoryStore()
    one = OpenAI(middleware=[own, cache(store), limit(3), pace(rpm=60)])
    assert_type(fallback([one, OpenAI()], models={one: "m"}), OpenAI)
    assert_type(fallback([AsyncOpenAI(), AsyncOpenAI()]), AsyncOpenAI)
