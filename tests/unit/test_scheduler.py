"""Scheduler of beat: when periodic tasks are due."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.celery import app, own_tasks
from core.queueing.scheduler import Scheduler, periodic


@pytest.fixture
def scheduler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scheduler]:
    """Return a scheduler with one entry, which the start has just published."""
    monkeypatch.setattr(app.conf, "beat_schedule", {"every": periodic("tasks.recover", 10)})
    monkeypatch.setattr(
        app.conf, "result_expires", None
    )  # otherwise Celery adds an entry of its own
    scheduler = Scheduler(app, schedule_filename=str(tmp_path / "schedule"))
    monkeypatch.setattr(scheduler, "apply_entry", lambda *_, **__: None)
    yield scheduler
    scheduler.close()


def test_beat_publishes_existing_tasks_and_deletes_expired_logins_every_hour() -> None:
    app.loader.import_default_modules()
    entries = app.conf.beat_schedule.values()
    assert {entry["task"] for entry in entries} <= set(own_tasks())
    hourly = [entry["task"] for entry in entries if entry["schedule"] == 3600]
    assert "users_uc.delete_expired_families" in hourly


def test_a_task_that_was_just_published_is_not_due(scheduler: Scheduler) -> None:
    assert 9 < scheduler.tick() <= 10


@pytest.mark.parametrize("set_back", [timedelta(seconds=5), timedelta(hours=1)])
def test_a_clock_that_is_set_back_delays_no_task(
    scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch, set_back: timedelta
) -> None:
    scheduler.tick()
    earlier = app.now() - set_back
    monkeypatch.setattr(app, "now", lambda: earlier)
    assert scheduler.tick() <= 10
    assert scheduler.schedule["every"].last_run_at == earlier


def test_a_task_is_due_after_its_interval(scheduler: Scheduler) -> None:
    scheduler.schedule["every"].last_run_at = app.now() - timedelta(seconds=11)
    assert scheduler.tick() == 0
