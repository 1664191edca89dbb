"""The endpoint that cancels an import."""

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from core.http.throttling import CancelThrottle
from core.telemetry.subject import bind_job
from tasks import openapi
from tasks.lifecycle.cancel import cancel
from tasks.lifecycle.enqueue import publish_job
from tasks.models import ImportJob
from tasks.views.jobs import JobView, accepted
from users_uc.views.recheck import RecheckAfterBody


class AlreadyFinished(APIException):
    """The import has ended, so it cannot be cancelled."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("The import has ended already. Its status shows the result.")
    default_code = "already_finished"


class TaskCancelView(RecheckAfterBody, JobView):
    """Cancel an import."""

    operation_ids = {"post": "cancelImport"}
    without_fields = frozenset({"POST"})

    def get_throttles(self) -> list[BaseThrottle]:
        """Throttle the cancellations of a user."""
        return [CancelThrottle()]

    @openapi.cancel
    def post(self, request: Request, task_id: str) -> Response:
        """Cancel an import.

        Rows that are loaded stay, and no further row is loaded. The import is `REVOKED` at once,
        or as soon as its Celery workers stop working on it.
        """
        job = self.get_job()
        cancel_job(job)
        job.refresh_from_db()
        return accepted(job, request)


def cancel_job(job: ImportJob) -> None:
    """Cancel the job. Raises `AlreadyFinished`."""
    bind_job(job.id)
    # A Celery worker stores the state of a published job in the result backend.
    if not cancel(job, publish=publish_job):
        raise AlreadyFinished
