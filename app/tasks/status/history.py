"""The search for imports in the history, at a cost that does not grow with their number."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from tasks.models import ImportJob

SEARCHED: Final = 10_000
"""Imports among which a state and a file name are searched at a time, newest first."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """The imports to find. A value that is empty or `None` finds all."""

    states: Collection[str] = ()
    file_name: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def among(self, jobs: QuerySet[ImportJob]) -> tuple[QuerySet[ImportJob], datetime | None]:
        """Return those of the jobs that match, and the `until` of a search among older jobs.

        Only the newest SEARCHED of a period are searched: no index finds a part of a file name, so
        a search for a rare one would read all jobs. `until` is `None` if there are no others.
        """
        jobs = self._in_period(jobs)
        if not (self.states or self.file_name):
            return jobs, None
        times = jobs.order_by("-created_at").values_list("created_at", flat=True)
        until = next(iter(times[SEARCHED : SEARCHED + 1]), None)
        if until is not None:
            jobs = jobs.filter(created_at__gt=until)
        if self.states:
            jobs = jobs.filter(status__in=self.states)
        return jobs.filter(file_name__icontains=self.file_name), until

    def _in_period(self, jobs: QuerySet[ImportJob]) -> QuerySet[ImportJob]:
        if self.since:
            jobs = jobs.filter(created_at__gte=self.since)
        if self.until:
            jobs = jobs.filter(created_at__lte=self.until)
        return jobs
