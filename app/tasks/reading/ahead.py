"""Reading ahead in a thread.

The items must come from code without Django: each thread has its own database connections.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from time import process_time
from typing import Final

_INTERVAL: Final = 0.5
"""Seconds between two heartbeats."""
_BUSY: Final = 0.1
"""The share of the interval in which a process that works uses a processor."""


def prefetch[T](items: Iterator[T], *, heartbeat: Callable[[], None] | None = None) -> Iterator[T]:
    """Yield the items, and make the next one in a thread while the caller uses the current one.

    The two overlap because Polars releases the GIL. `heartbeat` is as in `wait_for`.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as thread:
        future = thread.submit(next, items, None)
        while (item := wait_for(future, heartbeat=heartbeat)) is not None:
            future = thread.submit(next, items, None)
            yield item


def wait_for[T](future: Future[T], *, heartbeat: Callable[[], None] | None) -> T:
    """Return the result of the future, and call `heartbeat` again and again while it is made.

    There is no heartbeat while this process uses no processor time: the thread may wait for a
    storage that never answers.
    """
    used = process_time()
    while heartbeat and wait([future], timeout=_INTERVAL).not_done:
        before, used = used, process_time()
        if used - before > _BUSY * _INTERVAL:
            heartbeat()
    return future.result()
