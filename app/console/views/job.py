"""The page of an import."""

from django.http import HttpResponse
from rest_framework.request import Request

from console.page import Page
from tasks.views.jobs import visible_job_or_404
from users_uc.auth import caller


class ConsoleJobView(Page):
    section = "history"

    def get(self, request: Request, **kwargs: str) -> HttpResponse:
        visible_job_or_404(self.kwargs["job_id"], caller(request))
        return self.page("job.html")
