"""The availability of mail."""

from django.conf import settings


def mail_is_configured() -> bool:
    """Return whether a mail server or a folder for mails is set."""
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")
