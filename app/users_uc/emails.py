"""The one e-mail normaliser: registration, login, CRUD and import all go through it.

Knows no Django, so that the import's checks can use it without. Which character may stand where is
RFC 5321's dot-string and RFC 1123's host name; quoted local parts and address literals, which no
mail provider hands out, are refused. So is an atom that begins like an encoded word (RFC 2047, 5):
what sends mails would decode it, and write to another address or fail.
"""

import re

import idna

MAX_LENGTH = 254
"""RFC 5321, 4.5.3.1.3, less the angle brackets."""
_MAX_LOCAL_LENGTH = 64
_MAX_DOMAIN_LENGTH = 253

_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"(?!=\?){_ATOM}(?:\.(?!=\?){_ATOM})*")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?!\d+$){_LABEL}")

ALREADY_NORMAL = (
    r"^[a-z0-9_%+~-]{1,16}(?:\.?[a-z0-9_%+~-]{1,15}){0,3}"
    r"@(?:[a-wyz0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\.){1,3}[a-wyz][a-z]{1,20}$"
)
"""A pattern for column-wise use whose every match `normalise` would return unchanged: shorter than
any limit, and without labels that begin with x, because `xn--` labels need IDNA's checks."""


POSSIBLE = (
    rf"^[\s\x1c-\x1f]*{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}[\s\x1c-\x1f]*$"
    r"|xn--|[^\x00-\x7F]"
)
"""A pattern for column-wise use: what does not match it in lower case, `normalise` refuses."""


class InvalidEmailError(ValueError):
    """Not an address that mail could be sent to."""


def normalise(raw: str) -> str:
    """The one spelling of an address: lower case, the domain as A-labels (UTS-46).

    The local part must be ASCII: folding Unicode's case there would let an address
    with a long s (U+017F) stand for the one with an s and receive its mail.
    Raises InvalidEmailError.
    """
    local, at, domain = raw.strip().rpartition("@")
    if not at or not local.isascii():
        raise InvalidEmailError(raw)
    local, domain = local.lower(), _domain(domain)
    if len(local) > _MAX_LOCAL_LENGTH or not _LOCAL.fullmatch(local):
        raise InvalidEmailError(raw)
    if len(local) + 1 + len(domain) > MAX_LENGTH:
        raise InvalidEmailError(raw)
    return f"{local}@{domain}"


def _domain(raw: str) -> str:
    domain = raw.lower() if raw.isascii() else _a_labels(raw)
    if ".xn--" in f".{domain}":
        domain = _a_labels(domain)
    if len(domain) > _MAX_DOMAIN_LENGTH or not _DOMAIN.fullmatch(domain):
        raise InvalidEmailError(raw)
    return domain


def _a_labels(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True, std3_rules=True, transitional=False).decode("ascii")
    except idna.IDNAError:
        raise InvalidEmailError(domain) from None
