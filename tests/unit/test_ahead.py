"""Reading ahead, and the heartbeats in a wait."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic

import pytest

from tasks.reading import ahead
from tasks.reading.ahead import prefetch, wait_for


@pytest.fixture(autouse=True)
def _short_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_INTERVAL", 0.05)


def use_processor_until(event: Event) -> bool:
    """Calculate until the event is set, but for 60 s at most. Return whether it was set."""
    end = monotonic() + 60
    while not event.is_set() and monotonic() < end:
        pass
    return event.is_set()


def test_a_wait_for_a_busy_thread_shows_life() -> None:
    """Fails if a plan that is busy in one call looks stalled."""
    shown = Event()
    with ThreadPoolExecutor(1) as thread:
        assert wait_for(thread.submit(use_processor_until, shown), heartbeat=shown.set)


def test_reading_ahead_shows_life() -> None:
    shown = Event()
    items = (use_processor_until(shown) for _ in range(1))
    assert list(prefetch(items, heartbeat=shown.set)) == [True]


def test_a_wait_for_a_thread_that_does_nothing_shows_no_life(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A storage that never answers must look stalled. The wait is over after four intervals."""
    beats: list[int] = []
    over = Event()
    intervals = iter([0.0, 0.0, 0.0, 0.001])

    def used() -> float:
        time = next(intervals, None)
        if time is None:
            over.set()
        return time or 0.001

    monkeypatch.setattr(ahead, "process_time", used)
    with ThreadPoolExecutor(1) as thread:
        wait_for(thread.submit(over.wait, 60), heartbeat=lambda: beats.append(1))
    assert beats == []


def test_an_exception_of_the_heartbeat_ends_the_wait() -> None:
    over = Event()

    def cancel() -> None:
        over.set()
        raise InterruptedError

    with ThreadPoolExecutor(1) as thread, pytest.raises(InterruptedError):
        wait_for(thread.submit(use_processor_until, over), heartbeat=cancel)
