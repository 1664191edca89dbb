"""How an import is doing."""

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tasks import openapi
from tasks.status.document import StatusSerializer, etag
from tasks.status.progress import Progress
from tasks.status.query import JobStatus, load_status
from tasks.views.jobs import POLL_AFTER, UnknownJob, is_visible
from users_uc.auth import caller


class TaskStatusView(APIView):
    """How an import is doing."""

    @openapi.task_status
    def get(self, request: Request, task_id: str) -> Response:
        """The job, or 304 where at most its speed and ETA have changed since the ETag."""
        watched = self._watch()
        job = watched.job
        progress = Progress(job, rows_loaded=watched.rows_loaded)
        tag = etag(job, progress)
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        # Not ==: a proxy that compresses makes the tag a weak one, W/"...".
        if tag in request.headers.get("If-None-Match", ""):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        if job.finished_at is None:
            headers["Retry-After"] = POLL_AFTER
        shown = {"progress": progress, "first_errors": watched.first_errors}
        document = StatusSerializer(job, context={"request": request, **shown})
        return Response(document.data, headers=headers)

    def _watch(self) -> JobStatus:
        watched = load_status(self.kwargs["task_id"])
        if watched is None or not is_visible(watched.job, caller(self.request)):
            raise UnknownJob
        return watched
