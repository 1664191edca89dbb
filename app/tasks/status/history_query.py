"""The filters of the history of imports in the API."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KT
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from core.http.fields import ChoiceField, check_plus
from core.http.known_parameters import text_parameter
from tasks.models import ImportJob
from tasks.options import CLIENT_REFERENCE_MAX_LENGTH

HISTORY_PARAMETERS = [
    OpenApiParameter(
        "client_reference",
        text_parameter(CLIENT_REFERENCE_MAX_LENGTH),
        description="Only imports with this `client_reference`.",
    ),
    OpenApiParameter(
        "status",
        {"type": "string", "enum": list(ImportJob.Status.values)},
        description="Only imports in this state.",
    ),
    OpenApiParameter(
        "created_after",
        {"type": "string", "format": "date-time"},
        description="Only imports from this time on. In a URL the + of an offset is %2B.",
    ),
    OpenApiParameter(
        "created_before",
        {"type": "string", "format": "date-time"},
        description="Only imports before this time. In a URL the + of an offset is %2B.",
    ),
]
HISTORY_PARAMETER_NAMES = frozenset(parameter.name for parameter in HISTORY_PARAMETERS)


class _TimeField(serializers.DateTimeField):
    """A time whose offset may have lost its plus sign in the URL."""

    def to_internal_value(self, value: Any) -> datetime:
        try:
            return super().to_internal_value(value)
        except serializers.ValidationError:
            check_plus(value)
            raise


class _HistoryQuery(serializers.Serializer[ImportJob]):
    client_reference = serializers.CharField(max_length=CLIENT_REFERENCE_MAX_LENGTH, required=False)
    status = ChoiceField(choices=ImportJob.Status.choices, required=False)
    created_after = _TimeField(required=False)
    created_before = _TimeField(required=False)


def filter_history(jobs: QuerySet[ImportJob], params: Mapping[str, str]) -> QuerySet[ImportJob]:
    """Return the imports that match the query parameters. Raises `ValidationError`."""
    query = _HistoryQuery(data=dict(params.items()))
    query.is_valid(raise_exception=True)
    asked: dict[str, Any] = query.validated_data
    if "client_reference" in asked:
        jobs = jobs.filter(options__has_key="client_reference")
        jobs = jobs.alias(reference=KT("options__client_reference"))
        jobs = jobs.filter(reference=asked["client_reference"])
    if "status" in asked:
        jobs = jobs.filter(status=asked["status"])
    if "created_after" in asked:
        jobs = jobs.filter(created_at__gte=asked["created_after"])
    if "created_before" in asked:
        jobs = jobs.filter(created_at__lt=asked["created_before"])
    return jobs
