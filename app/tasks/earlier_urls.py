"""The URLs that imports had before `/api/v1/`, below `/api/contacts/`."""

from django.urls import path

from tasks.views.cancel import TaskCancelView
from tasks.views.history import HistoryView
from tasks.views.inspect import InspectView
from tasks.views.invitations import InvitationsView
from tasks.views.rows import FailedRowsView, ResultsView, TaskErrorsView
from tasks.views.status import TaskStatusView
from tasks.views.template import TemplateView
from tasks.views.upload import CSVUploadView

_JOB = "task-status/<uuid:task_id>/"

urlpatterns = [
    path("upload-csv/", CSVUploadView.as_view(), name="upload-csv"),
    path("inspect/", InspectView.as_view(), name="inspect"),
    path("template.csv", TemplateView.as_view(), name="template"),
    path("imports/", HistoryView.as_view(), name="imports"),
    path(_JOB, TaskStatusView.as_view(), name="task-status"),
    path(f"{_JOB}cancel/", TaskCancelView.as_view(), name="task-cancel"),
    path(f"{_JOB}invitations/", InvitationsView.as_view(), name="task-invitations"),
    path(f"{_JOB}errors/", TaskErrorsView.as_view(), name="task-errors"),
    path(f"{_JOB}failed-rows.csv", FailedRowsView.as_view(), name="task-failed-rows"),
    path(f"{_JOB}results.csv", ResultsView.as_view(), name="task-results"),
]
