"""Signals, closed pipes and timeouts of the command."""

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
    """Restore the signal handlers of the test run."""
    before = {number: signal.getsignal(number) for number in ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDING)
def test_the_first_signal_interrupts_and_further_signals_are_ignored(
    number: signal.Signals,
) -> None:
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


def test_ctrl_c_during_the_imports_is_no_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def main() -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "local.cli", SimpleNamespace(main=main))
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("local", run_name="__main__")
    assert ended.value.code == 0


def test_a_closed_pipe_does_not_stop_the_program() -> None:
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


def test_a_timeout_says_what_did_not_happen() -> None:
    with pytest.raises(LocalError, match=r"timeout after 0\.1 s: the moon must rise"):
        wait_until(lambda: False, timeout=0.1, what="the moon must rise")
