"""Invitations of users whom an import has created."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Prefetch, Q, prefetch_related_objects
from psycopg import sql

from users_uc.models import Mail, User

_INSERT = """
    INSERT INTO {mails} (kind, user_id, language, import_id)
    SELECT %s, id, %s, import_id FROM {users}
    WHERE email = ANY(%s::text[]) AND is_active ORDER BY email
"""


def invite(emails: Sequence[str], *, language: str) -> None:
    """Add an invitation for each active user with one of these e-mail addresses.

    The caller has created the users in the current transaction.
    """
    names = {
        "mails": sql.Identifier(Mail._meta.db_table),
        "users": sql.Identifier(User._meta.db_table),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(_INSERT).format(**names), [Mail.Kind.INVITATION, language, list(emails)]
        )


def counts(import_id: UUID) -> dict[str, int]:
    """Return how many invitations of the import are `waiting`, `sent` and `given_up`.

    `total` is the sum of the three.
    """
    aggregates: dict[str, Any] = {
        "total": Count("pk"),
        "waiting": Count("pk", filter=Q(sent_at=None, given_up_at=None)),
        "sent": Count("pk", filter=Q(sent_at__isnull=False)),
        "given_up": Count("pk", filter=Q(given_up_at__isnull=False)),
    }
    invitations = Mail.objects.filter(import_id=import_id, kind=Mail.Kind.INVITATION)
    return dict(invitations.aggregate(**aggregates))


def attach_invitations(users: Sequence[User]) -> None:
    """Give each user the list `invitations`, which has one mail or none."""
    invitations = Mail.objects.filter(kind=Mail.Kind.INVITATION)
    prefetch_related_objects(users, Prefetch("mails", invitations, to_attr="invitations"))
