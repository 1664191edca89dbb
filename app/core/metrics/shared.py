"""The values that the processes of one service share as files, one set of files a process.

A process that ended leaves its files. They are folded into one set, so that a service whose
workers are replaced for months does not read ever more files at each scrape.
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
    """Collects what all processes, living and dead, have counted, and what the living hold."""

    def __init__(self, directory: Path) -> None:
        """Another scrape may read the same directory at the same time."""
        self._directory = directory

    def collect(self) -> Iterable[Metric]:
        """All metrics of the directory."""
        with _alone(self._directory):
            fold_dead(self._directory)
            metrics: Iterable[Metric] = MultiProcessCollector(None, str(self._directory)).collect()
            return metrics


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Nobody else reads or folds: between the two steps of folding everything stands twice."""
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            # Closing is not enough: a child that was forked meanwhile has the lock open too.
            fcntl.flock(lock, fcntl.LOCK_UN)


def fold_dead(directory: Path) -> None:
    """Add the files of ended processes to the folded ones; gauges of the living are dropped."""
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
