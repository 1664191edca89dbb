"""When beat does what is periodic."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.celery import app, own_tasks
from core.queueing.scheduler import Scheduler, periodic


@pytest.fixture
def scheduler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scheduler]:
    """With one entry, which its start has just sent."""
    monkeypatch.setattr(app.conf, "beat_schedule", {"every": periodic("tasks.recover", 10)})
    monkeypatch.setattr(app.conf, "result_expires", None)  # else Celery adds an entry of its own
    scheduler = Scheduler(app, schedule_filename=str(tmp_path / "schedule"))
    monkeypatch.setattr(scheduler, "apply_entry", lambda *_, **__: None)
    yield scheduler
    scheduler.close()


def test_beat_sends_what_there_is_and_has_expired_logins_removed_each_hour() -> None:
    app.loader.import_default_modules()
    entries = app.conf.beat_schedule.values()
    assert {entry["task"] for entry in entries} <= set(own_tasks())
    hourly = [entry["task"] for entry in entries if entry["schedule"] == 3600]
    assert "users_uc.delete_expired_families" in hourly


def test_what_was_done_just_now_waits(scheduler: Scheduler) -> None:
    assert 9 < scheduler.tick() <= 10


@pytest.mark.parametrize("set_back", [timedelta(seconds=5), timedelta(hours=1)])
def test_a_clock_that_was_set_back_is_not_waited_for(
    scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch, set_back: timedelta
) -> None:
    scheduler.tick()
    earlier = app.now() - set_back
    monkeypatch.setattr(app, "now", lambda: earlier)
    assert scheduler.tick() <= 10
    assert scheduler.schedule["every"].last_run_at == earlier


def test_what_was_done_long_ago_is_due(scheduler: Scheduler) -> None:
    scheduler.schedule["every"].last_run_at = app.now() - timedelta(seconds=11)
    assert scheduler.tick() == 0
