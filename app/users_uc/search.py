"""The search for a part of a name, an e-mail address or an external id.

The index of the trigrams is optional, because it makes imports slower (ADR 35).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any, Final

from django.db import OperationalError, connection, transaction
from django.db.models import Func, QuerySet, TextField, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Contains
from django.utils.translation import gettext_lazy as _
from psycopg.errors import QueryCanceled
from rest_framework import status
from rest_framework.exceptions import APIException

from users_uc.models import User

INDEX: Final = "user_search"
MIN_LENGTH: Final = 3
"""Characters of which trigrams are made. Shorter texts find whole names."""

_TEXT: Final = (
    "lower((email || E'\\n' || name || E'\\n' || coalesce(external_id, '')) COLLATE \"default\")"
)
CREATE_INDEX: Final = (
    f"CREATE INDEX CONCURRENTLY {INDEX} ON users_uc_user USING gin (({_TEXT}) gin_trgm_ops)"
)
DROP_INDEX: Final = f"DROP INDEX CONCURRENTLY {INDEX}"
STATISTICS: Final = f"ALTER INDEX {INDEX} ALTER COLUMN 1 SET STATISTICS 1000"
"""With more of them, the planner knows texts of one user in a thousand."""
IS_VALID: Final = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"
_TIMEOUT: Final = "2s"
_USE: Final = """
    SELECT set_config('enable_bitmapscan', %s, true), set_config('enable_indexscan', %s, true),
        set_config('enable_seqscan', 'off', true)
"""


class Plan(Enum):
    """A way to read a page: the settings of PostgreSQL for bitmap scans and for index scans."""

    IN_ORDER = ("off", "on")
    """Compare the texts in the order of the list until the page is full."""
    FROM_INDEX = ("on", "off")
    """Read all users with the text from the index, and sort them."""


class _SearchText(Func):
    """The text of the index."""

    template = _TEXT
    output_field = TextField()


class SearchTooSlow(APIException):
    """A search that takes longer than its time limit."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = _("The search takes too long. Send a longer text, or another filter.")
    default_code = "search_too_slow"


def is_too_short(text: str) -> bool:
    """Return whether the text is too short. In some scripts a name has one or two characters."""
    return len(text) < MIN_LENGTH and text.isascii()


def search[Row](users: QuerySet[User, Row], text: str) -> QuerySet[User, Row]:
    """Return the users with this text in the name, e-mail address or external id, in any case."""
    part = text if len(text) >= MIN_LENGTH else f"\n{text}\n"
    return users.filter(Contains(_SearchText(), Lower(Value(part))))


@contextmanager
def bounded_search() -> Iterator[None]:
    """Run the body in a transaction, and limit the time of its queries. Raises `SearchTooSlow`."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [_TIMEOUT])
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise SearchTooSlow from None
        raise


def use(plan: Plan) -> None:
    """Make PostgreSQL read with this plan until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_USE, plan.value)


def estimate(text: str) -> int:
    """Return the planner's estimate of the number of users with this text."""
    plan: list[Any] = json.loads(search(User.objects.values("pk"), text).explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])
