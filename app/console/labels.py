"""Names of fields, encodings and delimiters as people say them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tasks.options import DELIMITERS
from tasks.reading.decoding import ONE_BYTE, SEVERAL_BYTES
from tasks.reading.header_rules import ATTRIBUTE
from users_uc.attributes.declared import Declared, DeclaredAttribute

type Choices = list[tuple[str, Any]]
"""Values of a select with their labels."""

FIELDS: Final[Mapping[str, Any]] = {
    "email": _("E-mail address"),
    "external_id": _("External id"),
    "name": _("Full name"),
    "first_name": _("First name"),
    "middle_name": _("Middle name"),
    "last_name": _("Last name"),
    "second_last_name": _("Second last name"),
    "phone": _("Phone number"),
    "is_active": _("Active (yes or no)"),
    "is_inactive": _("Blocked (yes or no)"),
    "password": _("Password"),
    "password_hash": _("Password hash"),
    "must_change_password": _("Must change the password (yes or no)"),
    "email_verified": _("E-mail address is confirmed (yes or no)"),
}
"""The fields of columns. `is_inactive` is recognised, and no option can name it."""

_DELIMITERS: Final[Mapping[str, Any]] = {
    ",": _("Comma ,"),
    ";": _("Semicolon ;"),
    "\t": _("Tab"),
    "|": _("Vertical bar |"),
}
_ENCODINGS: Final[Mapping[str, Any]] = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "windows-1252": _("Windows-1252 (Western Europe)"),
    "iso-8859-15": _("ISO 8859-15 (Western Europe)"),
    "macintosh": _("Macintosh (Western Europe)"),
    "ibm850": _("DOS 850 (Western Europe)"),
    "windows-1250": _("Windows-1250 (Central Europe)"),
    "windows-1251": _("Windows-1251 (Cyrillic)"),
    "windows-1253": _("Windows-1253 (Greek)"),
    "windows-1254": _("Windows-1254 (Turkish)"),
    "shift_jis": _("Shift_JIS (Japanese)"),
    "gb18030": _("GB 18030 (Chinese)"),
    "big5": _("Big5 (Chinese)"),
    "euc-kr": _("EUC-KR (Korean)"),
    "utf-16": "UTF-16",
}


def attribute_label(attribute: DeclaredAttribute) -> str:
    """Return the label of an attribute in the current language, else another one or its name."""
    labels = attribute.labels
    label = labels.get(get_language() or "")
    return label or next(iter(labels.values()), attribute.name)


def attribute_choices(attributes: Declared) -> Choices:
    """Return the fields of declared attributes."""
    return [(ATTRIBUTE + each.name, attribute_label(each)) for each in attributes.values()]


def field_choices(fields: Iterable[str]) -> Choices:
    """Return the fields with their labels."""
    return [(field, FIELDS[field]) for field in fields]


def delimiter_label(delimiter: str) -> str:
    """Return the name of a delimiter."""
    return str(_DELIMITERS.get(delimiter, delimiter))


def delimiter_choices() -> Choices:
    """Return the delimiters."""
    return [(delimiter, _DELIMITERS[delimiter]) for delimiter in DELIMITERS]


def encoding_label(encoding: str) -> str:
    """Return the name of an encoding, and for what it is mostly used."""
    return str(_ENCODINGS.get(encoding, encoding))


def encoding_choices() -> tuple[Choices, Choices]:
    """Return the encodings that are frequent, and the other ones."""
    known = (*SEVERAL_BYTES, *ONE_BYTE)
    frequent: Choices = [(name, label) for name, label in _ENCODINGS.items() if name in known]
    others: Choices = [(name, name) for name in sorted(known) if name not in _ENCODINGS]
    return frequent, others
