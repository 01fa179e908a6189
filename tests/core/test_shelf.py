"""The gate and the stacks behind it: first come, first served; the warmest first; nothing stays for ever."""

from __future__ import annotations

import time

from typed_openai.core.run.shelf import Shelf


class Slot:
    """A connection that does what it is told."""

    def __init__(self, key: str = "a") -> None:
        self.key = key
        self.idle_since = 0.0
        self.idle, self.stale, self.closed = True, False, False

    def is_idle(self) -> bool:
        return self.idle and not self.closed

    def is_stale(self) -> bool:
        return self.stale

    def abort(self) -> None:
        self.closed = True

    lost = abort


class Waiter:
    def __init__(self) -> None:
        self.woken = 0

    def wake(self) -> None:
        self.woken += 1


def shelf(most: int = 2, keep: int = 9, expiry: float = 60.0) -> Shelf[Slot]:
    return Shelf(most, keep, expiry)


def used(shelf: Shelf[Slot], *slots: Slot) -> None:
    """Calls that ran, and are over in this order."""
    for slot in slots:
        assert shelf.enter()
        shelf.add(slot)
    for slot in slots:
        shelf.put_back(slot)


def test_the_slot_that_was_used_last_is_used_first() -> None:
    one, two = Slot(), Slot()
    used(places := shelf(), one, two)
    assert (places.take("a"), places.take("a"), places.take("a")) == (two, one, None)


def test_slots_are_kept_apart_by_their_place() -> None:
    used(places := shelf(), Slot("a"))
    assert places.take("b") is None
    assert places.open == 1


def test_what_is_stale_or_broken_is_closed_and_not_used() -> None:
    good, stale = Slot(), Slot()
    used(places := shelf(), good, stale)
    stale.stale = True
    assert places.take("a") is good
    assert stale.closed
    good.idle = False
    places.enter()
    places.put_back(good)
    assert good.closed
    assert places.open == 0


def test_who_stands_in_line_is_served_before_who_comes_later() -> None:
    places, first, second = shelf(most=1), Waiter(), Waiter()
    assert places.enter()
    assert not places.enter(first)
    assert not places.enter(second)
    places.leave()
    assert (first.woken, second.woken) == (1, 0)
    assert not places.enter(), "the place was given to the first of the line"
    places.leave()
    assert (first.woken, second.woken) == (1, 1)
    places.leave()
    assert places.enter()


def test_a_place_that_was_given_to_somebody_who_left_goes_to_the_next() -> None:
    places, first, second, third = shelf(most=1), Waiter(), Waiter(), Waiter()
    assert places.enter()
    assert not any(map(places.enter, (first, second, third)))
    places.give_up(second)
    places.leave()
    places.give_up(first)
    assert (first.woken, second.woken, third.woken) == (1, 0, 1)
    assert places.waiting == 0


def test_what_is_idle_for_too_long_and_what_is_too_much_is_closed() -> None:
    old, new = Slot(), Slot()
    used(places := shelf(expiry=1), old)
    old.idle_since = time.monotonic() - 2
    used(places, new)
    assert (old.closed, new.closed, places.open) == (True, False, 1)
    one, two, three = Slot("a"), Slot("b"), Slot("c")
    used(places := shelf(most=5, keep=2), one, two, three)
    assert (one.closed, two.closed, three.closed) == (True, False, False)


def test_what_was_idle_for_too_long_serves_nobody_any_more() -> None:
    old, older = Slot(), Slot()
    used(places := shelf(expiry=1), older, old)
    old.idle_since = older.idle_since = time.monotonic() - 2
    assert places.take("a") is None
    assert (old.closed, older.closed, places.open) == (True, True, 0)


def test_there_are_never_more_connections_than_calls_may_run() -> None:
    one, two = Slot("a"), Slot("b")
    used(places := shelf(most=2), one, two)
    assert places.enter()
    places.add(Slot("c"))
    assert (one.closed, two.closed, places.open) == (True, False, 2)


def test_a_slot_that_is_given_back_twice_frees_one_place() -> None:
    places, slot = shelf(most=1), Slot()
    assert places.enter()
    places.add(slot)
    places.put_back(slot)
    places.put_back(slot)
    places.lose(slot)
    assert places.enter()
    assert not places.enter()


def test_closing_closes_what_is_idle_and_what_is_in_use() -> None:
    idle, busy = Slot(), Slot()
    used(places := shelf(), idle)
    places.enter()
    places.add(busy)
    places.close()
    assert idle.closed
    assert busy.closed
    places.put_back(busy)
    assert places.open == 0


def test_a_step_costs_the_same_however_many_stand_in_line() -> None:
    def seconds(count: int) -> float:
        places, waiters = shelf(most=1), [Waiter() for _ in range(count)]
        places.enter()
        began = time.process_time()
        for waiter in waiters:
            places.enter(waiter)
        for waiter in waiters[::2]:
            places.give_up(waiter)
        while places.waiting:
            places.leave()
        return (time.process_time() - began) / count

    assert min(seconds(40_000) for _ in range(3)) < 8 * min(seconds(400) for _ in range(5))
