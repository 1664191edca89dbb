"""Ctrl-C, SIGTERM and a closed terminal all end the system in the same way."""

import signal
from types import FrameType

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def ignore() -> None:
    """From now on: what is being ended must not be interrupted half way."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    ignore()
    raise KeyboardInterrupt


def raise_interrupt() -> None:
    """The first of them raises KeyboardInterrupt, more do nothing. `nohup` is respected."""
    for number in _ENDING:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt)
