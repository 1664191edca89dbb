"""The rows of an import: the rejected ones as JSON and as CSV, and the result of each row."""

from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import generics, serializers, status
from rest_framework.exceptions import APIException, NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from core.http import streaming
from core.http.negotiation import AnyAccept
from core.http.pagination import CursorPages
from tasks import openapi, openapi_downloads
from tasks.codes import FileError
from tasks.models import ImportJob, ImportRowError
from tasks.returning.failed_rows import charset, failed_rows
from tasks.returning.results import OUTCOMES, has_results, results
from tasks.returning.row_notes import NOT_WRITTEN
from tasks.status.serializers import RowErrorSerializer
from tasks.views.jobs import JobView
from users_uc.auth import caller

_INCLUDE: Final = frozenset({"include"})
"""The parameter of downloads of rows."""


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


def row_errors(job: ImportJob) -> QuerySet[ImportRowError]:
    """Return the rejected rows. Raises `Gone` if they are deleted."""
    _check_not_expired(job)
    return job.row_errors.all()


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

    operation_ids = {"get": "listRejectedRows"}
    serializer_class = RowErrorSerializer
    pagination_class = _RecordPages

    def get_queryset(self) -> QuerySet[ImportRowError]:
        self._job = self.get_job()
        return row_errors(self._job)

    def get_paginated_response(self, data: Any) -> Response:
        answer = super().get_paginated_response(data)
        answer.data["left_out"] = self._job.left_out
        return answer


def _include(request: Request, known: Collection[str]) -> list[str]:
    """Return the outcomes of the parameter `include`. Raises `ValidationError`."""
    values = ",".join(request.query_params.getlist("include"))
    outcomes = dict.fromkeys(values.split(",")) if values else {}
    if not outcomes.keys() <= set(known):
        message = _(
            "An outcome is unknown. Send one or more of these, separated by commas: {known}."
        )
        raise serializers.ValidationError({"include": [message.format(known=", ".join(known))]})
    return list(outcomes)


def _stream(request: Request, begin: Callable[[], Iterator[bytes]]) -> Iterator[bytes]:
    """Return the blocks of a download. Raises `NotFound` if a stored file cannot be read."""
    try:
        return streaming.DOWNLOADS.stream(caller(request).pk, begin)
    except FileError:
        message = _("The stored file is missing or damaged. Upload the file again.")
        raise NotFound(message) from None


class FailedRowsView(JobView):
    """The rejected rows, to be corrected and uploaded again."""

    operation_ids = {"get": "downloadRejectedRows"}
    query_parameters = repeatable_parameters = _INCLUDE
    content_negotiation_class = AnyAccept

    @openapi_downloads.failed_rows
    def get(self, request: Request, task_id: str) -> StreamingHttpResponse:
        """Return the rejected rows as a CSV file.

        The file has the encoding, the delimiter and the columns of the uploaded file, and four more
        columns that describe the error of each row. Correct the rows and upload the file again.
        """
        return failed_rows_file(self.get_job(), request)


def failed_rows_file(job: ImportJob, request: Request) -> StreamingHttpResponse:
    """Return the download of the rejected rows. Raises `APIException` if there is none."""
    check_has_rows(job)
    begin = partial(failed_rows, job, include=_include(request, NOT_WRITTEN))
    rows = _stream(request, begin)
    end = "-incomplete" if job.left_out else ""
    disposition = f'attachment; filename="rejected-rows-{job.id}{end}.csv"'
    return StreamingHttpResponse(
        rows,
        content_type=f"text/csv; charset={charset(job)}",
        headers={"Content-Disposition": disposition, "X-Rows-Left-Out": str(job.left_out)},
    )


def check_has_rows(job: ImportJob) -> None:
    """Raise an `APIException` if the rows of the file are not there or are never shown."""
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


class NotFinished(APIException):
    """The import has not ended, so some rows have no result yet."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = gettext_lazy(
        "The import has not ended. Wait until its status has links.results, and try again."
    )
    default_code = "not_finished"


class ResultsView(JobView):
    """The result of each row."""

    operation_ids = {"get": "downloadResults"}
    query_parameters = repeatable_parameters = _INCLUDE
    content_negotiation_class = AnyAccept

    @openapi_downloads.results
    def get(self, request: Request, task_id: str) -> StreamingHttpResponse:
        """Return the result of each row as a CSV file, in the order of the uploaded file.

        After a dry run the file says what the import would have done.
        """
        return results_file(self.get_job(), request)


def results_file(job: ImportJob, request: Request) -> StreamingHttpResponse:
    """Return the download of the results. Raises `APIException` if there is none."""
    include = _include(request, OUTCOMES) or OUTCOMES
    if job.finished_at is None:
        raise NotFinished
    _check_not_expired(job)
    if not has_results(job):
        raise NotFound(_("An earlier version of the service ran this import, without results."))
    return StreamingHttpResponse(
        _stream(request, partial(results, job, include)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="results-{job.id}.csv"',
            "X-Rows-Left-Out": str(job.left_out),
        },
    )
