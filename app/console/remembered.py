"""Mappings of columns that a user has chosen before, by the headers of the file."""

import hashlib
import json
from collections.abc import Iterable

from django.db.models.functions import Now

from console.models import RememberedMapping
from tasks.reading.header_rules import Columns
from tasks.reading.known_headers import normalised
from users_uc.models import User


def recall(owner: User, headers: Iterable[str]) -> Columns | None:
    """Return the option `columns` of the user's last file with these headers, or `None`."""
    found = RememberedMapping.objects.filter(owner=owner, headers=_hash(headers)).first()
    return found.columns if found else None


def remember(owner: User, headers: Iterable[str], columns: Columns) -> None:
    """Store the option `columns` for files with these headers."""
    values = {"columns": dict(columns), "changed_at": Now()}
    RememberedMapping.objects.update_or_create(owner=owner, headers=_hash(headers), defaults=values)


def forget(owner: User, headers: Iterable[str]) -> None:
    """Delete the mapping of files with these headers."""
    RememberedMapping.objects.filter(owner=owner, headers=_hash(headers)).delete()


def _hash(headers: Iterable[str]) -> str:
    """Return a hash that does not depend on the order and the spelling of the headers."""
    names = sorted(map(normalised, headers))
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()
