"""Probes of servers that may hang: a query on a frozen server returns only when it thaws."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cached_property
from threading import Lock

from django.db import Error as DatabaseError
from redis.exceptions import RedisError

PROBE_TIMEOUT = 2.0
"""Seconds that all probes together may take."""

_ERRORS = (DatabaseError, RedisError, OSError)


class Probes[T]:
    """Named calls. Each runs in a thread of its own, at most once at a time."""

    def __init__(self, calls: Mapping[str, Callable[[], T]] | None = None) -> None:
        self._calls = dict(calls or {})
        self._running: dict[str, Future[T]] = {}
        self._lock = Lock()

    def add(self, name: str, call: Callable[[], T]) -> None:
        """Add a call. It must be added before the first run()."""
        self._calls[name] = call

    @cached_property
    def _executor(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max(len(self._calls), 1), thread_name_prefix="probe")

    def _start(self, name: str) -> Future[T]:
        """Return the running call, or start one. So a server that hangs occupies one thread."""
        with self._lock:
            current = self._running.get(name)
            if current is None or current.done():
                current = self._running[name] = self._executor.submit(self._calls[name])
            return current

    def run(self) -> tuple[dict[str, T], dict[str, str]]:
        """Return the results of the calls that answered in time, and the reasons of the others.

        A reason is `timeout` or the class of the error.
        """
        answers, failing = {}, {}
        futures = {name: self._start(name) for name in self._calls}
        wait(futures.values(), timeout=PROBE_TIMEOUT)
        for name, future in futures.items():
            if not future.done():
                failing[name] = "timeout"
                continue
            try:
                answers[name] = future.result()
            except _ERRORS as error:
                failing[name] = type(error).__name__
        return answers, failing
