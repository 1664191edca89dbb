"""Make vectors.json: password hashes, each made by the library that it names.

Needs passlib and werkzeug from requirements-dev.txt, and for make.js and make.php what their first
lines say. Each run makes other salts, so run it only to add a library:

    python tests/data/password-hashes/make.py > vectors.json
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import argon2
import bcrypt
import passlib.hash
from django.conf import settings
from django.contrib.auth import hashers
from werkzeug.security import generate_password_hash

FOLDER = Path(__file__).parent
PASSWORDS = ("correct horse battery", "käse und brot 7", "x" * 100)
DJANGO = ("PBKDF2", "PBKDF2SHA1", "BCrypt", "BCryptSHA256", "Scrypt", "Argon2", "MD5")
PASSLIB = (
    "pbkdf2_sha1", "pbkdf2_sha256", "pbkdf2_sha512", "scrypt", "phpass", "django_salted_sha1",
    "ldap_md5", "ldap_sha1", "ldap_salted_md5", "ldap_salted_sha1", "ldap_salted_sha256",
    "ldap_salted_sha512", "ldap_pbkdf2_sha1", "ldap_pbkdf2_sha256", "ldap_pbkdf2_sha512",
    "md5_crypt", "apr_md5_crypt", "sha256_crypt", "sha512_crypt",
)  # fmt: skip
CHEAP = {"phpass": 11, "scrypt": 10}


def django(password: str) -> Iterator[str]:
    """Yield Django's hashes."""
    for name in DJANGO:
        hasher = getattr(hashers, f"{name}PasswordHasher")()
        hasher.rounds, hasher.iterations, hasher.memory_cost = 4, 1000, 1024
        yield hasher.encode(password, hasher.salt())


def with_passlib(password: str) -> Iterator[str]:
    """Yield the hashes of passlib."""
    for name in PASSLIB:
        handler = getattr(passlib.hash, name)
        options = {"rounds": CHEAP.get(name, 1000)} if "rounds" in handler.setting_kwds else {}
        yield handler.using(**options).hash(password)


def werkzeug(password: str) -> Iterator[str]:
    """Yield the hashes of Werkzeug."""
    for method in ("scrypt", "pbkdf2:sha256:1000", "pbkdf2:sha1:1000", "pbkdf2:sha512:1000"):
        yield generate_password_hash(password, method)


def argon2_cffi(password: str) -> Iterator[str]:
    """Yield the hashes of argon2-cffi."""
    for variety in argon2.Type:
        yield argon2.PasswordHasher(memory_cost=64, time_cost=1, type=variety).hash(password)


def with_bcrypt(password: str) -> Iterator[str]:
    """Yield the hashes of bcrypt."""
    for prefix in (b"2a", b"2b"):
        yield bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4, prefix)).decode()


def vectors() -> Iterator[dict[str, str]]:
    """Yield the vectors of all libraries."""
    settings.configure()
    for package, make in (
        ("Django", django),
        ("passlib", with_passlib),
        ("Werkzeug", werkzeug),
        ("argon2-cffi", argon2_cffi),
        ("bcrypt", with_bcrypt),
    ):
        library = f"{package} {version(package)}"
        for password in PASSWORDS:
            usable = password[:72] if make is django else password  # bcrypt 5 takes 72 bytes
            for encoded in make(usable):
                yield {"library": library, "password": usable, "hash": encoded}
    for program, script in (("node", "make.js"), ("php", "make.php")):
        command = [program, str(FOLDER / script), *PASSWORDS]
        answer = subprocess.run(command, capture_output=True, check=True)  # noqa: S603
        yield from map(json.loads, answer.stdout.splitlines())


if __name__ == "__main__":
    json.dump(list(vectors()), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
