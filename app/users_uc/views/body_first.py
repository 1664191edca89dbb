"""Requests whose bodies take a while."""

from typing import Any

from rest_framework.request import Request
from rest_framework.views import APIView

from users_uc.auth import reload_caller


class BodyFirst(APIView):
    """Who sends a body is looked at again when it is there: they may have lost rights meanwhile."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """DRF's, and once more."""
        super().initial(request, *args, **kwargs)
        if request.method in {"POST", "PUT", "PATCH"}:
            request.data  # noqa: B018  (it is read now)
            request.user = reload_caller(request)
            self.check_permissions(request)
