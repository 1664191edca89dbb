"""The largest memory of processes while something runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import psutil


class Peaks:
    """Resident megabytes by the name given to a process and its children."""

    def __init__(self) -> None:
        self.megabytes: dict[str, float] = {}

    def sample(self, pids: dict[str, int]) -> None:
        """Look once; of a process and its children the largest single one counts."""
        for name, pid in pids.items():
            for process in _family(pid):
                try:
                    now = process.memory_info().rss / 1e6
                except psutil.NoSuchProcess:
                    continue
                self.megabytes[name] = max(now, self.megabytes.get(name, 0))


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


@contextmanager
def watched(pids: dict[str, int]) -> Iterator[Peaks]:
    """Sample every 50 ms."""
    peaks, done = Peaks(), Event()

    def watch() -> None:
        while not done.wait(0.05):
            peaks.sample(pids)

    thread = Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peaks
    finally:
        done.set()
        thread.join()
