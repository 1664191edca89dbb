"""The scheduler of beat and its entries."""

from typing import Any

from celery.beat import PersistentScheduler


class Scheduler(PersistentScheduler):
    """Celery's scheduler, which continues when the clock is set back.

    Celery's own would wait until the clock reaches the time of the last run again.
    """

    def tick(self, *args: Any, **options: Any) -> float:
        """Publish the tasks that are due and return the seconds until the next tick."""
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if (entry.last_run_at or now) > now]
        if ahead:
            self._heap = None  # it has the times of the next runs by the old clock
        for entry in ahead:
            entry.last_run_at = now
        interval: float = super().tick(*args, **options)
        return interval


def periodic(task: str, seconds: float, *, queue: str = "default") -> dict[str, Any]:
    """Return an entry of `beat_schedule`.

    A message expires after one interval, because the next message does the same work.
    """
    return {"task": task, "schedule": seconds, "options": {"expires": seconds, "queue": queue}}
