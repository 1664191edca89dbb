"""Which imports a caller may see."""

from typing import Final

from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.views import APIView

from tasks.models import ImportJob
from users_uc.auth import caller
from users_uc.models import User

POLL_AFTER: Final = "1"
"""Retry-After of whatever answers about a job that is under way, in seconds."""


def visible_jobs(actor: User) -> QuerySet[ImportJob]:
    """One's own; a superuser's are all."""
    return ImportJob.objects.all() if actor.is_superuser else ImportJob.objects.filter(owner=actor)


class JobView(APIView):
    """Something about one job; 404 for unknown ones and for others'."""

    def get_job(self) -> ImportJob:
        """The job in the address."""
        job = visible_jobs(caller(self.request)).filter(id=self.kwargs["task_id"]).first()
        if job is None:
            raise NotFound("There is no such import.")
        return job
