"""What beat has done every so often."""

from datetime import datetime, timedelta
from typing import Any

from celery.schedules import schedstate, schedule


class Every(schedule):
    """Due also where the clock was set back since the last run, which Celery would wait out."""

    def is_due(self, last_run_at: datetime) -> schedstate:
        """Whether, and after how many seconds to ask again."""
        clock_was_set_back = self.maybe_make_aware(last_run_at) > self.now()
        long_ago = self.now() - timedelta(days=1)
        return super().is_due(long_ago if clock_was_set_back else last_run_at)


def periodic(task: str, seconds: float) -> dict[str, Any]:
    """An entry of beat_schedule. What waited longer than its interval would only be done twice."""
    every = Every(timedelta(seconds=seconds))
    return {"task": task, "schedule": every, "options": {"expires": seconds}}
