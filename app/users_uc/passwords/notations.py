"""Password hashes as other systems write them.

This module does not import Django. docs/imports.md lists the notations.
"""

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from users_uc.passwords import builders, keycloak
from users_uc.passwords.foreign_hashes import ARGON2, CELL_MAX_LENGTH, MAX_LENGTH
from users_uc.passwords.schemes import Argon2, Digest, Fault, Foreign, HashError

IMPORTED: Final = "imported$"
"""Stands before a hash that is stored as its system wrote it."""
BARE: Final = "bare$"
"""Stands before the form of a Digest that is not stored in the users table."""

_BASE64, _SALT, _HEX = "[A-Za-z0-9+/._-]{1,172}={0,2}", "[^$]{1,64}", "[0-9A-Fa-f]{32,256}"
_DIGEST, _NUMBER = "(?P<digest>sha1|sha256|sha512)", "[1-9][0-9]{0,7}"
_DELEGATING: Final = re.compile(r"\{(?:bcrypt|crypt|argon2)\}(?=\$)", re.IGNORECASE)
"""A prefix of LDAP servers and of Spring Security."""


@dataclass(frozen=True)
class _Notation:
    """A notation: a hash that begins like `prefix` must match `whole`."""

    prefix: re.Pattern[str]
    whole: re.Pattern[str]
    build: Callable[[re.Match[str]], Foreign]


def _notation(
    prefix: str, rest: str, build: Callable[[re.Match[str]], Foreign], flags: int = 0
) -> _Notation:
    return _Notation(re.compile(prefix, flags), re.compile(prefix + rest, flags), build)


_NOTATIONS: Final = (
    _Notation(re.compile(r"argon2\$argon2(?:id|i|d)\$"), re.compile(ARGON2), builders.argon2),
    # Django writes "bcrypt$" or "bcrypt_sha256$" before the hash, WordPress "$wp".
    _notation(
        r"(?P<form>bcrypt\$|bcrypt_sha256\$|\$wp|)\$2[abxy]?\$",
        r"(?<=2[aby]\$)(?P<cost>[0-9]{2})\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}"
        r"[.CGKOSWaeimquy26]",
        builders.bcrypt,
    ),
    # Django
    _notation(
        r"scrypt\$",
        rf"(?P<n>{_NUMBER})\$(?P<text_salt>{_SALT})\$(?P<r>{_NUMBER})\$(?P<p>{_NUMBER})"
        rf"\$(?P<key>{_BASE64})",
        builders.scrypt,
    ),
    # Werkzeug
    _notation(
        r"scrypt:",
        rf"(?P<n>{_NUMBER}):(?P<r>{_NUMBER}):(?P<p>{_NUMBER})\$(?P<text_salt>{_SALT})"
        rf"\$(?P<hex>{_HEX})",
        builders.scrypt,
    ),
    # PHC string
    _notation(
        r"\$scrypt\$",
        rf"ln=(?P<ln>[1-9][0-9]?),r=(?P<r>{_NUMBER}),p=(?P<p>{_NUMBER})\$(?P<salt>{_BASE64})"
        rf"\$(?P<key>{_BASE64})",
        builders.scrypt,
    ),
    # Django
    _notation(
        rf"pbkdf2_{_DIGEST}\$",
        rf"(?P<iterations>{_NUMBER})\$(?P<text_salt>{_SALT})"
        r"\$(?P<key>(?:[A-Za-z0-9+/]{4}){5,43}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)",
        builders.pbkdf2,
    ),
    # Werkzeug
    _notation(
        rf"pbkdf2:{_DIGEST}",
        rf":(?P<iterations>{_NUMBER})\$(?P<text_salt>{_SALT})\$(?P<hex>{_HEX})",
        builders.pbkdf2,
    ),
    # Keycloak, passlib, PHC strings and OpenLDAP
    _notation(
        r"(?:\$pbkdf2(?:-(?P<digest>sha1|sha256|sha512))?\$"
        r"|\{(?i:PBKDF2(?:-(?P<ldap>SHA1|SHA256|SHA512))?)\})",
        rf"(?:i=)?(?P<iterations>{_NUMBER})(?:,l=[0-9]+)?\$(?P<salt>{_BASE64})\$(?P<key>{_BASE64})",
        builders.pbkdf2,
    ),
    _notation(
        r"firebase_scrypt\$",
        rf"(?P<salt>{_BASE64})\$(?P<key>{_BASE64})",
        builders.firebase_scrypt,
    ),
    # ASP.NET Identity 3, and Identity 2 with one byte 0, 16 bytes of salt and 32 of the key
    _notation(r"AQAAAA[AEI]", r"[A-Za-z0-9+/]{50,240}={0,2}", builders.identity_3),
    _notation(r"A[A-P][A-Za-z0-9+/]{64}==$", "", builders.identity_2),
    # Django and Werkzeug
    _notation(
        r"(?P<digest>md5|sha1|sha256|sha512)\$",
        rf"(?P<text_salt>[^$]{{0,64}})\$(?P<hex>{_HEX})",
        builders.text_digest,
    ),
    # LDAP
    _notation(
        r"\{(?P<salted>S?)(?P<name>MD5|SHA(?:-?(?:1|256|512))?)\}",
        rf"(?P<key>{_BASE64})",
        builders.ldap_digest,
        re.IGNORECASE,
    ),
    # crypt(3), Apache, Moodle since 4.3
    _notation(
        r"\$(?P<form>1|apr1)\$",
        r"(?P<text_salt>[./0-9A-Za-z]{0,8})\$(?P<key>[./0-9A-Za-z]{22})",
        builders.md5_crypt,
    ),
    _notation(
        r"\$(?P<form>[56])\$",
        r"(?:rounds=(?P<rounds>[1-9][0-9]{3,8})\$)?(?P<text_salt>[./0-9A-Za-z]{0,16})"
        r"\$(?P<key>[./0-9A-Za-z]{43,86})",
        builders.sha_crypt,
    ),
    # phpass, WordPress before 6.8
    _notation(
        r"\$(?P<form>[PH])\$",
        r"(?P<rounds>[./0-9A-Za-z])(?P<text_salt>[./0-9A-Za-z]{8})(?P<key>[./0-9A-Za-z]{22})",
        builders.phpass,
    ),
)


def parse(text: str) -> Foreign:
    """Return what the hash says. Raises `HashError` if it is not accepted."""
    for notation in _NOTATIONS:
        if notation.prefix.match(text):
            whole = notation.whole.fullmatch(text)
            if whole is None:
                raise HashError(Fault.MALFORMED)
            return notation.build(whole)
    raise HashError(Fault.UNKNOWN)


def storable(cell: str) -> tuple[str, Foreign]:
    """Return the hash as chunk files have it, and what it says. Raises `HashError`.

    A Digest begins with BARE, and the load wraps it. All others are stored in this form.
    """
    if len(cell) > CELL_MAX_LENGTH:
        raise HashError(Fault.MALFORMED)
    text = keycloak.as_phc(cell) if keycloak.is_credential(cell) else _DELEGATING.sub("", cell)
    if re.match(r"\$argon2", text):
        text = f"argon2{text}"
    match foreign := parse(text):
        case Argon2(encoded):
            stored = encoded
        case Digest(kind, salt, digest):
            stored = f"{BARE}{kind}${b64encode(salt).decode()}${digest.hex()}"
        case _:
            stored = f"{IMPORTED}{text}"
    if len(stored) > MAX_LENGTH:
        raise HashError(Fault.MALFORMED)
    return stored, foreign
