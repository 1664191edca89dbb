"""The imports of a caller: their history, and the upload of another one."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics

from core.http.pagination import CursorPages
from tasks.models import ImportJob
from tasks.status.history_query import (
    HISTORY_PARAMETER_NAMES,
    HISTORY_PARAMETERS,
    filter_history,
)
from tasks.status.serializers import ImportSerializer
from tasks.views.jobs import visible_jobs
from tasks.views.upload import UploadView
from users_uc.api_keys.authentication import IMPORTS
from users_uc.auth import caller


class _NewestFirst(CursorPages):
    ordering = "-created_at"


class HistoryView(generics.ListAPIView[ImportJob]):
    """The imports at their earlier URL."""

    key_scopes = IMPORTS
    query_parameters = HISTORY_PARAMETER_NAMES
    serializer_class = ImportSerializer
    pagination_class = _NewestFirst

    def get_queryset(self) -> QuerySet[ImportJob]:
        return filter_history(visible_jobs(caller(self.request)), self.request.query_params)


@extend_schema_view(
    get=extend_schema(
        description="Return the caller's imports, newest first. A superuser gets the imports of "
        "all users.",
        parameters=HISTORY_PARAMETERS,
    )
)
class ImportsView(UploadView, HistoryView):
    """The imports, and their upload."""

    operation_ids = {"get": "listImports", "post": "createImport"}
