"""Everything that can be wrong with a file or with a row of it, and how it is said.

Messages are English here; tasks/messages.py says them in another language. Knows no Django.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self


def gettext_noop(message: str) -> str:
    """The message itself, which the catalogue of translations is to have."""
    return message


ROW_MESSAGES: Final = {
    "missing_email": gettext_noop("The e-mail is empty."),
    "invalid_email": gettext_noop("This is not a valid e-mail address."),
    "duplicate_in_file": gettext_noop(
        "The same e-mail stands in line {detail} already; that one counts."
    ),
    "too_few_columns": gettext_noop("The row has {detail} cells, fewer than the header."),
    "too_many_columns": gettext_noop("The row has {detail} cells, more than the header."),
    "invalid_quoting": gettext_noop(
        "Text follows a closing quote; double the quotes that belong to a cell."
    ),
    "field_too_long": gettext_noop("The text is longer than {detail} characters."),
    "invalid_utf8": gettext_noop("The row has bytes that are not UTF-8; save the file as UTF-8."),
    "undecodable": gettext_noop(
        "The row has bytes that are not {detail}; send the option encoding."
    ),
    "nul_byte": gettext_noop("The row has a NUL character."),
    "control_character": gettext_noop("The text has a control character."),
    "invalid_boolean": gettext_noop("Write true or false."),
    "weak_password": gettext_noop(
        "The password is too short, too common, only digits, or like the e-mail."
    ),
    "invalid_password_hash": gettext_noop(
        "This is no password hash of a kind and cost that are accepted."
    ),
}
"""By row error code; `detail` is stored with the row."""

FILE_CODES: Final = (
    *("empty_file", "missing_header", "duplicate_header", "missing_email_column"),
    *("unknown_column", "not_csv", "undecodable", "line_too_long", "unclosed_quote"),  # the file
    *("aborted", "too_many_errors"),  # the options
    *("file_missing", "file_damaged", "attempts_exhausted"),  # our side
)
"""What a whole import can fail with."""


type Value = str | int | Message
"""Of a message: a text as it is, a number to be written as the language does, or a message."""


@dataclass(frozen=True)
class Message:
    """What a person is told: `{names}` in the template stand for the values."""

    template: str
    values: Mapping[str, Value]

    def __str__(self) -> str:
        """In English."""
        return self.template.format(**{name: _english(self.values[name]) for name in self.values})

    def as_json(self) -> dict[str, Any]:
        """For ImportJob.error_said."""
        values = {
            name: value.as_json() if isinstance(value, Message) else value
            for name, value in self.values.items()
        }
        return {"template": self.template, "values": values}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """What as_json was of."""
        values = {
            name: cls.from_json(value) if isinstance(value, Mapping) else value
            for name, value in stored["values"].items()
        }
        return cls(stored["template"], values)


def _english(value: Value) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


class FileError(Exception):
    """The file as a whole cannot be imported.

    `code` is one of the contract's file error codes; the message says what to do.
    """

    def __init__(self, code: str, template: str, /, **values: Value) -> None:
        self.code = code
        self.message = Message(template, values)
        super().__init__(str(self.message))
