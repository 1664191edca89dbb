"""Signals that stop the system: Ctrl-C, SIGTERM and a closed terminal."""

import signal
from types import FrameType

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def ignore() -> None:
    """Ignore further signals, so that they do not interrupt the clean-up."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    ignore()
    raise KeyboardInterrupt


def raise_interrupt() -> None:
    """Let the first signal raise KeyboardInterrupt, and ignore the others. Respect `nohup`."""
    for number in _ENDING:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt)
