"""How an import is doing."""

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tasks import schema
from tasks.progress import Progress
from tasks.status import StatusSerializer, etag
from tasks.views.jobs import POLL_AFTER, JobView


class TaskStatusView(JobView):
    """How an import is doing."""

    @schema.task_status
    def get(self, request: Request, task_id: str) -> Response:
        """The job, or 304 where at most its speed and ETA have changed since the ETag."""
        job = self.get_job()
        progress = Progress(job)
        tag = etag(job, progress)
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        # Not ==: a proxy that compresses makes the tag a weak one, W/"...".
        if tag in request.headers.get("If-None-Match", ""):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        if job.finished_at is None:
            headers["Retry-After"] = POLL_AFTER
        document = StatusSerializer(job, context={"request": request, "progress": progress})
        return Response(document.data, headers=headers)
