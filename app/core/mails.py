"""Whether there is a way for mails to leave."""

from django.conf import settings


def mail_is_configured() -> bool:
    """Without a mail server or a folder there is none; what needs one says so."""
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")
