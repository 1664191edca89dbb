"""The text of a key: `acc_<id>_<secret>`.

The secret ends with a checksum, so that a scanner recognises a leaked key without asking the
service, as it does GitHub's tokens. A mistyped key costs no query.
"""

import re
import secrets
import string
import zlib
from typing import Final

PREFIX: Final = "acc_"
PATTERN: Final = r"acc_[0-9]{1,18}_[0-9A-Za-z]{38}"
"""A key, for secret scanners. Its checksum excludes other text of this form."""

_DIGITS: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM: Final = 32
"""Random characters of a secret: 190 bits."""
_CHECKSUM: Final = 6
_KEY: Final = re.compile(PATTERN)


def new_key(key_id: int) -> str:
    """Return the text of a new key."""
    body = f"{PREFIX}{key_id}_" + "".join(secrets.choice(_DIGITS) for _ in range(_RANDOM))
    return body + _checksum(body)


def id_of(key: str) -> int | None:
    """Return the id in the key, or `None` if the text is not a key or its checksum is wrong."""
    if not _KEY.fullmatch(key) or _checksum(key[:-_CHECKSUM]) != key[-_CHECKSUM:]:
        return None
    return int(key.split("_")[1])


def _checksum(body: str) -> str:
    """Return the CRC-32 of the text in base 62."""
    left, digits = zlib.crc32(body.encode()), ""
    for _ in range(_CHECKSUM):
        left, digit = divmod(left, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits
