"""A budget of streamed answers: long downloads leave threads to other requests."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from time import monotonic, sleep
from typing import Final

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException

from core.server import slow_work

_REST: Final = 2.0
"""The rest after each block, as a multiple of the time that the block took.

Python runs one thread of a process at a time. Without rests, a stream would take half of that time
from all other requests together. Where many requests wait for a core, a block takes longer, and so
the stream rests longer.
"""


class TooManyDownloads(APIException):
    """A download beyond the budget. The same request may succeed later."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_detail = _(
        "Too many downloads run at this moment. Wait until one of them has ended, and try again."
    )
    default_code = "too_many_downloads"
    wait = 5


class StreamBudget:
    """Places for streamed answers of this process: `places` for all users, one for each user."""

    def __init__(self, places: BoundedSemaphore) -> None:
        self._places = places
        self._users = set[int]()
        self._lock = Lock()

    def stream(
        self, user: int, begin: Callable[[], Iterator[bytes]], *, rest: float = _REST
    ) -> Iterator[bytes]:
        """Return the blocks of the stream that `begin` returns.

        The stream holds a place until it ends or is closed. `rest` is the rest after each block, as
        a multiple of the time that the block took. Raises `TooManyDownloads`.
        """
        blocks = self._blocks(user, begin, rest)
        next(blocks)  # Only a generator that has begun frees its place when it is closed.
        return blocks

    def _blocks(
        self, user: int, begin: Callable[[], Iterator[bytes]], rest: float
    ) -> Generator[bytes]:
        with self._place(user):
            blocks = begin()
            yield b""
            yield from _paced(blocks, rest)

    @contextmanager
    def _place(self, user: int) -> Iterator[None]:
        with self._lock:
            if user in self._users or not self._places.acquire(blocking=False):
                raise TooManyDownloads
            self._users.add(user)
        try:
            yield
        finally:
            self._users.discard(user)
            self._places.release()


def _paced(blocks: Iterator[bytes], rest: float) -> Iterator[bytes]:
    """Yield the blocks, and rest after each one."""
    before = monotonic()
    for block in blocks:
        used = monotonic() - before
        yield block
        sleep(rest * used)
        before = monotonic()


DOWNLOADS: Final = StreamBudget(slow_work.PLACES)
"""The budget of all downloads."""
