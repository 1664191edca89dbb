"""Calls that happen at the same time, on connections of their own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection


def at_once[R](*calls: Callable[[], R]) -> list[R]:
    """The results of calls that begin together, each in a thread with its own connection."""
    barrier = threading.Barrier(len(calls))

    def run_one(call: Callable[[], R]) -> R:
        try:
            barrier.wait()
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as executor:
        return list(executor.map(run_one, calls))
