"""The peak memory of processes during a measurement."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import psutil

_INTERVAL_SECONDS = 0.5
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


class Peaks:
    """The peak resident memory in MB by the name of a process and its children."""

    def __init__(self) -> None:
        self.megabytes: dict[str, float] = {}

    def sample(self, pids: dict[str, int]) -> None:
        """Sample once. Of a process and its children the largest one counts."""
        for name, pid in pids.items():
            for process in _family(pid):
                try:
                    peak = _peak_bytes(process) / 1e6
                except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
                    continue
                self.megabytes[name] = max(peak, self.megabytes.get(name, 0))


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _peak_bytes(process: psutil.Process) -> int:
    """Return the peak since the start of the process (Linux), or the current memory."""
    status = Path(f"/proc/{process.pid}/status")
    if psutil.LINUX and (peak := _PEAK.search(status.read_text(encoding="utf-8"))):
        return int(peak[1]) * 1024
    return process.memory_info().rss


@contextmanager
def peak_memory(pids: dict[str, int]) -> Iterator[Peaks]:
    """Sample every 0.5 s, which costs almost nothing, and once at the end."""
    peaks, done = Peaks(), Event()

    def sample() -> None:
        while not done.wait(_INTERVAL_SECONDS):
            peaks.sample(pids)

    thread = Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield peaks
    finally:
        done.set()
        thread.join()
        peaks.sample(pids)
