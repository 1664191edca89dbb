"""What beat has done every so often."""

from typing import Any

from celery.beat import PersistentScheduler


class Scheduler(PersistentScheduler):
    """Celery's, which alone would wait until a clock that was set back is there again."""

    def tick(self, *args: Any, **options: Any) -> float:
        """Send what is due; after how many seconds to ask again."""
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if (entry.last_run_at or now) > now]
        if ahead:
            self._heap = None  # the times of the next runs are of the old clock too
        for entry in ahead:
            entry.last_run_at = now
        interval: float = super().tick(*args, **options)
        return interval


def periodic(task: str, seconds: float) -> dict[str, Any]:
    """An entry of beat_schedule. What waited longer than its interval would only be done twice."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}
