"""What ends the command, and what must not."""

import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from local import signals
from local.errors import LocalError
from local.site import ROOT
from local.waiting import wait_until

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """The test run's own handlers come back."""
    before = {number: signal.getsignal(number) for number in ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDING)
def test_the_first_signal_interrupts_and_more_do_nothing(number: signal.Signals) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signals.raise_interrupt()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    for other in ENDING:
        signal.raise_signal(other)


def test_nohup_is_respected() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signals.raise_interrupt()
    signal.raise_signal(signal.SIGHUP)
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN


def test_ctrl_c_while_the_command_is_being_imported_is_no_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def main() -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "local.cli", SimpleNamespace(main=main))
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("local", run_name="__main__")
    assert ended.value.code == 0


def test_a_reader_that_has_gone_stops_nothing() -> None:
    lines = "from local.say import say; say('one'); say('two'); raise SystemExit(7)"
    reading, writing = os.pipe()
    os.close(reading)
    try:
        command = [sys.executable, "-c", lines]
        result = subprocess.run(
            command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, timeout=30, check=False
        )
    finally:
        os.close(writing)
    assert (result.returncode, result.stderr) == (7, b"")


def test_waiting_in_vain_says_for_what() -> None:
    with pytest.raises(LocalError, match=r"waited 0\.1 s in vain: the moon"):
        wait_until(lambda: False, timeout=0.1, what="the moon")
