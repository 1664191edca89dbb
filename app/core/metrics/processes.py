"""CPU time, memory and open files of a service with several processes.

The process_* metrics of prometheus_client cover a single process.
"""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil
from prometheus_client import Metric
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily

from core.metrics import service

_CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


class ProcessTree:
    """A collector for the main process and its descendants, with the standard metric names."""

    def collect(self) -> Iterable[Metric]:
        main = psutil.Process(service.main_pid())
        processes = [main, *main.children(recursive=True)]
        cpu = "CPU time of the service's processes, ended processes included."
        yield CounterMetricFamily("process_cpu_seconds", cpu, value=cpu_seconds(main))
        memory = "Resident memory of the service's processes. Shared pages count for each process."
        yield _gauge("process_resident_memory_bytes", memory, _sum_memory(processes))
        yield _gauge("process_open_fds", "Open files and sockets.", _sum_files(processes))
        started = "Start time of the service's main process, in seconds since the epoch."
        yield _gauge("process_start_time_seconds", started, service.started_at())
        yield _gauge("accounts_processes", "Processes of the service.", len(processes))
        limit = "Memory that the service's container or machine may use."
        yield _gauge("accounts_memory_limit_bytes", limit, memory_limit())


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def cpu_seconds(main: psutil.Process) -> float:
    """Return the CPU time of `main` and its descendants. The value never decreases.

    The time of a process that ends between two readings moves to the `children_*` times of `main`.
    """
    while True:
        before = main.cpu_times()
        descendants = sum(_all_times(child) for child in main.children(recursive=True))
        after = main.cpu_times()
        if before[2:4] == after[2:4]:
            # The kernel counts hundredths of a second. A sum of floats depends on their order.
            return round(float(sum(after[:4]) + descendants), 2)


def _all_times(process: psutil.Process) -> float:
    """Return the user and system time of the process and of its ended children."""
    with suppress(psutil.NoSuchProcess):
        return sum(process.cpu_times()[:4])
    return 0.0


def _sum_memory(processes: list[psutil.Process]) -> int:
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def _sum_files(processes: list[psutil.Process]) -> int:
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            total += process.num_fds()
    return total


def memory_limit() -> int:
    """Return the memory limit of the container, or the memory of the machine, in bytes."""
    limits = [psutil.virtual_memory().total]
    for path in _CGROUP_LIMITS:
        with suppress(OSError, ValueError):  # no such file, or the word "max"
            limits.append(int(path.read_text(encoding="ascii")))
    return min(limits)
