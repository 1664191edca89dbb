"""The rejected rows of an import, and their correction in place."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event
from rest_framework import exceptions
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from console.page import UsesConsole
from console.reasons import reasons
from console.rejected_rows import corrected, page_size, plain_rows, sent_records, sheet
from console.views.job import JobPage
from core.http.pagination import CursorPages
from core.http.throttling import UploadThrottle
from tasks.begin import begin
from tasks.codes import FileError
from tasks.intake.corrections import corrected_file, corrected_options
from tasks.models import ImportJob, ImportRowError
from tasks.returning.correction import RejectedRows, may_correct, read_rejected
from tasks.views.rows import check_has_rows, row_errors
from tasks.views.upload import CanImport, as_api_errors
from users_uc.auth import caller

_KEY_LENGTH: Final = 36


class _Rows(CursorPages):
    ordering = "record"
    page_size_query_param = ""

    def __init__(self, page_size: int) -> None:
        self.page_size = self.max_page_size = page_size


class RowsView(JobPage):
    """A page of the rejected rows, as a part of the result or as a page of its own."""

    def get(self, request: Request, task_id: UUID) -> HttpResponse:
        job = self.get_job()
        reason = request.query_params.get("reason", "")
        errors = row_errors(job)
        pages = _Rows(page_size(job))
        found = errors.filter(code=reason) if reason else errors
        page: Sequence[ImportRowError] = pages.paginate_queryset(found, request, self) or []
        links = {"next": pages.get_next_link(), "previous": pages.get_previous_link()}
        template = "_rows.html" if self.htmx else "rows.html"
        return self.page(
            template,
            job=job,
            reasons=reasons(job.rejections),
            reason=reason,
            pages={name: urlsplit(link).query for name, link in links.items() if link},
            **_table(job, page),
        )


def _table(job: ImportJob, errors: Sequence[ImportRowError]) -> dict[str, Any]:
    """Return the rows with inputs if they can be corrected here, else without their cells."""
    if not may_correct(job):
        return {"rows": plain_rows(errors)}
    try:
        rejected = read_rejected(job, errors)
    except FileError:
        return {"rows": plain_rows(errors)}
    table = sheet(errors, rejected)
    names = {"rows": table.rows, "headers": table.headers}
    return {**names, "may_correct": True, "page_key": uuid4()}


class CorrectView(JobPage):
    """The import of corrected rows as a new file."""

    permission_classes: list[type[BasePermission]] = [UsesConsole, CanImport]

    def get_throttles(self) -> list[Any]:
        return [UploadThrottle()]

    def post(self, request: Request, task_id: UUID) -> HttpResponse:
        job = self.get_job()
        rejected = self._rejected(job)
        rows = corrected(rejected, self.form)
        if not rows:
            message = _("No row was changed. Correct a cell, or tick a row to send it as it is.")
            raise exceptions.ValidationError(message)
        return self._import(job, rejected, rows)

    def _rejected(self, job: ImportJob) -> RejectedRows:
        """Return the rows of the form as the file has them."""
        check_has_rows(job)
        if not may_correct(job):
            message = _("The rows of this import cannot be corrected here.")
            raise exceptions.PermissionDenied(message)
        errors = row_errors(job).filter(record__in=sent_records(self.form)).order_by("record")
        try:
            return read_rejected(job, list(errors))
        except FileError:
            message = _("The stored file is missing or damaged. Upload the file again.")
            raise exceptions.NotFound(message) from None

    def _import(
        self, job: ImportJob, rejected: RejectedRows, rows: list[list[str]]
    ) -> HttpResponse:
        with as_api_errors(), corrected_file(job, rejected, rows) as file:
            new = begin(
                file,
                options=corrected_options(job, rejected),
                owner=caller(self.request),
                key=self._key(job, file.sha256),
                corrects=job.id,
            ).job
        self.note(_("The corrected rows are a new import. This is its page."))
        return trigger_client_event(self.to_job(new.id), "corrections-sent")

    def _key(self, job: ImportJob, sha256: str) -> str:
        """Return a key by which a double click makes one import, and a later page another one."""
        parts = (job.id, self.form.get("page", "")[:_KEY_LENGTH], sha256)
        return "correct " + hashlib.sha256(repr(parts).encode()).hexdigest()
