"""Everything that can be wrong with a file or with a row of it, and how it is said."""

from typing import Final

ROW_MESSAGES: Final = {
    "missing_email": "The e-mail is empty.",
    "invalid_email": "This is not a valid e-mail address.",
    "duplicate_in_file": "The same e-mail stands in line {detail} already; that one counts.",
    "too_few_columns": "The row has {detail} cells, fewer than the header.",
    "too_many_columns": "The row has {detail} cells, more than the header.",
    "invalid_quoting": "Text follows a closing quote; double the quotes that belong to a cell.",
    "field_too_long": "The text is longer than {detail} characters.",
    "invalid_utf8": "The row has bytes that are not UTF-8; save the file as UTF-8.",
    "undecodable": "The row has bytes that are not {detail}; send the option encoding.",
    "nul_byte": "The row has a NUL character.",
    "control_character": "The text has a control character.",
    "invalid_boolean": "Write true or false.",
    "weak_password": "The password is too short, too common, only digits, or like the e-mail.",
    "invalid_password_hash": "This is no password hash of a kind and cost that are accepted.",
}
"""By row error code; `detail` is stored with the row."""

FILE_CODES: Final = (
    *("empty_file", "missing_header", "duplicate_header", "missing_email_column"),
    *("unknown_column", "not_csv", "undecodable", "line_too_long", "unclosed_quote"),  # the file
    *("aborted", "too_many_errors"),  # the options
    *("file_missing", "file_damaged", "attempts_exhausted"),  # our side
)
"""What a whole import can fail with."""


def row_message(code: str, detail: str) -> str:
    """What a person reads about a refused row."""
    return ROW_MESSAGES[code].format(detail=detail)


class FileError(Exception):
    """The file as a whole cannot be imported.

    `code` is one of the contract's file error codes; the message says what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
