"""Secrets of webhooks, encrypted with DJANGO_SECRET_KEY while they are stored (ADR 46)."""

import secrets
from base64 import b64decode, b64encode, urlsafe_b64encode
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

PREFIX: Final = "whsec_"
_BYTES: Final = 32


class UnreadableSecretError(Exception):
    """No present key has encrypted the secret. Rotate the secret of the webhook."""


def new_secret() -> str:
    """Return a secret in the notation of Standard Webhooks: `whsec_` and 32 bytes in base64."""
    return PREFIX + b64encode(secrets.token_bytes(_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """Return the bytes with which the secret signs."""
    return b64decode(secret.removeprefix(PREFIX))


def seal(secret: str) -> str:
    """Encrypt the secret."""
    return _ring().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt the secret. Raises `UnreadableSecretError`."""
    try:
        return _ring().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise UnreadableSecretError from None


def renew(sealed: str) -> str:
    """Encrypt the secret with the newest key. Return it unchanged if no present key reads it."""
    try:
        return _ring().rotate(sealed.encode()).decode()
    except InvalidToken:
        return sealed


def _ring() -> MultiFernet:
    """Return the ciphers of the newest DJANGO_SECRET_KEY and of each earlier one."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_cipher_key(key)) for key in keys])


def _cipher_key(secret_key: str) -> bytes:
    key = salted_hmac("webhooks.sealed", "", secret=secret_key, algorithm="sha256").digest()
    return urlsafe_b64encode(key)
