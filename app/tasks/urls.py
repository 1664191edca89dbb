"""Addresses of imports, below /api/contacts/."""

from django.urls import path

from tasks import views

urlpatterns = [
    path("upload-csv/", views.CSVUploadView.as_view(), name="upload-csv"),
    path("imports/", views.ImportsView.as_view(), name="imports"),
    path("task-status/<uuid:task_id>/", views.TaskStatusView.as_view(), name="task-status"),
    path("task-status/<uuid:task_id>/errors/", views.TaskErrorsView.as_view(), name="task-errors"),
    path(
        "task-status/<uuid:task_id>/failed-rows.csv",
        views.FailedRowsView.as_view(),
        name="task-failed-rows",
    ),
]
