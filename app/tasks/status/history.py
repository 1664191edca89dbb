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

    def among(self, jobs: QuerySet[ImportJob]) -> QuerySet[ImportJob]:
        """Return those of the jobs that match. Only the newest SEARCHED of a period are searched.

        No index finds a part of a file name, so a search for a rare one would read all jobs.
        """
        jobs = self._in_period(jobs)
        if not (self.states or self.file_name):
            return jobs
        newest = jobs.order_by("-created_at").values("id")[:SEARCHED]
        found = ImportJob.objects.filter(id__in=newest)
        if self.states:
            found = found.filter(status__in=self.states)
        return found.filter(file_name__icontains=self.file_name)

    def rest(self, jobs: QuerySet[ImportJob]) -> datetime | None:
        """Return the `until` of a search among the older jobs, or `None` if there are none."""
        if not (self.states or self.file_name):
            return None
        older = self._in_period(jobs).order_by("-created_at").values_list("created_at", flat=True)
        return next(iter(older[SEARCHED : SEARCHED + 1]), None)

    def _in_period(self, jobs: QuerySet[ImportJob]) -> QuerySet[ImportJob]:
        if self.since:
            jobs = jobs.filter(created_at__gte=self.since)
        if self.until:
            jobs = jobs.filter(created_at__lte=self.until)
        return jobs
