"""How an import is doing."""

import hashlib

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tasks.serializers import Progress, job_document
from tasks.views.jobs import POLL_AFTER, JobView


class TaskStatusView(JobView):
    """How an import is doing."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, task_id: str) -> Response:
        """The job, or 304 where nothing has changed since the ETag."""
        job = self.get_job()
        progress = Progress(job)
        etag = f'"{hashlib.sha256(progress.version.encode()).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        # Not ==: a proxy that compresses makes the tag a weak one, W/"...".
        if etag in request.headers.get("If-None-Match", ""):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        if job.finished_at is None:
            headers["Retry-After"] = POLL_AFTER
        return Response(job_document(job, request, progress), headers=headers)
