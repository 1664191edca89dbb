"""Tidying of cells.

It concerns invisible characters, normal form C of Unicode (NFC), Excel's `="0123"`, and several
values in one cell.
"""

from typing import Final

import polars as pl

from tasks.reading.header_columns import NAME_PARTS
from tasks.reading.header_rules import ATTRIBUTE
from tasks.reading.plain import BETWEEN_VALUES, INVISIBLE
from tasks.reading.spreadsheet import TEXT_CELL

_JOINERS: Final = "\u200c\u200d"
"""Characters that are part of words in Arabic or Indic scripts, so also of domain names."""
_OTHERS: Final = INVISIBLE.translate(dict.fromkeys(map(ord, _JOINERS)))
_NO_BREAK: Final = "\xa0\u2007\u202f"
"""Spaces at which no line breaks. Spreadsheets and web pages have them in phone numbers."""
_AT_ENDS: Final = rf"^[\s{INVISIBLE}]+|[\s{INVISIBLE}]+$"
_NAMES: Final = {character: f"U+{ord(character):04X}" for character in INVISIBLE + _NO_BREAK}


def tidied(field: str, cell: pl.Expr, *, is_exported: bool = False) -> pl.Expr:
    """Return the cell as it is meant, not trimmed.

    An exported phone or external id stays as it is: the API accepts any text. So does an exported
    attribute, whose stored form has normal form C too.
    """
    text = pl.coalesce(cell.str.extract(TEXT_CELL).str.replace_all('""', '"', literal=True), cell)
    match field.partition(" ")[0]:
        case "email":
            return _email(_first_value(text))
        case "phone" if not is_exported:
            return _first_value(text).str.replace_all(f"[{INVISIBLE}{_NO_BREAK}]", "")
        case "external_id" if not is_exported:
            return text.str.replace_all(f"[{INVISIBLE}]", "").str.normalize("NFC")
        case part if part in ("name", *NAME_PARTS):
            return text.str.normalize("NFC")
        case attribute if attribute.startswith(ATTRIBUTE):
            bare = text if is_exported else text.str.replace_all(_AT_ENDS, "")
            return bare.str.normalize("NFC")
        case "is_active" | "is_inactive" | "must_change_password" | "email_verified":
            return text.str.replace_all(f"[{INVISIBLE}]", "").str.normalize("NFC")
    return text


def _first_value(cell: pl.Expr) -> pl.Expr:
    return cell.str.replace(f"(?s){BETWEEN_VALUES}.*$", "")


def _email(cell: pl.Expr) -> pl.Expr:
    """Return an e-mail address without the invisible characters that cannot be part of it."""
    bare = cell.str.replace_all(f"[{INVISIBLE}]", "")
    some = cell.str.strip_chars(f"{INVISIBLE} \t\xa0").str.replace_all(f"[{_OTHERS}]", "")
    return pl.when(bare.str.contains(r"[^\x00-\x7F]")).then(some).otherwise(bare)


def folded(field: str) -> pl.Expr:
    """Return the cell in lower case, for comparison with words."""
    return pl.col(field).str.to_lowercase()


def name_of_invisible(cell: pl.Expr) -> pl.Expr:
    """Return the first invisible character of the cell as `U+200B`; empty if there is none."""
    found = cell.str.extract(f"([{INVISIBLE}{_NO_BREAK}])")
    return found.replace_strict(_NAMES, default="", return_dtype=pl.String).fill_null("")
