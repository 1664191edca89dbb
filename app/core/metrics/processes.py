"""CPU, memory and files of a service: prometheus_client has no process_* for several processes."""

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
    """The main process with all below it, under the names that every client library uses."""

    def collect(self) -> Iterable[Metric]:
        """Sums over the processes."""
        main = psutil.Process(service.main_pid())
        living = [main, *main.children(recursive=True)]
        cpu = "CPU time of the service's processes, of ended ones too."
        yield CounterMetricFamily("process_cpu_seconds", cpu, value=cpu_seconds(main))
        memory = "Resident memory of the service's processes; a shared page counts in each."
        yield _gauge("process_resident_memory_bytes", memory, _sum_memory(living))
        yield _gauge("process_open_fds", "Open files and sockets.", _sum_files(living))
        started = "When the service's main process started, since the epoch."
        yield _gauge("process_start_time_seconds", started, service.started_at())
        yield _gauge("accounts_processes", "Processes of the service.", len(living))
        limit = "Memory that the service's container or machine may use."
        yield _gauge("accounts_memory_limit_bytes", limit, memory_limit())


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def cpu_seconds(main: psutil.Process) -> float:
    """Never falls: whoever ends between two readings moves to the waited-for ones of `main`."""
    while True:
        before = main.cpu_times()
        living = sum(_all_times(child) for child in main.children(recursive=True))
        after = main.cpu_times()
        if before[2:4] == after[2:4]:
            # The kernel counts in hundredths; a sum of them differs by how it was added up.
            return round(float(sum(after[:4]) + living), 2)


def _all_times(process: psutil.Process) -> float:
    """Its own time and that of the children it has waited for: user, system, and both again."""
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
    """The container's limit where there is one, else the machine's memory."""
    limits = [psutil.virtual_memory().total]
    for path in _CGROUP_LIMITS:
        with suppress(OSError, ValueError):  # not there; or the word "max"
            limits.append(int(path.read_text(encoding="ascii")))
    return min(limits)
