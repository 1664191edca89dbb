"""The processor time that processes have used."""

import psutil


def processor_seconds(pid: int) -> float:
    """Return the seconds of a process and its children, also of those that have ended."""
    process = psutil.Process(pid)
    times = [it.cpu_times() for it in (process, *process.children(recursive=True))]
    return sum(t.user + t.system + t.children_user + t.children_system for t in times)


def keep_on_one_core(pid: int) -> None:
    """Have a process and its children, also those that it will start, use the first core only."""
    process = psutil.Process(pid)
    first, *_ = sorted(process.cpu_affinity())
    for it in (process, *process.children(recursive=True)):
        it.cpu_affinity([first])
