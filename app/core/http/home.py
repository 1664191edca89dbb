"""`/`, where a browser begins."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.views.generic import RedirectView


class HomeView(RedirectView):
    """Lead to the console, or to the documents of the API if the console is off."""

    http_method_names = ["get", "head", "options"]

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        return reverse("console" if settings.CONSOLE_ENABLED else "docs")
