"""Which imports a caller may see, and how they are told of one that was accepted."""

from collections.abc import Mapping
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tasks.models import ImportJob
from tasks.status.serializers import AcceptedSerializer
from users_uc.auth import caller
from users_uc.models import User

POLL_AFTER: Final = "1"
"""Retry-After of whatever answers about a job that is under way, in seconds."""


def visible_jobs(actor: User) -> QuerySet[ImportJob]:
    """One's own; a superuser's are all."""
    return ImportJob.objects.all() if actor.is_superuser else ImportJob.objects.filter(owner=actor)


def is_visible(job: ImportJob, actor: User) -> bool:
    """Whether it is one of them."""
    return actor.is_superuser or job.owner_id == actor.pk


class UnknownJob(NotFound):
    """There is none, or it is another's: who may not see it cannot tell."""

    default_detail = _("There is no such import.")


class JobView(APIView):
    """Something about one job; 404 for unknown ones and for others'."""

    def get_job(self) -> ImportJob:
        """The job in the address."""
        job = visible_jobs(caller(self.request)).filter(id=self.kwargs["task_id"]).first()
        if job is None:
            raise UnknownJob
        return job


def accepted(
    job: ImportJob, request: Request, *, headers: Mapping[str, str] | None = None
) -> Response:
    """202, with the address of the job's status."""
    document = AcceptedSerializer(job, context={"request": request}).data
    headers = {"Location": document["status_url"], "Retry-After": POLL_AFTER, **(headers or {})}
    return Response(document, status=status.HTTP_202_ACCEPTED, headers=headers)
