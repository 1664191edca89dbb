"""The largest memory of processes while something runs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import psutil

_SECONDS = 0.5
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


class Peaks:
    """Resident megabytes by the name given to a process and its children."""

    def __init__(self) -> None:
        self.megabytes: dict[str, float] = {}

    def sample(self, pids: dict[str, int]) -> None:
        """Look once; of a process and its children the largest single one counts."""
        for name, pid in pids.items():
            for process in _family(pid):
                try:
                    now = _peak_bytes(process) / 1e6
                except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
                    continue
                self.megabytes[name] = max(now, self.megabytes.get(name, 0))


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _peak_bytes(process: psutil.Process) -> int:
    """Since its start, where the kernel knows that; else now."""
    status = Path(f"/proc/{process.pid}/status")
    if psutil.LINUX and (found := _PEAK.search(status.read_text(encoding="utf-8"))):
        return int(found[1]) * 1024
    return process.memory_info().rss


@contextmanager
def watched(pids: dict[str, int]) -> Iterator[Peaks]:
    """Sample so seldom that it costs nothing, and once at the end."""
    peaks, done = Peaks(), Event()

    def watch() -> None:
        while not done.wait(_SECONDS):
            peaks.sample(pids)

    thread = Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peaks
    finally:
        done.set()
        thread.join()
        peaks.sample(pids)
