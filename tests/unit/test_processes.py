"""CPU time of a process tree, and its memory limit."""

import subprocess
import sys

import psutil

from core.metrics.processes import cpu_seconds, memory_limit

SPIN = "import time\nwhile time.process_time() < 0.4: pass\nprint(flush=True)\ninput()"


def test_cpu_time_never_falls_when_a_child_ends() -> None:
    main = psutil.Process()
    before = cpu_seconds(main)
    with subprocess.Popen(
        [sys.executable, "-c", SPIN], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout
        child.stdout.readline()
        running = cpu_seconds(main)
        child.communicate(b"\n")
    assert running >= before + 0.3  # 0.3 of the 0.4 s, because the kernel counts in ticks
    assert cpu_seconds(main) >= running


def test_the_memory_limit_is_at_most_the_memory_of_the_machine() -> None:
    assert 0 < memory_limit() <= psutil.virtual_memory().total
