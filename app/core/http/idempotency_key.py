"""The header `Idempotency-Key`, by which a client may repeat a POST safely."""

import re
from typing import Final

from django.utils.translation import gettext as _
from rest_framework import serializers

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = {"Idempotent-Replayed": "true"}
"""The header of the answer to a repeated request."""


def checked_key(key: str | None) -> str | None:
    """Return the key of a request. Raises DRF's `ValidationError` if it is not a valid one."""
    if key is not None and not re.fullmatch(r"[ -~]{1,255}", key):
        message = _("This is not a valid key. Send 1 to 255 printable ASCII characters.")
        raise serializers.ValidationError({HEADER: [message]})
    return key
