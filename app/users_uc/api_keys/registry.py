"""The stored keys: creation, look-up and revocation."""

import logging
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from users_uc.api_keys.text import id_of, new_key
from users_uc.models import ApiKey, User
from users_uc.user_queries import lock_users

logger = logging.getLogger(__name__)

MAX_KEYS: Final = 20
"""Keys of one user, expired ones included."""

# One query, because every request runs it. The hash of an old DJANGO_SECRET_KEY is replaced too.
_FIND: Final = """
    WITH found AS (
        SELECT * FROM users_uc_apikey
        WHERE id = %(id)s AND secret_hash = ANY(%(hashes)s)
            AND (expires_at IS NULL OR expires_at > now())
    ), used AS (
        UPDATE users_uc_apikey AS key SET last_used_at = now(), secret_hash = %(newest)s
        FROM found WHERE key.id = found.id
            AND (found.last_used_at IS NULL OR found.last_used_at < now() - interval '10 minutes')
    )
    SELECT * FROM found
"""


class TooManyKeysError(Exception):
    """The user has MAX_KEYS keys."""


def create(
    owner: User, *, name: str, scopes: Collection[str], expires_at: datetime | None
) -> tuple[ApiKey, str]:
    """Create a key. Return it and its text, which nothing stores. Raises `TooManyKeysError`."""
    with transaction.atomic():
        lock_users(owner.pk)
        if owner.api_keys.count() >= MAX_KEYS:
            raise TooManyKeysError
        key = ApiKey(owner=owner, name=name, scopes=sorted(scopes), expires_at=expires_at)
        key.secret_hash = b""  # the text needs the id, which the insert gives
        key.save()
        text = new_key(key.pk)
        key.secret_hash = next(_hashes(text))
        key.save(update_fields=["secret_hash"])
        transaction.on_commit(partial(_log, "created", key.pk, owner.pk))
    return key, text


def find(text: str) -> ApiKey | None:
    """Return the valid key with this text, and note its use. Its owner is not loaded."""
    key_id = id_of(text)
    if key_id is None:
        return None
    hashes = list(_hashes(text))
    values = {"id": key_id, "hashes": hashes, "newest": hashes[0]}
    return next(iter(ApiKey.objects.raw(_FIND, values)), None)


def log_deleted(instance: ApiKey, **kwargs: Any) -> None:
    """Log the end of a key, for whatever reason: a receiver of Django's signal `post_delete`."""
    transaction.on_commit(partial(_log, "deleted", instance.pk, instance.owner_id))


def _log(event: str, key_id: int, owner_id: int) -> None:
    logger.info("API key %s", event, extra={"key_id": key_id, "owner_id": owner_id})


def _hashes(text: str) -> Iterator[bytes]:
    """Yield the hash of the key with DJANGO_SECRET_KEY and with each earlier one."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield salted_hmac("users_uc.api_keys", text, secret=secret, algorithm="sha256").digest()
