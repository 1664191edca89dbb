"""The outbox of mails: adding, claiming, retrying and abandoning their rows."""

import logging
from datetime import timedelta
from hashlib import sha256
from typing import Final, cast

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import BooleanField, Case, F, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Least, Now
from django.utils.translation import get_language
from redis.exceptions import RedisError

from core.celery import MAILS
from core.mails import mail_is_configured
from core.postgres.unlocked import delete_unlocked
from core.queueing.publish import publish
from core.redis import CacheOnRedis
from core.telemetry.messages import trace_headers
from users_uc.models import Mail, User

logger = logging.getLogger(__name__)

SEND_MAILS: Final = "users_uc.send_mails"
MAX_PER_HOUR: Final = 5
"""Mails of one kind and cause to one mailbox, and mails from one account to new e-mail addresses.

The limit keeps a stranger from flooding a mailbox.
"""
MAX_ATTEMPTS: Final = 12
"""The last one is about five hours after the first, with the default of RECOVER_AFTER_SECONDS."""
STARTUP_GRACE: Final = timedelta(seconds=5)
"""Time after a start of PostgreSQL in which no claimed mail is claimed again.

A worker whose commit was lost in a crash marks its mail as sent in this time.
"""

_INVITATION_COUNTER = "invitations"
_OWN_LIMITS = (Mail.Kind.INVITATION, Mail.Kind.IMPORT_ENDED)
"""Kinds that only importers cause. The number of their uploads is limited."""
_MAX_DOUBLINGS = 7
_MAX_WAIT = settings.RECOVER_AFTER * 2**_MAX_DOUBLINGS
# A mail that is due later than any wait allows was scheduled before the clock was set back.
_IS_DUE = Q(due_at__lte=Now()) | Q(due_at__gt=Now() + Value(_MAX_WAIT))
_GRACE_IS_OVER = RawSQL(  # a start in the future: the clock was set back
    "pg_postmaster_start_time() NOT BETWEEN now() - %s AND now()", [STARTUP_GRACE], BooleanField()
)
_IS_CLAIMABLE = Q(attempts=0) | Q(_GRACE_IS_OVER)
_INVITATIONS = Q(kind=Mail.Kind.INVITATION)
# A mail of a kind that only a later version of the service knows waits for that version.
_OTHERS = Q(kind__in=[kind for kind in Mail.Kind.values if kind != Mail.Kind.INVITATION])


def add(
    kind: Mail.Kind, *, user: User | None = None, address: str = "", by_registration: bool = False
) -> None:
    """Add a mail in the language of the request, to be sent when the transaction commits.

    The recipient is `address` if it is given, else the e-mail address of `user`. A mail without a
    user goes to the user who has `address` when the mail is sent.
    """
    if not mail_is_configured():
        return
    language = get_language() or "en"
    Mail.objects.create(
        kind=kind, user=user, address=address, by_registration=by_registration, language=language
    )
    transaction.on_commit(publish_sender)


def publish_sender() -> None:
    """Queue the task that sends mails."""
    publish(SEND_MAILS, queue=MAILS, headers=trace_headers(linked=True))


def has_due(*, invitations: bool) -> bool:
    """Return whether a mail is due, so that a connection is worth opening."""
    return _due(invitations=invitations).exists()


def claim(*, invitations: bool) -> Mail | None:
    """Claim a due mail and return it, or `None` if no mail is due.

    No other worker sends the mail until it is due again. Invitations are claimed separately,
    because there may be a million of them.
    """
    with transaction.atomic():
        due = _due(invitations=invitations).select_for_update(skip_locked=True, of=("self",))
        mail = due.select_related("user").order_by("due_at").first()
        if mail is not None:
            wait = settings.RECOVER_AFTER * 2 ** min(mail.attempts, _MAX_DOUBLINGS)
            mail.attempts += 1
            row = Mail.objects.filter(pk=mail.pk)
            row.update(attempts=mail.attempts, due_at=Now() + Value(wait))
    if mail is not None and mail.attempts > MAX_ATTEMPTS:  # its worker died in each attempt
        abandon(mail, "attempts_exhausted")
        return claim(invitations=invitations)
    return mail


def may_invite() -> bool:
    """Return whether fewer than INVITATIONS_PER_MINUTE invitations are claimed in this minute."""
    return int(cache.get(_INVITATION_COUNTER, 0)) < settings.INVITATIONS_PER_MINUTE


def claim_invitation() -> Mail | None:
    """Claim a due invitation and return it, or `None` if none is due or the limit is reached."""
    number = cast("CacheOnRedis", cache).count(_INVITATION_COUNTER, seconds=60)
    return claim(invitations=True) if number <= settings.INVITATIONS_PER_MINUTE else None


