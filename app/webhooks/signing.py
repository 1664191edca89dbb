"""The body and the headers of an event: https://www.standardwebhooks.com, version 1.0.0."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC

import orjson
from django.utils import timezone

from core import __version__
from webhooks import sealed
from webhooks.models import Delivery, Webhook


def body_of(delivery: Delivery) -> bytes:
    """Return the JSON document of the event, the same in each attempt."""
    timestamp = delivery.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    document = {"type": delivery.event_type, "timestamp": timestamp, "data": delivery.data}
    return orjson.dumps(document)


def headers_of(delivery: Delivery, body: bytes) -> dict[str, str]:
    """Return the headers of an attempt that is made now. Raises `UnreadableSecretError`."""
    now = str(int(timezone.now().timestamp()))
    content = f"{delivery.message_id}.{now}.".encode() + body
    signatures = [_signature(secret, content) for secret in _secrets(delivery.webhook)]
    return {
        "Content-Type": "application/json",
        "User-Agent": f"accounts-webhooks/{__version__}",
        "webhook-id": delivery.message_id,
        "webhook-timestamp": now,
        "webhook-signature": " ".join(signatures),
    }


def _secrets(webhook: Webhook) -> Iterator[str]:
    """Yield the secret, and each earlier one for a day after its rotation.

    An earlier one that no key reads is left out: a rotation replaces it.
    """
    yield sealed.unseal(webhook.secret)
    for secret, _ in webhook.earlier_secrets():
        with suppress(sealed.UnreadableSecretError):
            yield sealed.unseal(secret)


def _signature(secret: str, content: bytes) -> str:
    digest = hmac.digest(sealed.key_of(secret), content, hashlib.sha256)
    return f"v1,{b64encode(digest).decode()}"
