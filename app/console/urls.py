"""The URLs of the console, below `/console/`."""

from django.urls import path, re_path

from console.page import NoPage
from console.views.access import HomeView, LoginView, LogoutView, PasswordView
from console.views.history import HistoryView
from console.views.imports import ImportView
from console.views.job import (
    JobCancelView,
    JobDetailView,
    JobFailedRowsView,
    JobProgressView,
    JobResultsView,
)
from console.views.rows import CorrectView, RowsView
from console.views.users import UsersView

_JOB = "imports/<uuid:task_id>/"

urlpatterns = [
    path("", HomeView.as_view(), name="console"),
    path("login/", LoginView.as_view(), name="console-login"),
    path("logout/", LogoutView.as_view(), name="console-logout"),
    path("password/", PasswordView.as_view(), name="console-password"),
    path("import/", ImportView.as_view(), name="console-import"),
    path("history/", HistoryView.as_view(), name="console-history"),
    path(_JOB, JobDetailView.as_view(), name="console-job"),
    path(f"{_JOB}progress/", JobProgressView.as_view(), name="console-progress"),
    path(f"{_JOB}cancel/", JobCancelView.as_view(), name="console-cancel"),
    path(f"{_JOB}rows/", RowsView.as_view(), name="console-rows"),
    path(f"{_JOB}correct/", CorrectView.as_view(), name="console-correct"),
    path(f"{_JOB}failed-rows.csv", JobFailedRowsView.as_view(), name="console-failed-rows"),
    path(f"{_JOB}results.csv", JobResultsView.as_view(), name="console-results"),
    path("users/", UsersView.as_view(), name="console-users"),
    re_path("", NoPage.as_view()),
]
