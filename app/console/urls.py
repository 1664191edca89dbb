"""The URLs of the console, below `/console/`."""

from django.urls import path, re_path

from console.page import NoPage
from console.views.access import HomeView, LoginView, LogoutView, PasswordView
from console.views.history import HistoryView
from console.views.imports import ImportView, TemplateFileView
from console.views.job import ConsoleJobView
from console.views.mapping import MappingView, PreviewView, StartView
from console.views.uploads import CheckView, DeleteUploadView, UploadDataView, UploadsView
from console.views.users import UsersView

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
    path("imports/<uuid:job_id>/", ConsoleJobView.as_view(), name="console-job"),
    path("history/", HistoryView.as_view(), name="console-history"),
    path("users/", UsersView.as_view(), name="console-users"),
    re_path("", NoPage.as_view()),
]
