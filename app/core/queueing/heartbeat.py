"""A heartbeat file for the processes that do not serve HTTP."""

from pathlib import Path
from typing import Any

from celery.signals import after_task_publish, heartbeat_sent

_SIGNALS = {"worker": heartbeat_sent, "beat": after_task_publish}
"""A Celery worker sends its signal every 2 s while it is connected to its queue; beat sends one for
each task that it publishes."""


def keep_heartbeat(path: Path, *, role: str) -> None:
    """Touch the file at each signal of this role. Other roles have no heartbeat."""

    def touch(**_: Any) -> None:
        path.touch()

    if signal := _SIGNALS.get(role):
        signal.connect(touch, weak=False)
