"""The page that the links in mails open."""

from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.urls import reverse
from django.views.generic import TemplateView


class AccountPage(TemplateView):
    """A page with the forms for the links. A script sends them to the API."""

    template_name = "account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the name of the service, the rules for passwords, and the way on."""
        return super().get_context_data(
            site_name=settings.SITE_NAME,
            password_rules=password_validators_help_texts(),
            done_url=_done_url(),
            **kwargs,
        )


def _done_url() -> str:
    """Return where a user goes on after an action, or an empty text."""
    if settings.ACCOUNT_DONE_URL or not settings.CONSOLE_ENABLED:
        return str(settings.ACCOUNT_DONE_URL)
    return reverse("console")
