"""The form of an exported file of users, by which an import recognises it.

This module does not import Django, because imports are read and checked without Django.
"""

from typing import Final

EXPORT_COLUMNS: Final = (
    "email",
    "external_id",
    "name",
    "phone",
    "is_active",
    "must_change_password",
)
"""The header, before the columns of attributes. A file with all of these columns, in any order, has
guarded cells.
"""

FORMULA_STARTS: Final = "\t\r=+@-"
"""The first characters of a cell that a spreadsheet would run, as in OWASP's list.

The hyphen is last, so that they are also the characters of a class in a regular expression.
"""
