"""The history of imports."""

from django.db.models import QuerySet
from rest_framework import generics

from core.http.pagination import CursorPages
from tasks.models import ImportJob
from tasks.status.serializers import ImportSerializer
from tasks.views.jobs import visible_jobs
from users_uc.api_keys.authentication import IMPORTS
from users_uc.auth import caller


class _NewestFirst(CursorPages):
    ordering = "-created_at"


class ImportsView(generics.ListAPIView[ImportJob]):
    """The caller's imports, newest first. A superuser gets the imports of all users."""

    key_scopes = IMPORTS
    serializer_class = ImportSerializer
    pagination_class = _NewestFirst

    def get_queryset(self) -> QuerySet[ImportJob]:
        return visible_jobs(caller(self.request))
