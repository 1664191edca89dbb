"""Error codes of files and rows, and their messages in English. Does not import Django.

messages.py translates them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from tasks.file_messages import FILE_MESSAGES

ROW_MESSAGES: Final = {
    "missing_email": "The e-mail address is empty. Fill it in.",
    "missing_external_id": "The external id is empty. Fill it in.",
    "invalid_email": "This is not a valid e-mail address.",
    "duplicate_in_file": "Line {detail} has the same e-mail address. Only that line is imported.",
    "duplicate_external_id": (
        "Line {detail} has the same external id. Correct one of the two rows."
    ),
    "conflicting_identity": (
        "Another user has this external id. Correct the row, or send the option match=external_id "
        "if the user has a new e-mail address."
    ),
    "email_taken": (
        "Another user has this e-mail address. Correct the row, or import the external id of that "
        "user first, with the option match=email."
    ),
    "too_few_columns": "The row has {detail} cells, fewer than the header row or the other rows.",
    "too_many_columns": (
        "The row has {detail} cells, more than the header row has names. Quote a cell that has the "
        "delimiter in it."
    ),
    "invalid_quoting": (
        "The quotes do not enclose whole cells. Quote each cell that has the delimiter in it, and "
        "double each quote that belongs to the cell."
    ),
    "field_too_long": "The text is longer than {detail} characters. Shorten it.",
    "invalid_utf8": "The row has bytes that are not UTF-8. Save the file as UTF-8.",
    "undecodable": "The row has bytes that are not {detail}. Send the option encoding.",
    "nul_byte": "The row has a NUL character. Remove it.",
    "control_character": "The text has a control character. Remove it.",
    "invalid_boolean": "The value is neither true nor false. Write true or false.",
    "invalid_attribute": "This is not a value of the attribute. Correct it.",
    "missing_attribute": "A new user needs a value of this attribute. Fill it in.",
    "weak_password": (
        "The password is too short, too common, only digits, or too similar to the e-mail "
        "address. Choose another one."
    ),
    "invalid_password_hash": (
        "The format of the password hash is unknown. Send a hash of bcrypt, Argon2, scrypt, PBKDF2 "
        "or phpass, or a salted MD5, SHA-1, SHA-256 or SHA-512, as Django, Keycloak, ASP.NET "
        "Identity, Auth0, Werkzeug, Firebase, WordPress, LDAP or Unix writes it, or leave the cell "
        "empty."
    ),
}
"""Messages by the code of a rejected row. `detail` is stored with the row."""

DETAILED_MESSAGES: Final = {
    ("invalid_email", "*"): "The e-mail address has the invisible character {detail}. Remove it.",
    ("invalid_attribute", "max_length"): ("A text may have at most 1000 characters. Shorten it."),
    ("invalid_attribute", "control_character"): "The text has a control character. Remove it.",
    ("invalid_attribute", "invalid_integer"): (
        "This is not a whole number of at most 64 bits. Write a number such as 42."
    ),
    ("invalid_attribute", "invalid_decimal"): (
        "This is not a decimal number. Write a number such as -1.5, with at most 20 digits before "
        "the point and 10 after it."
    ),
    ("invalid_attribute", "invalid_boolean"): (
        "The value is neither true nor false. Write true or false."
    ),
    ("invalid_attribute", "invalid_date"): (
        "This is not a date. Write a date such as 2026-01-31 or 31.01.2026."
    ),
    ("invalid_attribute", "invalid_choice"): (
        "This is not one of the choices of the attribute. Write one of them, or ask a superuser to "
        "add the value to the choices."
    ),
    ("invalid_attribute", "ambiguous"): (
        "This value has two meanings. Write a date such as 2026-01-31, or a number such as 1234.5."
    ),
    ("invalid_attribute", "ambiguous_date"): (
        "This date has two meanings. Write a date such as 2026-01-31, or send the option "
        "date_order=dmy for dates with the day first or date_order=mdy for dates with the month "
        "first."
    ),
    ("invalid_attribute", "date_order"): (
        "This is not a date in the order of the option date_order. Write a date such as "
        "2026-01-31 or 31.01.2026."
    ),
    ("invalid_attribute", "too_large"): (
        "The attributes of a user may have at most 4096 bytes as JSON. Shorten some of them."
    ),
    ("weak_password", "hash"): (
        "This is a password hash and no password. Name its column password_hash, or leave the cell "
        "empty."
    ),
    ("invalid_password_hash", "malformed"): (
        "The password hash is incomplete or malformed. Export it again, or leave the cell empty."
    ),
    ("invalid_password_hash", "too_costly"): (
        "Checking a password against this hash would take too long at each login. Leave the cell "
        "empty, and send the option invite: the user then gets a link to choose a password."
    ),
    ("invalid_password_hash", "no_firebase_key"): (
        "The service does not have the key of the Firebase project. Ask its operator to set "
        "FIREBASE_SCRYPT_SIGNER_KEY, or leave the cell empty."
    ),
}
"""Messages that are more exact than those of ROW_MESSAGES, by code and `detail`; * is any."""
ALL_ROW_MESSAGES: Final = (*ROW_MESSAGES.values(), *DETAILED_MESSAGES.values())


def row_message(code: str, detail: str) -> str | None:
    """Return the untranslated message of a rejected row, or `None` for an unknown code."""
    exact = [DETAILED_MESSAGES.get((code, key)) for key in (detail, "*") if detail]
    return next(filter(None, exact), ROW_MESSAGES.get(code))


FILE_CODES: Final = (
    *("empty_file", "missing_header", "duplicate_header", "missing_email_column"),
    "missing_external_id_column",
    *("ambiguous_column", "unknown_sheet"),
    *("unknown_column", "not_csv", "undecodable", "line_too_long", "unclosed_quote"),  # the file
    "too_large",  # the file, decompressed
    *("aborted", "too_many_errors"),  # the options
    "attribute_changed",  # a declaration
    *("file_missing", "file_damaged", "attempts_exhausted", "unknown_option"),  # the service
)
"""The codes of file errors."""

type Value = str | int | Message
"""A parameter of a message: a text, a number formatted by language, or another message."""


@dataclass(frozen=True)
class Message:
    """A message by its id in FILE_MESSAGES, with the values of its `{placeholders}`."""

    id: str
    params: Mapping[str, Value]

    def __str__(self) -> str:
        values = {name: _english(value) for name, value in self.params.items()}
        return FILE_MESSAGES[self.id].format(**values)

    def as_json(self) -> dict[str, Any]:
        """Return the form in which a job stores the message."""
        params = {
            name: value.as_json() if isinstance(value, Message) else value
            for name, value in self.params.items()
        }
        return {"id": self.id, "params": params}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Return the stored message. Raises `KeyError` if it has another form."""
        params = {
            name: cls.from_json(value) if isinstance(value, Mapping) else value
            for name, value in document["params"].items()
        }
        return cls(document["id"], params)


def _english(value: Value) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


class FileError(Exception):
    """A file that cannot be imported.

    `code` is one of FILE_CODES. `message_id` is needed only for a code with several messages.
    """

    def __init__(self, code: str, message_id: str = "", /, **params: Value) -> None:
        self.code = code
        self.message = Message(message_id or code, params)
        super().__init__(str(self.message))
