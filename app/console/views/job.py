"""The page of one import: its progress, then its result."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh
from rest_framework.request import Request

from console.headlines import phase_headline, result_headline
from console.models import Upload
from console.options_in_words import options_in_words
from console.outcomes import NAMES, chart
from console.page import Page
from console.reasons import reasons
from core.http.throttling import CancelThrottle
from core.telemetry.subject import bind_job
from tasks.models import ImportJob
from tasks.returning.correction import may_correct
from tasks.status.document import ProgressSerializer, StatusSerializer, etag
from tasks.status.progress import Progress
from tasks.status.query import JobStatus, outcomes_so_far
from tasks.views.cancel import AlreadyFinished, cancel_job
from tasks.views.jobs import JobView, visible_job_or_404, visible_jobs
from tasks.views.rows import failed_rows_file, results_file
from users_uc.auth import caller
from users_uc.mail.invitations import counts as invitation_counts

_CORRECTIONS = 5
"""The newest corrections of an import that its page shows."""


class JobPage(Page, JobView):
    """A page of one import, or a part of one. An error in a part is shown in its place."""

    section = "history"

    def to_job(self, job_id: UUID | str) -> HttpResponse:
        """Lead to the page of the import."""
        return self.lead_to(reverse("console-job", args=[job_id]))


class JobDetailView(JobPage):
    """The progress of an import until it has ended, and its result afterwards."""

    def get(self, request: Request, task_id: UUID) -> HttpResponse:
        found = visible_job_or_404(task_id, caller(request))
        bind_job(task_id)
        job, progress = found.job, _progress(found)
        context = {"request": request, "progress": progress, "first_errors": []}
        document = StatusSerializer(job, context=context).data
        words = options_in_words(document["options"])
        ended = job.finished_at
        details = self._result(job, ended) if ended else _running(job, progress)
        return self.page("job.html", job=job, document=document, options=words, **details)

    def _result(self, job: ImportJob, ended: datetime) -> dict[str, Any]:
        mine = Upload.objects.filter(owner=caller(self.request))
        jobs = visible_jobs(caller(self.request))
        counts = {name: getattr(job, name) for name in NAMES}
        return {
            "headline": result_headline(job),
            "took": max(1, (ended - (job.started_at or job.created_at)).total_seconds()),
            "chart": chart(counts, rows=job.rows),
            "reasons": reasons(job.rejections),
            "may_correct": may_correct(job),
            "invitations": invitation_counts(job.id) if job.options.get("invite") else None,
            "upload": mine.filter(job_id=job.id).first(),
            "corrections": jobs.filter(corrects=job.id).order_by("-created_at")[:_CORRECTIONS],
        }


def _progress(found: JobStatus) -> Progress:
    return Progress(found.job, rows_loaded=found.rows_loaded)


def _running(job: ImportJob, progress: Progress) -> dict[str, Any]:
    """Return what the part of the progress shows."""
    counts = chart(outcomes_so_far(job), rows=job.rows)
    return {
        "chart": counts,
        "phase": phase_headline(job, progress.phase),
        "progress": ProgressSerializer(progress).data,
    }


class JobProgressView(JobPage):
    """The part of the page that an import changes while it runs, with an ETag."""

    def get(self, request: Request, task_id: UUID) -> HttpResponse:
        found = visible_job_or_404(task_id, caller(request))
        job, progress = found.job, _progress(found)
        if job.finished_at is not None:
            return HttpResponseClientRefresh()
        tag = etag(job, progress)
        if tag in request.headers.get("If-None-Match", ""):
            response = HttpResponse(status=304)
        else:
            response = self.page("_progress.html", job=job, **_running(job, progress))
        response.headers["ETag"] = tag
        response.headers["Cache-Control"] = "private, no-cache"
        return response


class JobCancelView(JobPage):
    def get_throttles(self) -> list[Any]:
        return [CancelThrottle()]

    def post(self, request: Request, task_id: UUID) -> HttpResponse:
        job = self.get_job()
        try:
            cancel_job(job)
        except AlreadyFinished as error:
            self.note(str(error.detail))
        else:
            self.note(_("The import stops. Users who are imported already stay."))
        return self.to_job(job.id)


class JobFailedRowsView(JobPage):
    def get(self, request: Request, task_id: UUID) -> HttpResponseBase:
        return failed_rows_file(self.get_job(), request)


class JobResultsView(JobPage):
    def get(self, request: Request, task_id: UUID) -> HttpResponseBase:
        return results_file(self.get_job(), request)
