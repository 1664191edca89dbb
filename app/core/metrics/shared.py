"""Metrics that the processes of a service share as files. Each process has a set of files.

An ended process leaves its files. They are folded into one set: otherwise each scrape would read
more files every time a worker process is replaced.
"""

import fcntl
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from prometheus_client import Metric
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.multiprocess import MultiProcessCollector

_FOLDED = "folded"


class SharedValues:
    """A collector of the counters of all processes, and of the gauges of living processes."""

    def __init__(self, directory: Path) -> None:
        """Set the directory. Several scrapes may read it at the same time."""
        self._directory = directory

    def collect(self) -> Iterable[Metric]:
        with _locked(self._directory):
            fold_dead(self._directory)
            metrics: Iterable[Metric] = MultiProcessCollector(None, str(self._directory)).collect()
            return metrics


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Exclude other readers. While files are folded, their values exist twice."""
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            # Closing is not enough: a child process forked in between has the file open too.
            fcntl.flock(lock, fcntl.LOCK_UN)


def fold_dead(directory: Path) -> None:
    """Add the files of ended processes to the folded files. Drop their `live` gauges."""
    dead: dict[str, list[Path]] = defaultdict(list)
    for file in directory.glob("*.db"):
        kind, _, pid = file.stem.rpartition("_")
        if pid != _FOLDED and not psutil.pid_exists(int(pid)):
            dead[kind].append(file)
    for kind, files in dead.items():
        if not kind.startswith("gauge_live"):
            _fold(directory / f"{kind}_{_FOLDED}.db", files)
        for file in files:
            file.unlink(missing_ok=True)


def _fold(target: Path, files: list[Path]) -> None:
    sources = [*files, target] if target.exists() else files
    unfinished = target.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    values = MmapedDict(str(unfinished))
    for metric in MultiProcessCollector.merge([str(file) for file in sources], accumulate=False):
        for sample in metric.samples:
            names, labels = list(sample.labels), list(sample.labels.values())
            key = mmap_key(metric.name, sample.name, names, labels, metric.documentation)
            values.write_value(key, sample.value, 0.0)
    values.close()
    unfinished.replace(target)
