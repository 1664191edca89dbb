"""The progress of an import."""

from datetime import datetime
from math import floor
from typing import Final

from django.utils import timezone
from django.utils.functional import cached_property

from tasks.models import ImportJob

PHASES: Final = ("queued", "planning", "loading", "finished")
_PHASE_OF_STATUS: Final[dict[str, str]] = {
    ImportJob.Status.PENDING: "queued",
    ImportJob.Status.STARTED: "planning",
    ImportJob.Status.PROGRESS: "loading",
}


class Progress:
    """The progress of a job, computed once for the status document and its ETag."""

    def __init__(self, job: ImportJob, *, rows_loaded: int) -> None:
        self._job = job
        self._rows_loaded = rows_loaded
        self.phase = _PHASE_OF_STATUS.get(job.status, "finished")
        self.rows_total = job.rows

    @cached_property
    def rows_done(self) -> int:
        """Return the number of rows that are rejected or loaded."""
        if self._job.finished_at is not None:
            return (self._job.rows or 0) - self._job.not_loaded
        return self._job.failed + self._rows_loaded

    @property
    def percent(self) -> float | None:
        """Return the percentage of rows done, rounded down: only all rows are 100."""
        return floor(1000 * self.rows_done / self.rows_total) / 10 if self.rows_total else None

    @property
    def rows_per_second(self) -> int | None:
        """Return the speed, or `None` before the first rows are loaded."""
        return round(self._speed) if self._speed is not None else None

    @property
    def eta_seconds(self) -> float | None:
        """Return the time left, or `None` if it is unknown or the job has ended."""
        if self.rows_total is None or self._job.finished_at or not self._speed:
            return None
        return round((self.rows_total - self.rows_done) / self._speed, 1)

    @cached_property
    def _speed(self) -> float | None:
        """Return the rows per second of the whole import if it has ended, else of its load.

        Rejected rows are all counted when the plan is committed, so they say nothing about a load.
        """
        job = self._job
        if job.finished_at and job.started_at:
            return self.rows_done / _seconds(job.started_at, job.finished_at)
        loaded = self.rows_done - job.failed
        if not job.planned_at or not loaded:
            return None
        return loaded / _seconds(job.planned_at, timezone.now())


def _seconds(start: datetime, end: datetime) -> float:
    return max((end - start).total_seconds(), 0.001)
