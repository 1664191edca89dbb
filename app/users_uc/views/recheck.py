"""Views that check permissions again after a slow request body."""

from typing import Any, Final

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core.http.no_fields import WithoutFields
from users_uc.auth import reload_caller
from users_uc.throttling import EnteredPasswordThrottle

_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


class RecheckAfterBody(WithoutFields):
    """A view that reads the body first, and then reloads the caller and checks permissions again.

    The caller may lose rights while the body arrives.
    """

    without_fields = frozenset({"DELETE"})

    def get_throttles(self) -> list[BaseThrottle]:
        """Limit the passwords that callers enter in changes."""
        return [EnteredPasswordThrottle()] if self.request.method in _WITH_BODY else []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check the request as DRF does, and once more after its body was read."""
        super().initial(request, *args, **kwargs)
        if request.stream is not None:
            request.data  # noqa: B018  (the property reads the body)
            request.user = reload_caller(request)
            self.check_permissions(request)
