"""The URLs of imports, below `/api/v1/`."""

from django.urls import path

from tasks.views.cancel import TaskCancelView
from tasks.views.history import ImportsView
from tasks.views.inspect import InspectView
from tasks.views.invitations import InvitationsView
from tasks.views.rows import FailedRowsView, ResultsView, TaskErrorsView
from tasks.views.status import TaskStatusView
from tasks.views.template import TemplateView

_JOB = "imports/<uuid:task_id>/"

urlpatterns = [
    path("imports/", ImportsView.as_view(), name="imports"),
    path("imports/inspect/", InspectView.as_view(), name="inspect"),
    path("imports/template.csv", TemplateView.as_view(), name="template"),
    path(_JOB, TaskStatusView.as_view(), name="task-status"),
    path(f"{_JOB}cancel/", TaskCancelView.as_view(), name="task-cancel"),
    path(f"{_JOB}invitations/", InvitationsView.as_view(), name="task-invitations"),
    path(f"{_JOB}rows/", TaskErrorsView.as_view(), name="task-errors"),
    path(f"{_JOB}rejected-rows.csv", FailedRowsView.as_view(), name="task-failed-rows"),
    path(f"{_JOB}results.csv", ResultsView.as_view(), name="task-results"),
]
