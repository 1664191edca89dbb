"""International domain names as A-labels (RFC 5890), by UTS-46 and IDNA 2008.

The package `idna` decides which labels are valid. Some of its checks take quadratic time, and so
does the Punycode of Python: a crafted domain name could take 10 ms. So limits come first, the
validity of most characters is cached, and `ada_url` encodes the labels. This module does not import
Django.
"""

import re
from functools import lru_cache
from typing import Final
from unicodedata import bidirectional, is_normalized

import idna
from ada_url import idna_to_ascii

MAX_LENGTH: Final = 253
_PREFIX: Final = "xn--"
_MAX_LABEL_LENGTH: Final = 63
_MAX_UNICODE_LENGTH: Final = _MAX_LABEL_LENGTH - len(_PREFIX)
"""Characters of a label that is not ASCII: each one takes at least one character of the A-label."""

# Registries accept neither so many labels nor so many of these characters.
_MAX_LABELS: Final = 10
_MAX_IN_CONTEXT: Final = 12
_IN_CONTEXT: Final = re.compile(
    "[\u00b7\u0375\u05f3\u05f4\u0660-\u0669\u06f0-\u06f9\u200c\u200d\u30fb]"
)
"""Characters for which `idna` searches the whole label (RFC 5892, appendix A)."""


class InvalidDomainError(ValueError):
    """The text is not a domain name."""


def as_a_labels(domain: str) -> str:
    """Return the domain with A-labels. Raises `InvalidDomainError`.

    The results are cached, also the errors: the users of a file share few domains.
    """
    if len(domain) > MAX_LENGTH or (encoded := _encoded_or_none(domain)) is None:
        raise InvalidDomainError(domain)
    return encoded


@lru_cache(maxsize=4096)
def _encoded_or_none(domain: str) -> str | None:
    try:
        labels = idna.uts46_remap(domain, std3_rules=True).split(".")
        return None if len(labels) > _MAX_LABELS else ".".join(map(_a_label, labels))
    except UnicodeError:  # the base class of IDNAError
        return None


@lru_cache(maxsize=4096)
def _a_label(label: str) -> str:
    """Return the A-label of a label that UTS-46 has mapped. Raises `UnicodeError`."""
    is_ascii = label.isascii()
    _require(len(label) <= (_MAX_LABEL_LENGTH if is_ascii else _MAX_UNICODE_LENGTH))
    if label.startswith(_PREFIX):
        decoded = label.removeprefix(_PREFIX).encode("ascii").decode("punycode")
        _require(not decoded.isascii())
        _check_label(decoded)
        _require(idna_to_ascii(decoded).decode() == label)
        return label
    _check_label(label)
    a_label = label if is_ascii else idna_to_ascii(label).decode()
    _require(len(a_label) <= _MAX_LABEL_LENGTH)
    return a_label


def _require(condition: bool) -> None:
    if not condition:
        raise idna.IDNAError("The label is too long, or not the A-label of its decoded form")


def _check_label(label: str) -> None:
    """Check that the label is valid (RFC 5891, section 4.2). Raises `IDNAError`.

    Characters of one direction that are valid beside any other character need no more checks.
    """
    if not label or not is_normalized("NFC", label) or not _is_plain(label):
        _require(len(_IN_CONTEXT.findall(label)) <= _MAX_IN_CONTEXT)
        idna.check_label(label)


def _is_plain(label: str) -> bool:
    is_left_to_right = all(map(_is_plain_left_to_right, label)) and _may_begin(label[0])
    if is_left_to_right and not label.endswith("-") and label[2:4] != "--":
        return True
    return all(map(_is_plain_right_to_left, label))


@lru_cache(maxsize=65_536)
def _is_plain_left_to_right(character: str) -> bool:
    return _is_valid(f"a{character}a")


@lru_cache(maxsize=8192)
def _is_plain_right_to_left(character: str) -> bool:
    return bidirectional(character) in {"R", "AL"} and _is_valid(character)


@lru_cache(maxsize=65_536)
def _may_begin(character: str) -> bool:
    return _is_valid(f"{character}a")


def _is_valid(label: str) -> bool:
    try:
        idna.check_label(label)
    except idna.IDNAError:
        return False
    return True
