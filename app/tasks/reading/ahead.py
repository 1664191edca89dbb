"""Reading ahead in a thread.

The items must come from code without Django: each thread has its own database connections.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor


def prefetch[T](items: Iterator[T]) -> Iterator[T]:
    """Yield the items, and make the next one in a thread while the caller uses the current one.

    The two overlap because Polars releases the GIL.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as thread:
        future = thread.submit(next, items, None)
        while (item := future.result()) is not None:
            future = thread.submit(next, items, None)
            yield item
