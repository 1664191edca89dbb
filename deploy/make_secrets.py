"""Create the secrets of an installation once, in a folder that its other services read.

usage: make_secrets.py [--renew NAME | --check | --missing]     in SECRETS_DIR

A value in the environment replaces the random one. The command keeps existing secrets, so that it
may run at any time, also several times at once.
"""

import argparse
import base64
import fcntl
import json
import os
import re
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class SecretsError(Exception):
    """An error that the operator has to fix."""


@dataclass(frozen=True)
class Secret:
    """A secret that the environment variable `variable` overrides.

    With fewer than `min_bytes` bytes the services would not start. `is_ours`: the value is created
    and kept here; otherwise it is the current value of the variable, or empty. A key `is_pem` has
    several lines.
    """

    variable: str
    min_bytes: int = 1
    is_ours: bool = True
    is_pem: bool = False


# The private key comes before the secret one, which shows that an installation is not a new one.
SECRETS = {
    "django_secret_key": Secret("DJANGO_SECRET_KEY", 32),
    "jwt_private_key": Secret("JWT_PRIVATE_KEY", is_pem=True),
    "jwt_secret_key": Secret("JWT_SECRET_KEY", 32),
    "db_password": Secret("DB_PASSWORD"),
    "redis_password": Secret(""),
    "storage_secret_key": Secret("STORAGE_SECRET_KEY"),
    "grafana_password": Secret("GRAFANA_PASSWORD"),
    "jwt_previous_secret_keys": Secret("JWT_PREVIOUS_SECRET_KEYS", 32, is_ours=False),
    "django_previous_secret_keys": Secret("DJANGO_PREVIOUS_SECRET_KEYS", 32, is_ours=False),
    "email_host_password": Secret("EMAIL_HOST_PASSWORD", is_ours=False),
    "firebase_scrypt_signer_key": Secret("FIREBASE_SCRYPT_SIGNER_KEY", is_ours=False),
}
_WORKERS = (
    "django_secret_key", "django_previous_secret_keys", "jwt_secret_key", "db_password",
    "redis_url", "storage_secret_key", "email_host_password", "firebase_scrypt_signer_key",
)  # fmt: skip
COPIES = {
    "web": (*_WORKERS, "jwt_private_key", "jwt_previous_secret_keys"),
    "workers": _WORKERS,
    "postgres": ("db_password",),
    "redis": ("redis.conf", "redis_password"),
    "grafana": ("grafana_password",),
    "store": ("store.json",),
}
"""The files that each service gets, in a volume of its own. It cannot read the other secrets.

`workers` are the Celery workers and beat, which sign no tokens. They have `jwt_secret_key` because
the settings need one of the keys. It signs only if `JWT_ALGORITHM` is HS256.
"""
_PKCS8 = {
    "EdDSA": "302e020100300506032b657004220420",
    "ES256": "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420",
}
"""The DER of a private key of 32 bytes before these bytes, by algorithm (RFC 8410, RFC 5915)."""
_ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_PRIVATE_PEM = re.compile(
    r"(?s)(-----BEGIN EC PARAMETERS-----.*?)?"
    r"-----BEGIN (EC )?PRIVATE KEY-----[A-Za-z0-9+/=\s]+-----END (EC )?PRIVATE KEY-----"
)
REDIS_HOST = "redis:6379"
STORE_ACCESS_KEY = "accounts"
"""The access key of the store of deploy/s3.yml."""


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Lock the folder: two runs at once must not create two sets of secrets."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def _write(path: Path, value: str) -> None:
    """Replace the file as a whole. The servers that read it run as other system users."""
    if path.exists() and _read(path) == value:
        return
    unfinished = path.with_name(f".{path.name}")
    unfinished.unlink(missing_ok=True)
    unfinished.write_text(f"{value}\n", encoding="utf-8")
    unfinished.chmod(0o444)
    unfinished.replace(path)


def _override(secret: Secret, env: Mapping[str, str]) -> str:
    value = env.get(secret.variable, "").strip()
    if value and len(value.encode()) < secret.min_bytes:
        raise SecretsError(f"{secret.variable} must have at least {secret.min_bytes} bytes.")
    if "\n" in value and not secret.is_pem:
        raise SecretsError(f"{secret.variable} must be a single line.")
    if value and secret.is_pem and not _PRIVATE_PEM.fullmatch(value):
        raise SecretsError(
            f"{secret.variable} must be a private key in PEM format, without a passphrase."
        )
    return value


