"""The rows of mails: who writes one, who may send it, and what became of it."""

import logging
from datetime import timedelta
from functools import partial
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

from core.celery import DEFAULT
from core.mails import mail_is_configured
from core.queueing.publish import publish
from core.redis import CacheOnRedis
from core.telemetry.messages import trace_headers
from users_uc.models import Mail, User

logger = logging.getLogger(__name__)

SEND_MAILS: Final = "users_uc.send_mails"
MOST_AN_HOUR: Final = 5
"""Mails of one kind to one mailbox, or of one account to new addresses: nobody fills another's."""
MOST_ATTEMPTS: Final = 12
"""The last some five hours after the first, with the default of RECOVER_AFTER_SECONDS."""

_INVITED = "invitations"
_MOST_DOUBLINGS = 7
_LONGEST_WAIT = settings.RECOVER_AFTER * 2**_MOST_DOUBLINGS
# Later than any wait: the clock was set back, and would have to come there again.
_IS_DUE = Q(due_at__lte=Now()) | Q(due_at__gt=Now() + Value(_LONGEST_WAIT))
REMEMBERED: Final = timedelta(seconds=5)
"""After a crash of PostgreSQL: whoever has sent a mail may still have to say so."""
_HAS_BEEN_UP = RawSQL(  # a start in the future: the clock was set back
    "pg_postmaster_start_time() NOT BETWEEN now() - %s AND now()", [REMEMBERED], BooleanField()
)
_IS_NOBODYS = Q(attempts=0) | Q(_HAS_BEEN_UP)
_INVITATIONS = Q(kind=Mail.Kind.INVITATION)


def add(kind: Mail.Kind, *, user: User | None = None, address: str = "") -> None:
    """Have a mail sent as soon as what it tells of is committed.

    To `address`, which may be anybody's, or to the user's. In the language of the request.
    """
    if not mail_is_configured():
        return
    Mail.objects.create(kind=kind, user=user, address=address, language=get_language() or "en")
    transaction.on_commit(
        partial(publish, SEND_MAILS, queue=DEFAULT, headers=trace_headers(linked=True))
    )


def is_any_due(*, invitations: bool) -> bool:
    """Whether there is anything to open a connection for."""
    return _due(invitations=invitations).exists()


def claim(*, invitations: bool) -> Mail | None:
    """A mail that is nobody else's to send until it is due again; None where none is due.

    Urgent mails and invitations are asked for apart: of those there may be a million.
    """
    with transaction.atomic():
        due = _due(invitations=invitations).select_for_update(skip_locked=True, of=("self",))
        mail = due.select_related("user").order_by("due_at").first()
        if mail is not None:
            wait = settings.RECOVER_AFTER * 2 ** min(mail.attempts, _MOST_DOUBLINGS)
            mail.attempts += 1
            row = Mail.objects.filter(pk=mail.pk)
            row.update(attempts=mail.attempts, due_at=Now() + Value(wait))
    if mail is not None and mail.attempts > MOST_ATTEMPTS:  # it ended its worker each time
        abandon(mail, "attempts_exhausted")
        return claim(invitations=invitations)
    return mail


def may_invite() -> bool:
    """Whether fewer than INVITATIONS_PER_MINUTE are claimed."""
    return int(cache.get(_INVITED, 0)) < settings.INVITATIONS_PER_MINUTE


def claim_invitation() -> Mail | None:
    """One to send now; None also where INVITATIONS_PER_MINUTE are claimed."""
    number = cast("CacheOnRedis", cache).count(_INVITED, seconds=60)
    return claim(invitations=True) if number <= settings.INVITATIONS_PER_MINUTE else None


def is_asked_for_too_often(mail: Mail) -> bool:
    """Whether its account has named MOST_AN_HOUR new addresses, be they free or taken.

    If only those to free ones counted, the next mail would tell how many were.
    """
    return mail.kind == Mail.Kind.EMAIL_CHANGE and _is_over(mail, f"account {mail.user_id}")


def is_one_too_many(mail: Mail, *, to: str) -> bool:
    """Whether its mailbox, in any spelling, was sent MOST_AN_HOUR of its kind.

    What is only asked for does not count: nobody uses up another's mails in advance.
    """
    local, _, domain = to.rpartition("@")
    mailbox = f"{local.partition('+')[0]}@{domain}"
    return mail.kind != Mail.Kind.INVITATION and _is_over(mail, mailbox)


def mark_sent(mail: Mail) -> bool:
    """In the transaction whose commit sends it; False where the mail, or its user, is gone by now.

    What was typed is not kept any longer than it is needed.
    """
    if mail.user is None or not User.objects.lock_against_deletion(mail.user.pk):
        return False
    mine = _while_claimed(mail).filter(sent_at=None, given_up_at=None)
    return bool(mine.update(sent_at=Now(), user=mail.user, address="", problem=""))


def mark_again(mail: Mail) -> None:
    """It was sent, and perhaps PostgreSQL has lost that; within REMEMBERED of its start."""
    _while_claimed(mail).update(sent_at=Now(), address="", problem="")


def put_back(mail: Mail, problem: str, *, is_spent: bool = True) -> None:
    """It was not sent, and is tried again when it is due.

    Where its attempt `is_spent`, not after MOST_ATTEMPTS. Not where its account's logins have ended
    since it was claimed: its link would be one of the time after.
    """
    with transaction.atomic():
        if mail.kind == Mail.Kind.EMAIL_CHANGE and not _has_same_logins(mail):
            return
        last = MOST_ATTEMPTS - 1
        _while_claimed(mail).update(
            sent_at=None,
            user=None if mail.is_for_any_holder else mail.user,
            address=mail.address,
            problem=problem,
            attempts=F("attempts") if is_spent else Least(F("attempts"), Value(last)),
            given_up_at=Case(When(attempts__gt=last, then=Now())) if is_spent else None,
        )


def abandon(mail: Mail, problem: str) -> None:
    """It will not be sent."""
    _while_claimed(mail).update(sent_at=None, address="", problem=problem, given_up_at=Now())


def forget_old() -> None:
    """Remove what was sent or given up as long ago as imports are kept."""
    then = Now() - Value(settings.IMPORT_RETENTION)
    Mail.objects.filter(Q(sent_at__lt=then) | Q(given_up_at__lt=then)).delete()


def _due(*, invitations: bool) -> QuerySet[Mail]:
    kinds = _INVITATIONS if invitations else ~_INVITATIONS
    return Mail.objects.filter(kinds, _IS_DUE, _IS_NOBODYS, sent_at=None, given_up_at=None)


def _has_same_logins(mail: Mail) -> bool:
    """As when it was claimed; they do not end before the transaction does."""
    if mail.user is None:
        return False
    same = User.objects.filter(pk=mail.user.pk, token_version=mail.user.token_version)
    return same.select_for_update(no_key=True).first() is not None


def _while_claimed(mail: Mail) -> QuerySet[Mail]:
    """The row, while its latest claim is this one."""
    return Mail.objects.filter(pk=mail.pk, attempts=mail.attempts)


def _is_over(mail: Mail, whose: str) -> bool:
    """Counted when its turn first comes. When Redis is away nothing is, as with request rates."""
    if mail.attempts > 1:
        return False
    key = sha256(f"{mail.kind} {whose}".encode()).hexdigest()
    try:
        count = cast("CacheOnRedis", cache).count(f"mails:{key}", seconds=3600)
    except RedisError as error:
        logger.warning("mail not counted: %s", type(error).__name__)
        return False
    return count > MOST_AN_HOUR
