"""Settings of tokens and of their keys: a part of core.settings."""

from datetime import timedelta

from django.core.exceptions import ImproperlyConfigured

from core import env, signing_keys


def _signing_key() -> str:
    """Return the key of JWT_ALGORITHM that signs: a secret, or a private key as PEM."""
    if JWT_ALGORITHM == "HS256":
        return env.secret("JWT_SECRET_KEY", min_bytes=32)
    if _OWN is None:
        raise ImproperlyConfigured(f"Set JWT_PRIVATE_KEY: JWT_ALGORITHM is {JWT_ALGORITHM}.")
    if _OWN.algorithm != JWT_ALGORITHM:
        raise ImproperlyConfigured(
            f"JWT_PRIVATE_KEY is a key for {_OWN.algorithm}, and JWT_ALGORITHM is {JWT_ALGORITHM}. "
            "Unset JWT_ALGORITHM, or set another key."
        )
    return _PEM


_PRIVATE = env.optional_secret("JWT_PRIVATE_KEY")
_PEM, _OWN = signing_keys.private_key("JWT_PRIVATE_KEY", _PRIVATE) if _PRIVATE else ("", None)
JWT_ALGORITHM = env.choice(
    "JWT_ALGORITHM", _OWN.algorithm if _OWN else "HS256", {"EdDSA", "ES256", "HS256"}
)
JWT_PREVIOUS_SECRET_KEYS = env.secrets("JWT_PREVIOUS_SECRET_KEYS", min_bytes=32)
# The keys of the key set. Unless JWT_ALGORITHM is HS256, the first one is that of JWT_PRIVATE_KEY.
JWT_PUBLIC_KEYS = [
    *([_OWN] if _OWN and JWT_ALGORITHM != "HS256" else []),
    *signing_keys.public_keys(
        "JWT_PREVIOUS_PUBLIC_KEYS", env.optional_secret("JWT_PREVIOUS_PUBLIC_KEYS")
    ),
]
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(hours=1),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=1),
    "ALGORITHM": JWT_ALGORITHM,
    "SIGNING_KEY": _signing_key(),
    "VERIFYING_KEY": "" if JWT_ALGORITHM == "HS256" else JWT_PUBLIC_KEYS[0].pem,
    "AUDIENCE": "accounts-api",
    "ISSUER": env.line("JWT_ISSUER", "accounts"),
    "AUTH_HEADER_TYPES": ("Bearer",),
    "AUTH_TOKEN_CLASSES": ("users_uc.tokens.key_ring.AccessToken",),
    "TOKEN_OBTAIN_SERIALIZER": "users_uc.serializers.access.LoginSerializer",
}