def new_private_key(algorithm: str = "EdDSA") -> str:
    """Return a random private key in PEM format (PKCS #8): of Ed25519, or of P-256 for ES256."""
    is_p256 = algorithm == "ES256"
    number = 1 + secrets.randbelow(_ORDER_OF_P256 - 1) if is_p256 else secrets.randbits(256)
    body = base64.b64encode(bytes.fromhex(_PKCS8[algorithm]) + number.to_bytes(32)).decode()
    lines = [body[start : start + 64] for start in range(0, len(body), 64)]
    return "\n".join(["-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----"])


def _algorithm(env: Mapping[str, str]) -> str:
    value = env.get("JWT_ALGORITHM", "").strip()
    if value not in {"", "HS256", *_PKCS8}:
        raise SecretsError(f"JWT_ALGORITHM must be EdDSA, ES256 or HS256, not {value}.")
    return value


def _new_private_key(before: Mapping[str, str], env: Mapping[str, str], *, is_renewed: bool) -> str:
    """Return a private key, or nothing for an installation whose tokens have a secret key."""
    algorithm = _algorithm(env)
    has_secret = before["jwt_secret_key"] or env.get("JWT_SECRET_KEY", "").strip()
    if is_renewed or algorithm in _PKCS8 or not (algorithm or has_secret):
        return new_private_key(algorithm if algorithm in _PKCS8 else "EdDSA")
    return ""


def _value(name: str, before: Mapping[str, str], env: Mapping[str, str], renew: str) -> str:
    secret = SECRETS[name]
    override = _override(secret, env)
    if override and name == renew:
        raise SecretsError(f"{secret.variable} is set in the environment. Change the value there.")
    if not secret.is_ours:
        return override
    existing = "" if name == renew else before[name]
    if override or existing:
        return override or existing
    if secret.is_pem:
        return _new_private_key(before, env, is_renewed=name == renew)
    return secrets.token_hex(32)


def _store_keys(secret_key: str) -> str:
    """Return the configuration of the store of deploy/s3.yml."""
    keys = {"accessKey": STORE_ACCESS_KEY, "secretKey": secret_key}
    identity = {"name": STORE_ACCESS_KEY, "credentials": [keys], "actions": ["Admin"]}
    return json.dumps({"identities": [identity]})


def check(env: Mapping[str, str]) -> None:
    """Raise SecretsError if a value in the environment would not be accepted."""
    _algorithm(env)
    for secret in SECRETS.values():
        _override(secret, env)


def copy_to_servers(folder: Path, copies: Path) -> None:
    """Copy to each service the files that it needs.

    Without a volume, as the store without deploy/s3.yml, its folder cannot be written.
    """
    for server, names in COPIES.items():
        if os.access(copies / server, os.W_OK):
            for name in names:
                _write(copies / server / name, _read(folder / name))


def make_secrets(
    folder: Path, env: Mapping[str, str], *, renew: str = "", only_missing: bool = False
) -> list[str]:
    """Write missing, given and renewed secrets, and return the names of new and changed ones.

    With `only_missing` no existing file changes.
    """
    with _locked(folder):
        before = {name: _read(folder / name) for name in SECRETS}
        values = {name: _value(name, before, env, renew) for name in SECRETS}
        password = values["redis_password"]
        own_redis = f"redis://:{password}@{REDIS_HOST}/0"
        derived = {
            "redis.conf": f"requirepass {password}",
            "store.json": _store_keys(values["storage_secret_key"]),
            "redis_url": env.get("REDIS_URL", "").strip() or own_redis,
        }
        for name, value in (values | derived).items():
            if not (only_missing and (folder / name).exists()):
                _write(folder / name, value)
    return [name for name in SECRETS if _read(folder / name) != before[name]]


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Create the secrets of an installation.")
    ours = [name for name, secret in SECRETS.items() if secret.is_ours]
    parser.add_argument("--renew", default="", choices=ours, metavar="NAME",
                        help=f"replace this secret: {', '.join(ours)}")  # fmt: skip
    parser.add_argument("--check", action="store_true",
                        help="check the values in the environment, and write nothing")  # fmt: skip
    parser.add_argument("--missing", action="store_true",
                        help="write only the files that do not exist")  # fmt: skip
    options = parser.parse_args()
    folder = Path(os.environ.get("SECRETS_DIR", "/srv/secrets"))
    try:
        if options.check:
            check(os.environ)
            return
        changed = make_secrets(
            folder, os.environ, renew=options.renew, only_missing=options.missing
        )
        copy_to_servers(folder, Path(os.environ.get("SECRETS_COPIES", "/srv/secrets-of")))
    except (SecretsError, OSError) as error:
        sys.exit(f"secrets: {error}")
    print(f"secrets: wrote {', '.join(changed)}" if changed else "secrets: all secrets exist")


if __name__ == "__main__":
    main()
