"""Questions to servers that may hang: a query on a frozen one returns only when it thaws."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cached_property
from threading import Lock

from django.db import Error as DatabaseError
from redis.exceptions import RedisError

PROBE_TIMEOUT = 2.0
"""Seconds that all probes together may take."""

_FAULTS = (DatabaseError, RedisError, OSError)


class Probes[T]:
    """Calls by name, each in a thread of its own, and under way once at most."""

    def __init__(self, calls: Mapping[str, Callable[[], T]] | None = None) -> None:
        self._calls = dict(calls or {})
        self._running: dict[str, Future[T]] = {}
        self._lock = Lock()

    def add(self, name: str, call: Callable[[], T]) -> None:
        """One more, before the first is asked."""
        self._calls[name] = call

    @cached_property
    def _executor(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max(len(self._calls), 1), thread_name_prefix="probe")

    def _start(self, name: str) -> Future[T]:
        """The call under way, or a new one: a server that hangs holds one thread, no more."""
        with self._lock:
            current = self._running.get(name)
            if current is None or current.done():
                current = self._running[name] = self._executor.submit(self._calls[name])
            return current

    def ask(self) -> tuple[dict[str, T], dict[str, str]]:
        """What was answered in time, and why the others were not."""
        answers, failing = {}, {}
        futures = {name: self._start(name) for name in self._calls}
        wait(futures.values(), timeout=PROBE_TIMEOUT)
        for name, future in futures.items():
            if not future.done():
                failing[name] = "timeout"
                continue
            try:
                answers[name] = future.result()
            except _FAULTS as error:
                failing[name] = type(error).__name__
        return answers, failing
