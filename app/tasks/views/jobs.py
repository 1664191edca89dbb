"""The imports that a caller may see, and the answer about an accepted import."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tasks.models import ImportJob
from tasks.status.query import JobStatus, load_status
from tasks.status.serializers import AcceptedSerializer
from users_uc.api_keys.authentication import IMPORTS
from users_uc.auth import caller
from users_uc.models import User

POLL_AFTER: Final = "1"
"""The `Retry-After` of answers about an unfinished job, in seconds."""


def visible_jobs(actor: User) -> QuerySet[ImportJob]:
    """Return the user's own jobs, or all jobs for a superuser."""
    return ImportJob.objects.all() if actor.is_superuser else ImportJob.objects.filter(owner=actor)


class UnknownJob(NotFound):
    """The job does not exist, or the caller may not see it. The answer is the same."""

    default_detail = _("There is no import with this id.")


def visible_job_or_404(job_id: UUID, actor: User) -> JobStatus:
    """Return the job with the data of its status, by one query. Raises `UnknownJob`."""
    found = load_status(job_id)
    if found is None or not (actor.is_superuser or found.job.owner_id == actor.pk):
        raise UnknownJob
    return found


class JobView(APIView):
    """A view of one job. A job that the caller may not see is a 404."""

    key_scopes = IMPORTS

    def get_job(self) -> ImportJob:
        job = visible_jobs(caller(self.request)).filter(id=self.kwargs["task_id"]).first()
        if job is None:
            raise UnknownJob
        return job


def accepted(
    job: ImportJob, request: Request, *, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a 202 with the URL of the job's status."""
    document = AcceptedSerializer(job, context={"request": request}).data
    headers = {"Location": document["status_url"], "Retry-After": POLL_AFTER, **(headers or {})}
    return Response(document, status=status.HTTP_202_ACCEPTED, headers=headers)
