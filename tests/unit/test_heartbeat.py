"""Heartbeat files and the signals of Celery that touch them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from celery.signals import after_task_publish, heartbeat_sent
from celery.utils.dispatch import Signal

from core.queueing.heartbeat import keep_heartbeat

SIGNALS = (heartbeat_sent, after_task_publish)


@pytest.fixture(autouse=True)
def _receivers() -> Iterator[None]:
    before = [list(signal.receivers or []) for signal in SIGNALS]
    yield
    for signal, receivers in zip(SIGNALS, before, strict=True):
        signal.receivers = receivers


@pytest.mark.parametrize(
    ("role", "signal", "expected"),
    [
        ("worker", heartbeat_sent, True),
        ("worker", after_task_publish, False),
        ("beat", after_task_publish, True),
        ("web", after_task_publish, False),
    ],
)
def test_each_role_has_its_own_signal(
    tmp_path: Path, role: str, signal: Signal, *, expected: bool
) -> None:
    path = tmp_path / "heartbeat"
    keep_heartbeat(path, role=role)
    signal.send(sender=None)
    assert path.exists() == expected
