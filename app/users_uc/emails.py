"""The e-mail normaliser of registration, login, user management and imports.

This module does not import Django, so that the checks of an import work without Django. The
syntax is the dot-string of RFC 5321 and the host name of RFC 1123. Quoted local parts and address
literals are invalid, because no mail provider hands them out. An atom that begins like an encoded
word (RFC 2047, section 5) is invalid too: mail software would decode it, and fail or send the mail
to another e-mail address.
"""

import re

from users_uc.domains import MAX_LENGTH as MAX_DOMAIN_LENGTH
from users_uc.domains import InvalidDomainError, as_a_labels

MAX_LENGTH = 254
"""RFC 5321, section 4.5.3.1.3, without the angle brackets."""
_MAX_LOCAL_LENGTH = 64

_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"(?!=\?){_ATOM}(?:\.(?!=\?){_ATOM})*")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?!\d+$){_LABEL}")

ALREADY_NORMAL = (
    r"^[a-z0-9_%+~-]{1,16}(?:\.?[a-z0-9_%+~-]{1,15}){0,3}"
    r"@(?:[a-wyz0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\.){1,3}[a-wyz][a-z]{1,20}$"
)
"""A pattern for whole columns. `normalise` returns every match unchanged.

Matches are shorter than every limit. Their labels do not begin with x, because `xn--` labels need
the checks of IDNA.
"""

POSSIBLE = (
    rf"^[\s\x1c-\x1f]*{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}[\s\x1c-\x1f]*$"
    r"|xn--|[^\x00-\x7F]"
)
"""A pattern for whole columns. `normalise` rejects every lower-case text that does not match."""


class InvalidEmailError(ValueError):
    """The text is not an e-mail address that this service accepts."""


def normalise(raw: str) -> str:
    """Return the stored spelling of an e-mail address: lower case, the domain as A-labels (UTS-46).

    The local part must be ASCII. With Unicode case folding, an e-mail address with a
    long s (U+017F) would become the one with an s and receive its mail. Raises `InvalidEmailError`.
    """
    text = raw.strip()
    local, at, domain = text.rpartition("@")
    if len(text) > MAX_LENGTH or not at or not local.isascii():
        raise InvalidEmailError(raw)
    local, domain = local.lower(), _normalise_domain(domain)
    if len(local) > _MAX_LOCAL_LENGTH or not _LOCAL.fullmatch(local):
        raise InvalidEmailError(raw)
    if len(local) + 1 + len(domain) > MAX_LENGTH:
        raise InvalidEmailError(raw)
    return f"{local}@{domain}"


def _normalise_domain(raw: str) -> str:
    domain = raw.lower()
    if not raw.isascii() or ".xn--" in f".{domain}":
        try:
            domain = as_a_labels(raw)
        except InvalidDomainError:
            raise InvalidEmailError(raw) from None
    if len(domain) > MAX_DOMAIN_LENGTH or not _DOMAIN.fullmatch(domain):
        raise InvalidEmailError(raw)
    return domain
