"""The status of an import."""

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tasks import openapi
from tasks.status.document import etag, status_document
from tasks.status.progress import Progress
from tasks.views.jobs import POLL_AFTER, visible_job_or_404
from users_uc.api_keys.authentication import IMPORTS
from users_uc.auth import caller


class TaskStatusView(APIView):
    """The status of an import."""

    operation_ids = {"get": "getImport"}
    key_scopes = IMPORTS

    @openapi.task_status
    def get(self, request: Request, task_id: str) -> Response:
        """Return the status of an import.

        Poll it after the seconds in `Retry-After`, which is there until the import has ended.
        """
        found = visible_job_or_404(self.kwargs["task_id"], caller(request))
        job = found.job
        progress = Progress(job, rows_loaded=found.rows_loaded)
        tag = etag(job, progress)
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        # Not ==, because a proxy that compresses turns the tag into a weak one, W/"...".
        if tag in request.headers.get("If-None-Match", ""):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        if job.finished_at is None:
            headers["Retry-After"] = POLL_AFTER
        return Response(status_document(found, progress, request), headers=headers)
