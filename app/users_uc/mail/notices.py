"""Notices to importers and to owners of webhooks, in the transaction of the reported change."""

from collections.abc import Mapping
from uuid import UUID

from core.mails import mail_is_configured
from users_uc.models import Mail, User


def add_import_notice(
    user_id: int, *, import_id: UUID, language: str, context: Mapping[str, object]
) -> None:
    """Add the mail about the end of an import, in the caller's transaction.

    A user who was deleted gets none. `context` has the values for the template.
    """
    if mail_is_configured() and User.objects.lock_against_deletion(user_id):
        Mail.objects.create(
            kind=Mail.Kind.IMPORT_ENDED,
            user_id=user_id,
            import_id=import_id,
            language=language,
            context=dict(context),
        )


def add_webhook_notice(user_id: int, *, language: str, context: Mapping[str, object]) -> None:
    """Add the mail about a webhook that the service has disabled, in the caller's transaction."""
    if mail_is_configured() and User.objects.lock_against_deletion(user_id):
        Mail.objects.create(
            kind=Mail.Kind.WEBHOOK_DISABLED,
            user_id=user_id,
            language=language,
            context=dict(context),
        )
