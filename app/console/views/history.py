"""The history of imports."""

from django.http import HttpResponse
from rest_framework.request import Request

from console.page import Page
from tasks.views.jobs import visible_jobs
from users_uc.auth import caller


class HistoryView(Page):
    section = "history"

    def get(self, request: Request) -> HttpResponse:
        jobs = visible_jobs(caller(request)).order_by("-created_at")[:50]
        return self.page("history.html", jobs=jobs)
