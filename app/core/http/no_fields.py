"""Rejection of bodies that an endpoint would ignore."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

_MOST_NAMED: Final = 10
_NAME_LENGTH: Final = 64


class WithoutFields(APIView):
    """A view with requests that take no fields. Their body is empty or an empty JSON object."""

    without_fields = frozenset[str]()
    """The methods of these requests."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check the request as DRF does, and then its body. Raises `ValidationError`."""
        super().initial(request, *args, **kwargs)
        if request.method in self.without_fields & {*self.allowed_methods}:
            _NoFields(data=request.data).is_valid(raise_exception=True)


class _NoFields(serializers.Serializer[Any]):
    def to_internal_value(self, data: Any) -> Any:
        """Return no values. Raises `ValidationError` with the code `unknown_field`."""
        if isinstance(data, Mapping) and data:
            message = _("This request takes no fields. Send it without a body.")
            detail = serializers.ErrorDetail(message, code="unknown_field")
            names = (name[:_NAME_LENGTH] for name in list(data)[:_MOST_NAMED])
            raise serializers.ValidationError({name: [detail] for name in names})
        return super().to_internal_value(data)
