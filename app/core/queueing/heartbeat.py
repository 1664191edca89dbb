"""A sign of life of the processes that nobody can ask over HTTP: a file that they touch."""

from pathlib import Path
from typing import Any

from celery.signals import after_task_publish, heartbeat_sent

_SIGNS = {"worker": heartbeat_sent, "beat": after_task_publish}
"""A worker's is sent every 2 s while it is connected to its queue; beat's when a task is out."""


def keep_heartbeat(path: Path, *, role: str) -> None:
    """Touch the file at every sign of life of this role; other roles have none."""

    def touch(**_: Any) -> None:
        path.touch()

    if sign := _SIGNS.get(role):
        sign.connect(touch, weak=False)
