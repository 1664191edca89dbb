"""Revocation of logins."""

from collections.abc import Collection

from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from users_uc.models.api_key import ApiKey
from users_uc.models.mail import Mail
from users_uc.models.refresh_family import RefreshFamily


def revoke_logins(user_ids: Collection[int]) -> None:
    """Delete the token families of users and abandon their unsent changes of the e-mail address.

    Users who are deactivated lose their API keys too. Other users keep them, because a program must
    not stop when a user chooses another password.

    The caller raises `token_version` in the same transaction, which invalidates tokens and links. A
    mail with a change that is sent later would contain a valid link. It is abandoned with the same
    `problem` as a mail whose e-mail address is taken, so that the two look the same.
    """
    ids = RawSQL("SELECT unnest(%s::bigint[])", [list(user_ids)])
    RefreshFamily.objects.filter(user_id__in=ids).delete()
    ApiKey.objects.filter(owner_id__in=ids, owner__is_active=False).delete()
    unsent = Mail.objects.filter(user_id__in=ids, sent_at=None, given_up_at=None)
    changes = unsent.filter(kind=Mail.Kind.EMAIL_CHANGE)
    changes.update(given_up_at=Now(), address="", problem="nobody")