def exceeds_account_limit(mail: Mail) -> bool:
    """Return whether the account has asked for more than MAX_PER_HOUR new e-mail addresses.

    E-mail addresses of other users count too. Otherwise the number of mails that arrive would
    reveal how many of the e-mail addresses are free.
    """
    if mail.kind != Mail.Kind.EMAIL_CHANGE:
        return False
    return _exceeds_limit(mail, f"account {mail.user_id}")


def exceeds_mailbox_limit(mail: Mail, *, to: str) -> bool:
    """Return whether the mailbox has received MAX_PER_HOUR mails of this kind in this hour.

    Mails that registrations cause and mails that are asked for are counted apart. Only mails that
    are about to be sent count, so that a stranger cannot use up the limit in advance.
    """
    if mail.kind in _OWN_LIMITS:
        return False
    cause = "registration" if mail.by_registration else "request"
    return _exceeds_limit(mail, f"{cause} {_counted_address(mail, to)}")


def mark_sent(mail: Mail) -> bool:
    """Mark the mail as sent, in the transaction whose commit sends it.

    The e-mail address is removed, because it is no longer needed. Return `False` if another worker
    has claimed the mail or the user was deleted.
    """
    if mail.user is None or not User.objects.lock_against_deletion(mail.user.pk):
        return False
    unsent = _while_claimed(mail).filter(sent_at=None, given_up_at=None)
    return bool(unsent.update(sent_at=Now(), user=mail.user, address="", problem=""))


def mark_sent_again(mail: Mail) -> None:
    """Mark a sent mail whose first mark PostgreSQL may have lost, within STARTUP_GRACE."""
    _while_claimed(mail).update(sent_at=Now(), address="", problem="")


def retry_later(mail: Mail, problem: str, *, counts: bool = True) -> None:
    """Mark the mail as not sent, so that it is sent when it is due again.

    If the attempt `counts` and was the last one, the mail is abandoned. A mail that changes the
    e-mail address is not retried if the user's logins were revoked since the claim: its new link
    would be valid.
    """
    with transaction.atomic():
        if mail.kind == Mail.Kind.EMAIL_CHANGE and not _has_same_logins(mail):
            return
        last = MAX_ATTEMPTS - 1
        _while_claimed(mail).update(
            sent_at=None,
            user=None if mail.is_for_any_holder else mail.user,
            address=mail.address,
            problem=problem,
            attempts=F("attempts") if counts else Least(F("attempts"), Value(last)),
            given_up_at=Case(When(attempts__gt=last, then=Now())) if counts else None,
        )


def abandon(mail: Mail, problem: str) -> None:
    """Abandon the mail, which is then never sent."""
    _while_claimed(mail).update(sent_at=None, address="", problem=problem, given_up_at=Now())


def delete_old() -> None:
    """Delete mails that were sent or abandoned longer ago than IMPORT_RETENTION_DAYS."""
    limit = Now() - Value(settings.IMPORT_RETENTION)
    delete_unlocked(Mail.objects.filter(Q(sent_at__lt=limit) | Q(given_up_at__lt=limit)))


def _due(*, invitations: bool) -> QuerySet[Mail]:
    kinds = _INVITATIONS if invitations else _OTHERS
    return Mail.objects.filter(kinds, _IS_DUE, _IS_CLAIMABLE, sent_at=None, given_up_at=None)


def _has_same_logins(mail: Mail) -> bool:
    """Lock the user, and return whether no login was revoked since the mail was claimed."""
    if mail.user is None:
        return False
    unchanged = User.objects.filter(pk=mail.user.pk, token_version=mail.user.token_version)
    return unchanged.select_for_update(no_key=True).first() is not None


def _while_claimed(mail: Mail) -> QuerySet[Mail]:
    """Return the row of the mail, or no row if it was claimed again."""
    return Mail.objects.filter(pk=mail.pk, attempts=mail.attempts)


def _counted_address(mail: Mail, to: str) -> str:
    """Return the e-mail address, or one name for all spellings of a mailbox with a `+tag`.

    A stranger can register any number of such spellings. They have a limit of their own, which the
    e-mail address without a tag and accounts with a known owner do not share.
    """
    local, _, domain = to.rpartition("@")
    name, plus, _ = local.partition("+")
    has_known_owner = mail.user and mail.user.email == to and mail.user.has_known_owner()
    return to if has_known_owner or not plus else f"{name}+@{domain}"


def _exceeds_limit(mail: Mail, counter: str) -> bool:
    """Count the mail in its first attempt, and return whether it exceeds MAX_PER_HOUR.

    While Redis is unavailable nothing is counted, as with the rate limits of requests.
    """
    if mail.attempts > 1:
        return False
    key = sha256(f"{mail.kind} {counter}".encode()).hexdigest()
    try:
        count = cast("CacheOnRedis", cache).count(f"mails:{key}", seconds=3600)
    except RedisError as error:
        logger.warning("Redis is unavailable, a mail was not counted: %s", type(error).__name__)
        return False
    return count > MAX_PER_HOUR
