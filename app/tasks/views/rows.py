"""The rejected rows of an import, as JSON and as CSV."""

from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from rest_framework import generics, serializers, status
from rest_framework.exceptions import APIException, NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from core.http import streaming
from core.http.negotiation import AnyAccept
from core.http.pagination import CursorPages
from tasks import openapi
from tasks.codes import FileError
from tasks.models import ImportJob, ImportRowError
from tasks.returning.failed_rows import charset, failed_rows
from tasks.returning.row_notes import NOT_WRITTEN
from tasks.status.serializers import RowErrorSerializer
from tasks.views.jobs import JobView
from users_uc.auth import caller


class Gone(APIException):
    """The rows were deleted, or they are never shown."""

    status_code = status.HTTP_410_GONE


def _check_not_expired(job: ImportJob) -> None:
    if job.expired_at is not None:
        days = settings.IMPORT_RETENTION.days
        message = _(
            "The file and its rejected rows were deleted {days} days after the import. Upload the "
            "file again to get them."
        ).format(days=days)
        raise Gone(message, code="expired")


class _RecordPages(CursorPages):
    """Pages `{next, previous, left_out, results}`."""

    page_size = 100
    max_page_size = 1000
    ordering = "record"

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the OpenAPI schema of a page."""
        page: dict[str, Any] = super().get_paginated_response_schema(schema)
        page["properties"]["left_out"] = {
            "type": "integer",
            "description": "The number of rejected rows that are counted but not listed.",
        }
        page["required"].append("left_out")
        return page


@openapi.task_errors
class TaskErrorsView(JobView, generics.ListAPIView[ImportRowError]):
    """The rejected rows of an import, in the order of the file."""

    serializer_class = RowErrorSerializer
    pagination_class = _RecordPages

    def get_queryset(self) -> QuerySet[ImportRowError]:
        self._job = self.get_job()
        _check_not_expired(self._job)
        return self._job.row_errors.all()

    def get_paginated_response(self, data: Any) -> Response:
        answer = super().get_paginated_response(data)
        answer.data["left_out"] = self._job.left_out
        return answer


def _include(request: Request) -> list[str]:
    """Return the outcomes of the rows to add to the rejected rows."""
    values = ",".join(request.query_params.getlist("include"))
    outcomes = dict.fromkeys(values.split(",")) if values else {}
    if not outcomes.keys() <= NOT_WRITTEN.keys():
        known = ", ".join(NOT_WRITTEN)
        message = _(
            "An outcome is unknown. Send one or more of these, separated by commas: {known}."
        )
        raise serializers.ValidationError({"include": [message.format(known=known)]})
    return list(outcomes)


class FailedRowsView(JobView):
    """The rejected rows, to be corrected and uploaded again."""

    content_negotiation_class = AnyAccept

    @openapi.failed_rows
    def get(self, request: Request, task_id: str) -> StreamingHttpResponse:
        """Return the rejected rows as a CSV file.

        The file has the encoding, the delimiter and the columns of the uploaded file, and four more
        columns that describe the error of each row. Correct the rows and upload the file again.
        """
        job = self.get_job()
        if job.has_secrets:
            message = _(
                "The file has passwords, so its rows are never returned. Correct the rows in your "
                "own file."
            )
            raise Gone(message, code="had_secrets")
        _check_not_expired(job)
        if job.is_workbook and not job.sheet_file:
            raise NotFound(
                _(
                    "The workbook is not planned yet, or it cannot be read. The status of the "
                    "import says more."
                )
            )
        begin = partial(failed_rows, job, include=_include(request))
        try:
            rows = streaming.DOWNLOADS.stream(caller(request).pk, begin)
        except FileError:
            raise NotFound(
                _("The stored file is missing or damaged. Upload the file again.")
            ) from None
        end = "-incomplete" if job.left_out else ""
        disposition = f'attachment; filename="failed-rows-{job.id}{end}.csv"'
        return StreamingHttpResponse(
            rows,
            content_type=f"text/csv; charset={charset(job)}",
            headers={"Content-Disposition": disposition, "X-Rows-Left-Out": str(job.left_out)},
        )
