"""The URLs of the console, below `/console/`."""

from django.urls import path, re_path

from console.page import NoPage
from console.views.access import HomeView, LoginView, LogoutView, PasswordView
from console.views.history import HistoryView
from console.views.imports import ImportView, TemplateFileView
from console.views.job import (
    JobCancelView,
    JobDetailView,
    JobFailedRowsView,
    JobProgressView,
    JobResultsView,
)
from console.views.mapping import MappingView, PreviewView, StartView
from console.views.rows import CorrectView, RowsView
from console.views.uploads import CheckView, DeleteUploadView, UploadDataView, UploadsView
from console.views.users import UsersView, UserView

_JOB = "imports/<uuid:task_id>/"

urlpatterns = [
    path("", HomeView.as_view(), name="console"),
    path("login/", LoginView.as_view(), name="console-login"),
    path("logout/", LogoutView.as_view(), name="console-logout"),
    path("password/", PasswordView.as_view(), name="console-password"),
    path("import/", ImportView.as_view(), name="console-import"),
    path("import/template.csv", TemplateFileView.as_view(), name="console-template"),
    path("uploads/", UploadsView.as_view(), name="console-uploads"),
    path("uploads/check/", CheckView.as_view(), name="console-check"),
    path("uploads/<uuid:upload_id>/", MappingView.as_view(), name="console-mapping"),
    path("uploads/<uuid:upload_id>/data/", UploadDataView.as_view(), name="console-upload-data"),
    path(
        "uploads/<uuid:upload_id>/delete/",
        DeleteUploadView.as_view(),
        name="console-upload-delete",
    ),
    path("uploads/<uuid:upload_id>/preview/", PreviewView.as_view(), name="console-preview"),
    path("uploads/<uuid:upload_id>/start/", StartView.as_view(), name="console-start"),
    path("history/", HistoryView.as_view(), name="console-history"),
    path(_JOB, JobDetailView.as_view(), name="console-job"),
    path(f"{_JOB}progress/", JobProgressView.as_view(), name="console-progress"),
    path(f"{_JOB}cancel/", JobCancelView.as_view(), name="console-cancel"),
    path(f"{_JOB}rows/", RowsView.as_view(), name="console-rows"),
    path(f"{_JOB}correct/", CorrectView.as_view(), name="console-correct"),
    path(f"{_JOB}failed-rows.csv", JobFailedRowsView.as_view(), name="console-failed-rows"),
    path(f"{_JOB}results.csv", JobResultsView.as_view(), name="console-results"),
    path("users/", UsersView.as_view(), name="console-users"),
    re_path("^users/(?P<pk>[0-9]{1,18})/$", UserView.as_view(), name="console-user"),
    re_path("", NoPage.as_view()),
]
