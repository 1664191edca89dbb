"""core/metrics/processes.py."""

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
    assert running >= before + 0.3  # of 0.4, which the kernel counts in ticks
    assert cpu_seconds(main) >= running


def test_the_limit_of_memory_is_that_of_the_machine_at_most() -> None:
    assert 0 < memory_limit() <= psutil.virtual_memory().total
