"""Which requests must name a host of ALLOWED_HOSTS."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware

_INTERNAL = re.compile("|".join(settings.SECURE_REDIRECT_EXEMPT))


class HostMiddleware(CommonMiddleware):
    """All but probes and metrics: these are asked from within, of one replica, by its address."""

    def process_request(self, request: HttpRequest) -> HttpResponsePermanentRedirect | None:
        """Django's check of the host, a 400."""
        if _INTERNAL.search(request.path_info.lstrip("/")):
            return None
        return super().process_request(request)
