"""The end of what was given to who logged in."""

from collections.abc import Collection

from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from users_uc.models.mail import Mail
from users_uc.models.refresh_family import RefreshFamily


def revoke_logins(user_ids: Collection[int]) -> None:
    """Of people whose `token_version` the same transaction raises, which ends tokens and links.

    A change of address that still waits to be sent would be a link of the time after. It is given
    up, as where the address is another's: which of the two it is must not be seen.
    """
    theirs = RawSQL("SELECT unnest(%s::bigint[])", [list(user_ids)])
    RefreshFamily.objects.filter(user_id__in=theirs).delete()
    waiting = Mail.objects.filter(user_id__in=theirs, sent_at=None, given_up_at=None)
    changes = waiting.filter(kind=Mail.Kind.EMAIL_CHANGE)
    changes.update(given_up_at=Now(), address="", problem="nobody")
