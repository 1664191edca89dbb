"""A URL configuration whose views raise exceptions."""

import errno
from typing import Any, Never

from django.core import exceptions as django_exceptions
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest
from django.urls import path
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from core.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]

FAULTS: dict[str, Exception] = {
    "bug": RuntimeError("a secret"),
    "not-found": Http404("a secret"),
    "denied": django_exceptions.PermissionDenied("a secret"),
    "suspicious": django_exceptions.SuspiciousFileOperation("Too many."),
    "too-big": django_exceptions.RequestDataTooBig("a secret"),
    "database": OperationalError("a secret"),
    "connection": InterfaceError("a secret"),
    "storage": OSError(errno.ENOSPC, "a secret"),
    "nested": serializers.ValidationError({"a": {"b": ["wrong"], "c": "bad"}}),
    "no-field": serializers.ValidationError("wrong", code="odd"),
}


class FailingView(APIView):
    """A view that raises an exception inside DRF."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def get(self, request: Request, fault: str) -> Never:
        """Raise the exception that the URL names."""
        raise FAULTS[fault]


def fail(request: HttpRequest, fault: str) -> Any:
    """Raise the exception that the URL names, outside DRF."""
    raise FAULTS[fault]


urlpatterns = [
    path("api/<slug:fault>", FailingView.as_view()),
    path("plain/<slug:fault>", fail),
]
